import type { Log } from '../../../src/core/ports/log.ts';
import { noLog } from '../../../src/core/ports/log.ts';
import type { EngineState, WorkflowEngine } from '../../../src/workflows/engine/engine.ts';
import { reconcile } from '../../../src/workflows/engine/reconcile.ts';
import { input, lock, NOW, RUN, scene } from '../fakes.ts';

/** An engine that knows runs by their state. */
function engineOf(
  state: EngineState,
  start: WorkflowEngine['start'] = async () => 'engine-1',
): WorkflowEngine {
  return {
    start,
    nudge: () => undefined,
    startWorker: async () => undefined,
    stateOf: async () => state,
    stop: async () => undefined,
  };
}

async function reconciled(state: EngineState, engineId: string | undefined, start?: WorkflowEngine['start']) {
  const here = await scene();
  if (engineId !== undefined) await here.store.locks.setEngineId(RUN, engineId);
  const told: string[] = [];
  const log: Log = { ...noLog, error: (_fields, message) => void told.push(message) };
  const effects = { ...here.context, engine: engineOf(state, start), log };
  await here.clock.advance(60_000);
  await reconcile(effects);
  return { ...here, effects, told };
}

test('a run that never reached the engine is started, with what its lock kept', async () => {
  const started: unknown[][] = [];
  const { store } = await reconciled('unknown', undefined, async (...asked) => {
    started.push(asked);
    return 'engine-7';
  });
  expect(started).toEqual([['backup', input, RUN]]);
  expect(await store.locks.ofRun(RUN)).toEqual({ ...lock, engineId: 'engine-7' });
});

test('a run that was asked for a moment ago is left to whoever starts it', async () => {
  const here = await scene();
  const started: string[] = [];
  const engine = engineOf('unknown', async (_workflow, _input, runId) => {
    started.push(runId);
    return 'engine-7';
  });
  const look = () => reconcile({ ...here.context, engine, log: noLog, onTheWayMs: 30_000 });
  await here.clock.advance(29_999);
  await look();
  expect(started).toEqual([]);
  await here.clock.advance(1);
  await look();
  expect(started).toEqual([RUN]);
});

test('a run that goes on is left alone', async () => {
  const { store, view, told } = await reconciled('going on', 'engine-1');
  expect(await store.locks.ofRun(RUN)).toBeDefined();
  expect(view()).not.toHaveProperty('result');
  expect(told).toEqual([]);
});

test.each([
  ['failed', 'has given the run up'],
  ['ended', 'says that the run has ended'],
  ['unknown', 'does not know the run any more'],
] as const)(
  'a run of which the engine says “%s” is told as failed, once, and unlocked',
  async (state, said) => {
    const { store, view, effects } = await reconciled(state, 'engine-1');
    const problem = {
      code: 'unexpected',
      step: 'engine',
      message: `the engine ${said} although it was not finished`,
    };
    expect(view()).toMatchObject({ result: { outcome: 'failed', problem, finishedAt: NOW + 60_000 } });
    expect(new Set(view().stages.map((stage) => stage.state))).toEqual(new Set(['skipped']));
    expect(store.sent.get(`run/${RUN}`)?.final).toBe(true);
    expect(store.sent.get(`run/${RUN}/end`)).toMatchObject({
      threadOf: `run/${RUN}`,
      broadcast: true,
      view: { kind: 'note', tone: 'bad', mentions: ['UANA'] },
    });
    expect(store.locked.size).toBe(0);
    await reconcile(effects);
    expect(store.rows).toMatchObject([
      { kind: 'result', target: 'prod', runId: RUN, detail: { outcome: 'failed' } },
    ]);
  },
);

test('a lock that cannot be reconciled is logged, and does not keep the others from it', async () => {
  const started: string[] = [];
  const here = await scene();
  await here.store.locks.acquire({ ...lock, target: 'lab', runId: 'bk-20261123-0314-aaaa' });
  const told: string[] = [];
  const engine = engineOf('unknown', async (_workflow, _input, runId) => {
    if (runId === RUN) throw new Error('database is locked');
    started.push(runId);
    return 'engine-2';
  });
  const log: Log = { ...noLog, error: (_fields, message) => void told.push(message) };
  await reconcile({ ...here.context, engine, log });
  expect(told).toEqual(['this lock could not be reconciled']);
  expect(started).toEqual(['bk-20261123-0314-aaaa']);
  expect(here.store.locked.get('prod')).not.toHaveProperty('engineId');
});
