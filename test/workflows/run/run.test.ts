import { ProblemError } from '../../../src/core/problems/problem.ts';
import { questionId } from '../../../src/core/run/question.ts';
import { withStage } from '../../../src/core/run/run-view.ts';
import { updateRun } from '../../../src/runs/run-message.ts';
import { AbortedError } from '../../../src/workflows/run/interruptions.ts';
import { createRun, type RunHabits } from '../../../src/workflows/run/run.ts';
import { atOnce, RUN, type Scene, scene } from '../fakes.ts';

const BEN = { userId: 'UBEN', teamId: 'T1' };
const stages = [
  { key: 'find', title: 'Find it' },
  { key: 'size', title: 'Measure it', skip: 'Nobody knows how big it is.' },
];
const abort = () => ({ answer: 'abort', label: 'Abort' });
const refusal = new ProblemError({ code: 'permissions-missing', actions: ['ec2:CreateImage'] });

function runOf(here: Scene, habits: Partial<RunHabits> = { abort }) {
  const facts = { runId: RUN, kind: 'restore', target: 'prod', region: 'eu-west-1', channel: 'C1' } as const;
  // It looks again whenever the test has done something.
  const nudged = () => new Promise<void>((resolve) => setImmediate(resolve));
  const context = { ...here.context, nudged };
  return createRun(context, atOnce, { ...facts, verb: 'restore', calls: ['UANA'] }, { stages, ...habits });
}

/** Waits for this question and answers it; gives the labels of its buttons. */
async function answer(here: Scene, key: string, said: string): Promise<string[]> {
  const id = questionId(RUN, key);
  while ((await here.store.questions.get(id)) === undefined) await new Promise((done) => setImmediate(done));
  const kept = await here.store.questions.get(id);
  if (kept === undefined) throw new Error('nothing was asked');
  const answered = { answer: said, by: BEN, at: here.clock.now() };
  await here.store.questions.replace(id, kept.version, { ...kept.value, answered }, false);
  return kept.value.options.map(({ label }) => label);
}

/** Work that is refused so many times, and then gives how often it was begun. */
function refused(times: number) {
  let begun = 0;
  return async () => {
    begun += 1;
    if (begun <= times) throw refusal;
    return { ok: true as const, value: String(begun) };
  };
}

test('a stage is tried again as often as people want', async () => {
  const here = await scene();
  const run = runOf(here);
  const done = run.stage('find', refused(2));
  expect(await answer(here, 'find/1', 'retry')).toEqual(['Try again', 'Abort']);
  await answer(here, 'find/2', 'retry');
  expect(await done).toBe('3');
  expect([[...run.done], [...run.left]]).toEqual([['find'], []]);
});

test('one that may be left out has another value then', async () => {
  const here = await scene();
  const run = runOf(here);
  const done = run.stage('size', refused(1), 'unknown');
  expect(await answer(here, 'size/1', 'skip')).toEqual(['Try again', 'Leave this step out', 'Abort']);
  expect(await done).toBe('unknown');
  expect([[...run.done], [...run.left]]).toEqual([[], ['size']]);
});

test('Abort ends the run with what it was asked about', async () => {
  const here = await scene();
  const done = runOf(here).stage('find', refused(1));
  await Promise.all([expect(done).rejects.toThrow(AbortedError), answer(here, 'find/1', 'abort')]);
  await expect(done).rejects.toMatchObject({ problem: refusal.problem });
});

test('a run that asks nobody ends with the problem', async () => {
  const run = runOf(await scene(), {});
  await expect(run.stage('find', refused(1))).rejects.toMatchObject({ problem: refusal.problem });
});

describe('a wish to stop', () => {
  async function canceled(habits: Partial<RunHabits> = { abort }) {
    const here = await scene();
    await here.store.locks.requestCancel(RUN, BEN, 0);
    return { here, run: runOf(here, habits) };
  }
  const problem = { code: 'canceled', by: BEN.userId };

  test('ends the run before its next stage', async () => {
    const { run } = await canceled();
    await expect(run.stage('find', refused(0))).rejects.toMatchObject({ problem });
  });

  test('is asked about where something would be left, and is forgotten once people go on', async () => {
    const { here, run } = await canceled({ abort, asksOnCancel: true });
    const done = run.stage('size', refused(0), 'unknown');
    expect(await answer(here, 'size/1', 'retry')).toEqual(['Go on', 'Abort']);
    expect(await done).toBe('1');
    expect((await here.store.locks.ofRun(RUN))?.cancel).toBeUndefined();
  });

  test('is not heeded by a stage that has to be brought to its end', async () => {
    const { run } = await canceled({ abort, heedsCancel: () => false });
    expect(await run.stage('find', refused(0))).toBe('1');
  });

  test('does not end unseen what an earlier process began and may have left half done', async () => {
    const { here, run } = await canceled({ abort, goesOnWith: (key) => key === 'find' });
    await updateRun(here.context, RUN, (view) => withStage(view, 'find', { state: 'running', startedAt: 0 }));
    await updateRun(here.context, RUN, (view) => withStage(view, 'size', { state: 'running', startedAt: 0 }));
    expect(await run.stage('find', refused(0))).toBe('1');
    await expect(run.stage('size', refused(0))).rejects.toMatchObject({ problem });
  });

  test('does not stop an undoing half-way', async () => {
    const { run } = await canceled();
    expect(await run.undo({ key: 'undo', title: 'Put it back' }, refused(0))).toBeUndefined();
  });
});

test('what has to be undone may be left as it is', async () => {
  const here = await scene();
  const run = runOf(here);
  const undone = run.undo({ key: 'undo', title: 'Put it back' }, refused(9));
  expect(await answer(here, 'undo/1', 'leave')).toEqual(['Try again', 'Leave it as it is']);
  expect(await undone).toMatchObject({ code: 'permissions-missing' });
  expect([...run.left]).toEqual(['undo']);
});

test('what is looked for and does not come in time is a problem', async () => {
  const here = await scene();
  const late = (afterMs: number) => ({ code: 'quiesce-late', afterMs }) as const;
  const found = runOf(here).attempt<string>('find', async ({ until }) => {
    await until(
      async () => {
        await here.clock.advance(400);
        return undefined;
      },
      { everyMs: 0, limitMs: 1_000, late },
    );
    return { ok: true, value: 'never' };
  });
  expect(await found).toEqual({ ok: false, problem: late(1_200) });
});
