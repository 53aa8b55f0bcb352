import { cancel, cancelRun, targetOfRun } from '../../../src/commands/base/cancel.ts';
import { guarded } from '../../../src/commands/dispatch.ts';
import type { Store } from '../../../src/core/store/store.ts';
import { ANA, BEN, CLEO, LAB, NOW, PROD, scene } from '../fakes.ts';

const UNKNOWN = 'bk-20261123-0314-zzzz';

async function running(targets = [PROD], typed = 'now') {
  const here = scene(targets);
  const { reply } = await here.say(ANA, typed);
  if (reply.view !== 'started') throw new Error(`it did not start: ${JSON.stringify(reply)}`);
  return { here, runId: reply.runId };
}

test('notes the wish in the lock, the message and the audit, and tells the run', async () => {
  const { here, runId } = await running();
  await here.clock.advance(5_000);
  expect((await here.say(BEN, `cancel ${runId}`)).reply).toEqual({
    view: 'canceling',
    runId,
    target: 'prod',
  });
  expect(await here.store.locks.ofRun(runId)).toMatchObject({ cancel: { by: BEN, at: NOW + 5_000 } });
  expect(here.store.sent.get(`run/${runId}`)?.view).toMatchObject({ run: { cancelRequestedBy: BEN.userId } });
  expect(here.store.rows.at(-1)).toMatchObject({ kind: 'cancel', target: 'prod', runId, actor: BEN });
  expect(here.engine.nudged).toEqual([runId]);
  expect(here.woken).toBe(2);
});

test('the first wish is the one that counts; the second is answered and kept', async () => {
  const { here, runId } = await running();
  await here.say(BEN, `cancel ${runId}`);
  expect((await here.say(ANA, `cancel ${runId}`)).reply).toMatchObject({ view: 'canceling' });
  expect((await here.store.locks.ofRun(runId))?.cancel?.by).toEqual(BEN);
  expect(here.store.sent.get(`run/${runId}`)?.view).toMatchObject({ run: { cancelRequestedBy: BEN.userId } });
  expect(here.store.rows.filter((row) => row.kind === 'cancel').map((row) => row.actor)).toEqual([BEN, ANA]);
});

test('an id is read however it is written', async () => {
  const { here, runId } = await running();
  expect((await here.say(ANA, `cancel  ${runId.toUpperCase()} `)).reply).toMatchObject({ view: 'canceling' });
});

describe('is refused', () => {
  test.each([
    ['cancel', 'Which run? Nothing is running.'],
    ['cancel everything now', '“everything now” is not a run id. Nothing is running.'],
    [`cancel ${UNKNOWN}`, `Run ${UNKNOWN} is not running (any more). Nothing is running.`],
  ])('%s, while nothing runs', async (text, reason) => {
    expect((await scene().say(ANA, text)).reply).toMatchObject({
      view: 'refusal',
      reason,
      usage: '/circleci-backup cancel <run>',
    });
  });

  test('with what runs now', async () => {
    const { here, runId } = await running();
    const { reply } = await here.say(ANA, `cancel ${UNKNOWN}`);
    expect(reply).toMatchObject({
      reason: `Run ${UNKNOWN} is not running (any more). Running now: ${runId} (prod).`,
    });
  });

  test('when the run ends between the question and the wish', async () => {
    const { here, runId } = await running();
    const store = {
      ...here.store,
      transaction: <T>(work: (tx: Store) => Promise<T>) => {
        here.store.locked.clear();
        return work(here.store);
      },
    };
    const reply = await cancelRun({ person: ANA }, runId, { ...here.deps, store });
    expect(reply).toMatchObject({
      view: 'refusal',
      reason: expect.stringContaining(`Run ${runId} has just ended.`),
    });
    expect(here.engine.nudged).toEqual([]);
  });

  test('for an operator of another target, typed or clicked', async () => {
    const { here, runId } = await running([PROD, LAB], 'now lab');
    const reason = '“cancel” is for operators of lab, and you are not one. Nothing was done.';
    expect((await here.say(BEN, `cancel ${runId}`)).reply).toMatchObject({ reason, people: ['SOPS'] });
    const clicked = await guarded(
      cancel,
      () => targetOfRun(runId, here.deps),
      BEN,
      here.deps,
      () => cancelRun({ person: BEN }, runId, here.deps),
    );
    expect(clicked.reply).toMatchObject({ reason });
    expect((await here.store.locks.ofRun(runId))?.cancel).toBeUndefined();
  });

  test('for who is no operator at all, with nobody’s run named', async () => {
    const { here } = await running();
    expect((await here.say(CLEO, `cancel ${UNKNOWN}`)).reply).toMatchObject({
      reason: '“cancel” is for operators, and you are not one. Nothing was done.',
    });
  });
});
