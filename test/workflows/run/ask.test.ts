import { questionId } from '../../../src/core/run/question.ts';
import { ask } from '../../../src/workflows/run/ask.ts';
import { NOW, RUN, runIn, type Scene, scene } from '../fakes.ts';

const BEN = { userId: 'UBEN', teamId: 'T1' };
const asked = {
  key: 'launch/1',
  text: 'There is no capacity.',
  options: [{ answer: 'retry', label: 'Retry' }],
};
const HOUR = 3_600_000;

/** Waits until the question stands in the run's message. */
async function standing(here: Scene): Promise<void> {
  while (here.view().question === undefined) await new Promise((resolve) => setImmediate(resolve));
}

async function answer(here: Scene, said: string): Promise<void> {
  const id = questionId(RUN, 'launch/1');
  const kept = await here.store.questions.get(id);
  if (kept === undefined) throw new Error('nothing was asked');
  const answered = { answer: said, by: BEN, at: here.clock.now() };
  await here.store.questions.replace(id, kept.version, { ...kept.value, answered }, false);
}

/** Nobody nudges: what counts is the store. */
async function unnudged(): Promise<Scene> {
  const here = await scene();
  here.context.nudged = (_run, signal) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  return here;
}

describe('a question of a run', () => {
  it('stands in its message, calls who asked for it, and is gone with its answer', async () => {
    const here = await unnudged();
    const waiting = ask(runIn(here.context), asked);
    await standing(here);
    expect(here.view().question).toEqual({
      ...asked,
      text: 'There is no capacity. No backup of prod is made until it is decided.',
    });
    expect(here.store.sent.get(`run/${RUN}/ask/launch/1`)?.view).toMatchObject({ mentions: ['UANA'] });
    await answer(here, 'retry');
    await here.clock.advance(30_000);
    expect(await waiting).toBe('retry');
    expect(here.view().question).toBeUndefined();
  });

  it('is not asked anew by a bot that was started again, and an answer given meanwhile counts', async () => {
    const here = await unnudged();
    const first = ask(runIn(here.context), asked);
    await standing(here);
    here.stopping.abort();
    await expect(first).rejects.toThrow('stopping');
    await answer(here, 'retry');

    const again = await scene();
    const context = { ...again.context, store: here.store };
    expect(await ask(runIn(context), asked)).toBe('retry');
    expect((await here.store.questions.get(questionId(RUN, 'launch/1')))?.value.askedAt).toBe(NOW);
    expect(here.view().question).toBeUndefined();
  });

  it('lets live backups be made beside it where nothing is changed, and nothing else', async () => {
    const here = await unnudged();
    const { locks } = here.store;
    const lock = { target: 'prod', requester: BEN, since: NOW, workflow: 'restore', input: {} };
    const own = await locks.ofTarget('prod');
    const live = { ...lock, workflow: 'backup', runId: 'bk-2' };
    const waiting = ask({ ...runIn(here.context), isAside: () => true }, asked);
    await standing(here);
    expect(here.view().question?.text).toBe('There is no capacity. Backups of prod go on meanwhile.');
    expect(await locks.acquire({ ...lock, runId: 'rs-2' })).toMatchObject({
      taken: false,
      by: { runId: RUN },
    });
    expect(await locks.acquire(live, true)).toEqual({ taken: true });
    await answer(here, 'retry');
    await here.clock.advance(30_000);
    await waiting;
    expect(await locks.ofTarget('prod')).toEqual(own);
    await locks.release('bk-2');
    expect(await locks.acquire(live, true)).toMatchObject({ taken: false, by: { runId: RUN } });
  });

  it('is said again each six hours', async () => {
    const here = await unnudged();
    const waiting = ask(runIn(here.context), asked);
    await standing(here);
    const reminders = () => [...here.store.sent.keys()].filter((id) => /ask\/launch\/1\/\d+$/.test(id));
    await here.clock.advance(5 * HOUR);
    expect(reminders()).toEqual([]);
    await here.clock.advance(HOUR);
    expect(reminders()).toHaveLength(1);
    await here.clock.advance(HOUR);
    expect(reminders()).toHaveLength(1);
    await here.clock.advance(5 * HOUR);
    expect(reminders()).toHaveLength(2);
    await answer(here, 'retry');
    await here.clock.advance(30_000);
    expect(await waiting).toBe('retry');
  });
});
