import type { Target } from '../../src/core/model/target.ts';
import type { Log } from '../../src/core/ports/log.ts';
import { noLog } from '../../src/core/ports/log.ts';
import type { Store } from '../../src/core/store/store.ts';
import { createRoutine } from '../../src/schedule/routine.ts';
import { openStore } from '../../src/store/sqlite/database.ts';
import { ANA, scene } from '../commands/fakes.ts';
import { scheduleOf } from '../core/time/schedule-of.ts';
import { tempFolder } from '../store/temp-folder.ts';
import { target } from '../target.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A quarter past three, which is where the commands' scene begins. */
const at = (hour: number, minute = 0) => Date.UTC(2026, 10, 23, hour, minute);

function hourly(name: string, more: Partial<Target> = {}): Target {
  return target(name, { schedules: [{ name: 'hourly', schedule: scheduleOf('0 * * * *') }], ...more });
}

/** The routine with the commands' own way of asking for a backup. */
function routineOf(targets: Target[], store?: Store) {
  const here = scene(targets);
  const deps = { ...here.deps, ...(store === undefined ? {} : { store }) };
  const errors: unknown[] = [];
  const log: Log = { ...noLog, error: (fields) => void errors.push(fields.err) };
  const begin = () => createRoutine({ ...deps, log });
  let routine = begin();
  const keys = routine.schedules.map((each) => each.key);
  return {
    ...here,
    errors,
    keys,
    look: (asked: readonly string[] = keys) => routine.look(asked),
    woken: () => here.woken,
    restart: () => {
      routine = begin();
    },
    /** What stands in the channel about a target as a whole. */
    notes: () =>
      [...here.store.sent.values()].flatMap(({ view }) => (view.kind === 'note' ? [view.text] : [])),
    /** Slots of which a backup was asked for. */
    slots: () => here.store.rows.filter((row) => row.kind === 'request').map((row) => row.detail.slot),
    async until(ms: number) {
      await here.clock.advance(ms - here.clock.now());
    },
  };
}

test('a due slot starts one run; to look again starts none', async () => {
  const here = routineOf([hourly('prod')]);
  await here.look();
  expect(here.slots()).toEqual([]);
  await here.until(at(4));
  await Promise.all([here.look(), here.look()]);
  await here.until(at(4, 9));
  await here.look();
  here.restart();
  await here.look();
  expect(here.slots()).toEqual([at(4)]);
  expect(here.engine.started).toHaveLength(1);
  expect(here.store.locked.get('prod')).toMatchObject({
    runId: here.engine.started[0],
    requester: { schedule: 'hourly', slot: at(4) },
    input: { alert: ['SOPS'] },
  });
  expect(here.notes()).toEqual([]);
  expect(here.errors).toEqual([]);
  expect(here.woken()).toBeGreaterThan(0);
});

test('each schedule of each target has its own slots, and only what ticked is looked at', async () => {
  const nightly = { name: 'nightly', schedule: scheduleOf('30 4 * * *') };
  const prod = hourly('prod');
  const here = routineOf([{ ...prod, schedules: [...prod.schedules, nightly] }, hourly('lab')]);
  expect(here.keys).toEqual(['prod/hourly', 'prod/nightly', 'lab/hourly']);
  await here.look();
  await here.until(at(4));
  await here.look(['lab/hourly']);
  expect([...here.store.locked.keys()]).toEqual(['lab']);
  await here.look();
  expect([...here.store.locked.keys()]).toEqual(['lab', 'prod']);
  expect(here.slots()).toEqual([at(4), at(4)]);
});

test('a slot that comes while a run goes on is skipped, once, and names what runs', async () => {
  const here = routineOf([hourly('prod')]);
  await here.look();
  await here.say(ANA, 'now');
  const [running] = here.engine.started;
  await here.until(at(4, 1));
  const woken = here.woken();
  await here.look();
  expect(here.woken()).toBe(woken + 1);
  await here.look();
  expect(here.notes()).toEqual([
    'The backup of prod for the slot of 2026-11-23 04:00 UTC (schedule “hourly”) was skipped: ' +
      `run ${running}, begun at 2026-11-23 03:14 UTC, still goes on.`,
  ]);
  expect(here.store.rows.filter((row) => row.kind === 'refusal')).toMatchObject([
    { verb: 'schedule', target: 'prod', runId: running, detail: { code: 'overlap', slot: at(4) } },
  ]);
  // Settled: the end of the run starts nothing for it.
  await here.store.locks.release(running ?? '');
  await here.look();
  expect(here.engine.started).toEqual([running]);
});

describe('slots while the bot was down', () => {
  test.each([
    [
      'the newest is made up for while the next is far',
      at(7, 25),
      [at(7)],
      'The bot was not running at 4 slots of the schedule “hourly” of prod, the first at 2026-11-23 04:00 UTC. One backup makes up for the newest of them now.',
    ],
    [
      'none is, shortly before the next',
      at(7, 45),
      [],
      'The bot was not running at 4 slots of the schedule “hourly” of prod, the first at 2026-11-23 04:00 UTC. The next slot is near, so nothing is made up for.',
    ],
    [
      'none is, when one is due now',
      at(7, 2),
      [at(7)],
      'The bot was not running at 3 slots of the schedule “hourly” of prod, the first at 2026-11-23 04:00 UTC. The backup that is due now takes their place.',
    ],
  ])('%s, and it is told once', async (_what, backAt, slots, text) => {
    const here = routineOf([hourly('prod')]);
    await here.until(at(3, 1) + HOUR - 2 * MINUTE);
    await here.look();
    await here.until(backAt);
    here.restart();
    await here.look();
    await here.look();
    expect(here.slots()).toEqual(slots);
    expect(here.notes()).toEqual([text]);
    expect(here.store.rows.filter((row) => row.detail.code === 'slots-missed')).toHaveLength(1);
  });

  test('what is made up for says so in its own message, also where it was the only one', async () => {
    const here = routineOf([hourly('prod')]);
    await here.look();
    await here.until(at(4, 20));
    await here.look();
    const [runId] = here.engine.started;
    expect(here.store.sent.get(`run/${runId}`)?.view).toMatchObject({
      run: { note: 'made up for the slot of 2026-11-23 04:00 UTC' },
    });
    expect(here.notes()).toEqual([]);
  });

  test('are nothing to a schedule that is new', async () => {
    const here = routineOf([hourly('prod')]);
    await here.look();
    expect([here.slots(), here.notes()]).toEqual([[], []]);
  });
});

test('neither a pause nor its end starts anything; the next slot does', async () => {
  const here = routineOf([hourly('prod')]);
  await here.look();
  await here.store.schedules.setPause({ target: 'prod', until: at(5, 30), by: ANA, at: at(3, 14) });
  for (const [hour, minute] of [
    [4, 0],
    [5, 0],
    [5, 35],
  ] as const) {
    await here.until(at(hour, minute));
    await here.look();
  }
  expect([here.slots(), here.notes()]).toEqual([[], []]);
  expect(here.store.rows.filter((row) => row.detail.code === 'slots-paused')).toMatchObject([
    { verb: 'schedule', target: 'prod', detail: { schedule: 'hourly', count: 1, slots: [at(4)] } },
    { detail: { slots: [at(5)] } },
  ]);
  await here.until(at(6));
  await here.look();
  expect(here.slots()).toEqual([at(6)]);
});

test('NOTIFY=failures keeps the message of a run back', async () => {
  const here = routineOf([hourly('prod', { notify: 'failures' })]);
  await here.look();
  await here.until(at(4));
  await here.look();
  expect([...here.store.sent.values()].map((message) => message.state)).toEqual(['withheld']);
});

test('a target that cannot be looked at keeps no other from its backup', async () => {
  const here = routineOf([hourly('prod'), hourly('lab')]);
  await here.look();
  await here.until(at(4));
  const { locks } = here.store;
  const { acquire } = locks;
  locks.acquire = async (lock) => {
    if (lock.target === 'prod') throw new Error('the disk is full');
    return acquire(lock);
  };
  await here.look();
  expect([...here.store.locked.keys()]).toEqual(['lab']);
  expect(here.errors).toEqual([new Error('the disk is full')]);
});

test('a slot that has its run gets no second one, and leaves nothing behind', async () => {
  const { folder, remove } = tempFolder();
  const store = await openStore({ folder, redact: (text) => text });
  try {
    const here = routineOf([hourly('prod')], store);
    await here.look();
    await store.schedules.takeSlot('prod', 'hourly', at(4), 'bk-before');
    await here.until(at(4));
    await here.look();
    expect(here.engine.started).toEqual([]);
    expect(await store.locks.all()).toEqual([]);
    expect(await store.messages.unsent()).toEqual([]);
    expect(await store.audit.count({})).toBe(0);
    expect(here.errors).toMatchObject([{ name: 'SlotTakenError' }]);
    // It is settled: the next one is no less on time, and nothing counts as missed.
    await here.look();
    expect(here.errors).toHaveLength(1);
    await here.until(at(5));
    await here.look();
    expect(here.engine.started).toHaveLength(1);
    expect((await store.messages.unsent()).map(({ id }) => id)).toEqual([`run/${here.engine.started[0]}`]);
  } finally {
    await store.close();
    remove();
  }
});
