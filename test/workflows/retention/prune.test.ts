import type { RunEnd } from '../../../src/core/run/run-view.ts';
import { newRunView } from '../../../src/core/run/run-view.ts';
import { type PruneInput, pruneStages } from '../../../src/runs/prune.ts';
import { prune } from '../../../src/workflows/retention/prune.ts';
import { target } from '../../commands/fakes.ts';
import { atOnce, NOW, RUN, scene } from '../fakes.ts';
import { DAY, type RetentionWorld, retentionWorld } from './retention-world.ts';

const POLICY = target('prod', { keep: { last: 2 } });
const ami = (n: number) => `ami-0000000000000000${n}`;

/** A prune of `prod` in this world, of what its asker has seen. */
async function pruning(world: RetentionWorld, only: Partial<PruneInput['only']>, configured = POLICY) {
  const here = await scene(world.port);
  const input: PruneInput = {
    runId: RUN,
    target: 'prod',
    region: 'eu-west-1',
    channel: 'C1',
    requester: { userId: 'UANA', teamId: 'T1' },
    requestedAt: NOW,
    withoutGrace: false,
    only: { deleting: [], disabling: [], enabling: [], ...only },
  };
  const { runId, region, requester, requestedAt } = input;
  const view = newRunView(
    { runId, kind: 'prune', target: 'prod', region, requester, requestedAt },
    pruneStages(input),
  );
  const message = here.store.sent.get(`run/${RUN}`);
  if (message === undefined) throw new Error('there is no message');
  await here.store.messages.put({ ...message, view: { kind: 'run', run: view } }, NOW);
  const context = { ...here.context, clock: world.hurried, targets: [configured] };
  return {
    ...here,
    context,
    run: () => prune(context, atOnce, input),
    end: (): RunEnd | undefined => here.view().end,
  };
}

const images = (world: RetentionWorld) => [...world.server.images.keys()];

test('deletes what was shown, and says what became of each', async () => {
  await using world = await retentionWorld();
  for (const days of [1, 2, 3, 4]) world.backup(days);
  const here = await pruning(world, { deleting: [ami(3), ami(4)] });
  expect(await here.run()).toEqual({ outcome: 'done' });
  expect(images(world)).toEqual([ami(1), ami(2)]);
  expect(here.end()).toMatchObject({
    headline: 'Retention by hand of prod: 2 deleted',
    lines: [expect.stringMatching(/^deleted bk-/), expect.stringMatching(/^deleted bk-/)],
    warnings: [],
  });
  expect(await here.store.locks.all()).toEqual([]);
});

test('what the plan of now would delete besides is left, and told', async () => {
  await using world = await retentionWorld();
  for (const days of [1, 2, 3, 4]) world.backup(days);
  const here = await pruning(world, { deleting: [ami(4)] });
  expect(await here.run()).toEqual({ outcome: 'done' });
  expect(images(world)).toEqual([ami(1), ami(2), ami(3)]);
  expect(here.end()?.warnings).toEqual([expect.stringContaining('would change 1 backup more than you saw')]);
});

test('what is kept by now stays, although it was shown', async () => {
  await using world = await retentionWorld();
  for (const days of [1, 3]) world.backup(days);
  world.backup(4, {}, { 'circleci-backup:held': 'UBEN' });
  const here = await pruning(world, { deleting: [ami(2), ami(3)] });
  await here.run();
  expect(images(world)).toEqual([ami(1), ami(2), ami(3)]);
  expect(here.end()?.lines).toEqual(['By now there was nothing left to do of what you saw.']);
});

test('what was to be disabled is not deleted, although its grace is over by now', async () => {
  await using world = await retentionWorld();
  const disabledAt = new Date(world.hurried.now() - 5 * DAY).toISOString();
  for (const days of [1, 2]) world.backup(days);
  world.backup(9, { state: 'disabled' }, { 'circleci-backup:disabled-at': disabledAt });
  const here = await pruning(world, { disabling: [ami(3)] }, { ...POLICY, deleteGraceMs: 3 * DAY });
  await here.run();
  expect(images(world)).toContain(ami(3));
});

test('taken up again after an interruption, it says what is gone already', async () => {
  await using world = await retentionWorld();
  for (const days of [1, 2, 3, 4]) world.backup(days);
  const here = await pruning(world, { deleting: [ami(3), ami(4)] });
  world.server.images.delete(ami(4));
  await here.run();
  expect(here.end()?.warnings).toContainEqual(expect.stringContaining(`Gone already: ${ami(4)}.`));
});

test('a cancel stops before the next one, and lists both', async () => {
  await using world = await retentionWorld();
  for (const days of [1, 2, 3, 4]) world.backup(days);
  const here = await pruning(world, { deleting: [ami(3), ami(4)] });
  const deregister = world.port.deregister;
  world.port.deregister = async (...asked) => {
    const gone = await deregister(...asked);
    here.canceling.abort();
    return gone;
  };
  expect(await here.run()).toEqual({ outcome: 'canceled' });
  expect(images(world)).toHaveLength(3);
  expect(here.end()?.lines).toEqual([
    expect.stringMatching(/^deleted bk-/),
    expect.stringMatching(/^not reached: bk-/),
  ]);
});

test('what EC2 does not delete is told, and the rest goes on', async () => {
  await using world = await retentionWorld();
  for (const days of [1, 2, 3, 4]) world.backup(days);
  const here = await pruning(world, { deleting: [ami(3), ami(4)] });
  world.server.faults.push({
    action: 'DeregisterImage',
    kind: 'error',
    code: 'UnauthorizedOperation',
    status: 403,
    times: 1,
  });
  expect(await here.run()).toEqual({ outcome: 'partly' });
  expect(images(world)).toHaveLength(3);
  expect(here.end()?.lines).toContainEqual(expect.stringMatching(/^not done: bk-/));
});
