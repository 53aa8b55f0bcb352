import { noLog } from '../../src/core/ports/log.ts';
import type { Leases } from '../../src/core/store/leases.ts';
import { createDuties, type Duty } from '../../src/schedule/duties.ts';
import { type HandClock, handClock } from '../hand-clock.ts';

/** Leases of a table, by a clock of their own; `down` while the database does not answer. */
function table(now: () => number) {
  const rows = new Map<string, { holder: string; fence: number; until: number }>();
  const state = { down: false, rows };
  const leases: Leases = {
    async take(name, holder, ms) {
      if (state.down) throw new Error('no database');
      const row = rows.get(name);
      if (row !== undefined && row.holder !== holder && row.until > now()) return undefined;
      const fence = row?.holder === holder ? row.fence : (row?.fence ?? 0) + 1;
      rows.set(name, { holder, fence, until: now() + ms });
      return fence;
    },
    async release(name, holder) {
      const row = rows.get(name);
      if (row?.holder === holder) rows.set(name, { ...row, until: 0 });
    },
  };
  return { leases, state };
}

function process(holder: string, { leases, clock }: { leases: Leases; clock: HandClock }) {
  const told: string[] = [];
  const duties = createDuties(
    { leases, holder, clock, monotonicMs: () => clock.now(), log: noLog },
    async (duty: Duty) => {
      told.push(`begins ${duty.fence}`);
      await new Promise<void>((resolve) => duty.signal.addEventListener('abort', () => resolve()));
      told.push(`ends ${duty.fence}`);
    },
  );
  const leaving = new AbortController();
  const ran = duties.run(leaving.signal);
  return {
    told,
    duties,
    async stop() {
      leaving.abort();
      await ran;
    },
  };
}

test('one process has the duties; the next one has them when it has gone', async () => {
  const clock = handClock(0);
  const { leases } = table(() => clock.now());
  const a = process('a', { leases, clock });
  await clock.advance(1);
  const b = process('b', { leases, clock });
  await clock.advance(60_000);
  expect([a.told, b.told]).toEqual([['begins 1'], []]);
  expect(a.duties.current()?.fence).toBe(1);
  expect(b.duties.current()).toBeUndefined();
  await a.stop();
  expect(a.told).toEqual(['begins 1', 'ends 1']);
  await clock.advance(4_000);
  expect(b.told).toEqual(['begins 2']);
  await b.stop();
});

test('a process without a database gives them up before anybody else may have them, and may take them again', async () => {
  const clock = handClock(0);
  const { leases, state } = table(() => clock.now());
  const a = process('a', { leases, clock });
  await clock.advance(1);
  state.down = true;
  await clock.advance(11_000);
  expect(a.duties.current()?.isHeld()).toBe(true);
  await clock.advance(1_500);
  expect(a.duties.current()).toBeUndefined();
  await clock.advance(4_000);
  expect(a.told).toEqual(['begins 1', 'ends 1']);
  state.down = false;
  await clock.advance(4_000);
  expect(a.told).toEqual(['begins 1', 'ends 1', 'begins 1']);
  await a.stop();
});

test('a process that stood still finds that it has lost them', async () => {
  const clock = handClock(0);
  const { leases, state } = table(() => clock.now());
  const a = process('a', { leases, clock });
  await clock.advance(1);
  const first = a.duties.current();
  state.rows.set('duties', { holder: 'b', fence: 2, until: clock.now() + 15_000 });
  await clock.advance(4_000);
  expect(first?.isHeld()).toBe(false);
  expect(first?.signal.aborted).toBe(true);
  expect(a.told).toEqual(['begins 1', 'ends 1']);
  await clock.advance(20_000);
  expect(a.told.at(-1)).toBe('begins 3');
  await a.stop();
});
