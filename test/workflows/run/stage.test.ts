import { ProblemError } from '../../../src/core/problems/problem.ts';
import { CanceledError, StoppingError } from '../../../src/workflows/run/interruptions.ts';
import { runStage } from '../../../src/workflows/run/stage.ts';
import { NOW, RUN, runIn, type Scene, scene } from '../fakes.ts';

const notes = ({ store }: Scene) =>
  [...store.sent.values()].flatMap(({ view }) => (view.kind === 'note' ? [view.text] : []));
const find = (here: Scene) => here.view().stages.find((stage) => stage.key === 'find');

test('a stage shows that it runs, then how it ended, and is written down', async () => {
  const here = await scene();
  const result = await runStage(runIn(here.context), 'find', async (show) => {
    expect(find(here)).toMatchObject({ state: 'running', startedAt: NOW });
    await show((view) => ({ ...view, hint: 'EC2 is slow' }));
    await here.clock.advance(5_000);
    return { ok: true, value: 42, detail: 'i-1' };
  });
  expect(result).toEqual({ ok: true, value: 42, detail: 'i-1' });
  expect(find(here)).toEqual({
    key: 'find',
    title: 'Find the Services machine',
    state: 'done',
    startedAt: NOW,
    endedAt: NOW + 5_000,
    detail: 'i-1',
  });
  expect(here.view()).not.toHaveProperty('hint');
  expect(here.store.rows).toMatchObject([
    { kind: 'stage', runId: RUN, detail: { stage: 'find', result: 'i-1' } },
  ]);
  expect(notes(here)).toEqual([]);
});

const quota = { code: 'quota', action: 'CreateImage', awsCode: 'SnapshotLimitExceeded' } as const;

test.each([
  ['a known problem', new ProblemError(quota), quota],
  ['a cancel', new CanceledError('UBEN'), { code: 'canceled', by: 'UBEN', snapshotIds: [] }],
  [
    'a fault',
    new TypeError('x is undefined'),
    { code: 'unexpected', step: 'find', message: 'TypeError: x is undefined' },
  ],
  ['anything', 'no error at all', { code: 'unexpected', step: 'find', message: 'no error at all' }],
])('what is thrown ends the stage as data: %s', async (_what, thrown, problem) => {
  const here = await scene();
  const result = await runStage(runIn(here.context), 'find', async () => Promise.reject(thrown));
  expect(result).toEqual({ ok: false, problem });
  expect(find(here)).toMatchObject({ state: 'failed', endedAt: NOW });
  expect(here.store.rows).toMatchObject([{ detail: { stage: 'find', problem } }]);
});

test('a stop leaves the stage as it is, and the next try says that it goes on', async () => {
  const here = await scene();
  const stop = async () => Promise.reject(new StoppingError());
  await expect(runStage(runIn(here.context), 'find', stop)).rejects.toThrow(StoppingError);
  expect(find(here)).toMatchObject({ state: 'running' });
  const next = { ...here.context, startedAt: NOW + 60_000 };
  for (let tries = 0; tries < 2; tries += 1) {
    await expect(runStage(runIn(next), 'find', stop)).rejects.toThrow(StoppingError);
  }
  expect(notes(here)).toEqual([
    'The bot was started again and goes on with “Find the Services machine”. Nothing was done twice.',
  ]);
});

test('a store that cannot be written is said in the channel, and the stage is tried again', async () => {
  const here = await scene();
  here.store.broken = new ProblemError({ code: 'store-unavailable', reason: 'the disk is full' });
  const work = async () => ({ ok: true as const, value: 1 });
  await expect(runStage(runIn(here.context), 'find', work)).rejects.toThrow(ProblemError);
  expect(here.emergencies).toEqual([expect.stringContaining('the disk is full')]);
  here.store.broken = undefined;
  expect(await runStage(runIn(here.context), 'find', work)).toEqual({ ok: true, value: 1 });
});
