import { startBackup } from '../../../src/commands/backup/now.ts';
import { isRunId } from '../../../src/core/run/run-id.ts';
import { withStage } from '../../../src/core/run/run-view.ts';
import { target } from '../../target.ts';
import { ANA, BEN, LAB, NOW, PROD, scene } from '../fakes.ts';

const only = <T>(values: Iterable<T>): T => {
  const [first, ...rest] = values;
  if (first === undefined || rest.length > 0)
    throw new Error(`not one but ${rest.length + (first === undefined ? 0 : 1)}`);
  return first;
};

test('takes the lock, writes message and audit, and starts the run', async () => {
  const here = scene([target('prod', { circleciUrl: 'https://ci.acme.example:8443/x' })]);
  const { reply } = await here.say(ANA, 'now before the\nupgrade 🚀');
  const lock = only(here.store.locked.values());
  expect(reply).toMatchObject({ view: 'started', runId: lock.runId, mode: 'live' });
  expect(reply).not.toHaveProperty('delayed');
  expect(isRunId(lock.runId)).toBe(true);
  expect(here.engine.started).toEqual([lock.runId]);
  expect(here.woken).toBe(1);
  expect(lock).toMatchObject({
    target: 'prod',
    requester: ANA,
    since: NOW,
    workflow: 'backup',
    engineId: `engine-${lock.runId}`,
    input: {
      runId: lock.runId,
      mode: 'live',
      hostname: 'ci.acme.example',
      requestedAt: NOW,
      deadlineMs: 3_600_000,
      note: 'before the upgrade 🚀',
    },
  });
  expect(only(here.store.sent.values())).toMatchObject({
    id: `run/${lock.runId}`,
    channel: 'C1',
    final: false,
    view: { kind: 'run', run: { note: 'before the upgrade 🚀', stages: expect.any(Array) } },
  });
  expect(here.store.rows).toMatchObject([
    { kind: 'request', verb: 'now', target: 'prod', runId: lock.runId, actor: ANA, at: NOW },
  ]);
});

test.each([
  ['', undefined],
  [' \n ', undefined],
  ['x'.repeat(300), `${'x'.repeat(249)}…`],
  ['🚀'.repeat(251), `${'🚀'.repeat(249)}…`],
])('a note of %j', async (typed, kept) => {
  const here = scene();
  await startBackup({ person: ANA }, PROD, typed, here.deps);
  const { input } = only(here.store.locked.values());
  expect(input).toHaveProperty('runId');
  expect((input as { note?: string }).note).toBe(kept);
});

test('a busy target is told with its run, and nothing is started', async () => {
  const here = scene();
  await here.say(ANA, 'now');
  const { runId } = only(here.store.locked.values());
  const message = only(here.store.sent.values());
  if (message.view.kind !== 'run') throw new Error('the message of a run shows the run');
  const run = { ...withStage(message.view.run, 'snapshots', { state: 'running' }), percent: 40 };
  await here.store.messages.put({ ...message, view: { kind: 'run', run } }, NOW);
  await here.store.messages.setSent(message.id, '1700.1', 2);
  await here.clock.advance(60_000);

  const answer = await here.say(BEN, 'now');
  expect(answer.result).toBe('refused');
  expect(answer.reply).toEqual({
    view: 'busy',
    target: 'prod',
    now: NOW + 60_000,
    running: {
      lock: expect.objectContaining({ runId, requester: ANA, since: NOW }),
      stage: 'Copy the volumes',
      percent: 40,
      message: { channel: 'C1', ts: '1700.1' },
    },
  });
  expect(here.engine.started).toEqual([runId]);
  expect(here.store.sent.size).toBe(1);
  expect(here.store.rows.at(-1)).toMatchObject({
    kind: 'refusal',
    actor: BEN,
    runId,
    detail: { code: 'target-busy' },
  });
});

test('a run without a message is busy all the same', async () => {
  const here = scene();
  await here.say(ANA, 'now');
  here.store.sent.clear();
  const { reply } = await here.say(BEN, 'now');
  expect(reply).toMatchObject({ view: 'busy', running: { lock: { requester: ANA } } });
});

test('targets are busy each for itself', async () => {
  const here = scene([PROD, LAB]);
  await here.say(ANA, 'now prod');
  expect((await here.say(ANA, 'now lab')).reply).toMatchObject({ view: 'started' });
  expect((await here.say(ANA, 'now lab')).reply).toMatchObject({ view: 'busy', target: 'lab' });
});

test('an engine that fails leaves the lock, with all that is needed to start the run later', async () => {
  const here = scene();
  here.engine.broken = new Error('database is locked');
  const { result, reply } = await here.say(ANA, 'now');
  expect(result).toBe('ok');
  expect(reply).toMatchObject({
    view: 'started',
    delayed: 'The bot’s engine did not answer; it starts the run by itself when it does.',
  });
  const lock = only(here.store.locked.values());
  expect(lock).not.toHaveProperty('engineId');
  expect(lock).toMatchObject({ workflow: 'backup', input: { runId: lock.runId, target: 'prod' } });
});

test('two runs of one minute that draw the same id get two', async () => {
  const here = scene([PROD, LAB]);
  const draws = [0, 0, 0, 0, 0, 0, 0, 0, 0.5, 0.5, 0.5, 0.5];
  const deps = { ...here.deps, random: () => draws.shift() ?? 0.9 };
  await startBackup({ person: ANA }, PROD, '', deps);
  await startBackup({ person: ANA }, LAB, '', deps);
  const [first, second] = [...here.store.locked.values()].map((lock) => lock.runId.slice(-4));
  expect([first, second]).toEqual(['aaaa', expect.not.stringMatching('aaaa')]);
  expect(here.store.sent.size).toBe(2);
});

test('with several targets and none named, a form asks', async () => {
  const here = scene([PROD, LAB]);
  expect((await here.say(ANA, 'now')).reply).toEqual({
    view: 'form',
    form: 'now',
    targets: [PROD, LAB],
    note: '',
  });
  expect(here.store.locked.size).toBe(0);
});
