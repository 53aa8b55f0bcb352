import type { RunEnd } from '../../../src/core/run/run-view.ts';
import { newRunView, withStage } from '../../../src/core/run/run-view.ts';
import { PRUNE, PRUNE_STAGES, type PruneInput } from '../../../src/runs/prune.ts';
import { updateRun } from '../../../src/runs/run-message.ts';
import { prune } from '../../../src/workflows/retention/prune.ts';
import { target } from '../../target.ts';
import { approved, atOnce, keptSteps, NOW, RUN, scene } from '../fakes.ts';
import { DAY, PROD, type RetentionWorld, retentionWorld } from './retention-world.ts';

const POLICY = target('prod', { keep: { last: 2 }, instance: PROD.instance });
const ami = (n: number) => `ami-0000000000000000${n}`;

/** An approved prune of `prod` in this world. */
async function pruning(world: RetentionWorld, only: Partial<PruneInput['only']>, configured = POLICY) {
  const here = await scene(world.port);
  const listed = Object.values(only).flat();
  const about = {
    runId: RUN,
    target: 'prod',
    region: 'eu-west-1',
    requester: { userId: 'UANA', teamId: 'T1' },
    requestedAt: NOW,
  };
  const input: PruneInput = {
    ...about,
    channel: 'C1',
    withoutGrace: false,
    only: { deleting: [], disabling: [], enabling: [], ...only },
    backups: Object.fromEntries(
      listed.map((imageId) => [imageId, world.server.images.get(imageId)?.tags['circleci-backup:run'] ?? '']),
    ),
  };
  const view = newRunView({ ...about, kind: 'prune' }, PRUNE_STAGES);
  await approved(here, 'prune', { workflow: PRUNE, input, view });
  const context = { ...here.context, clock: world.hurried, targets: [configured] };
  return {
    ...here,
    context,
    run: (steps = atOnce) => prune(context, steps, input),
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
  expect(here.end()?.warnings).toEqual([
    expect.stringContaining('would change 1 backup more than the plan says'),
  ]);
});

describe('where something of the list is not to be changed any more, nothing is', () => {
  test.each<[string, (world: RetentionWorld) => void, string]>([
    [
      'it is held',
      ({ server }) =>
        server.images.get(ami(4))?.tags &&
        Object.assign(server.images.get(ami(4))?.tags ?? {}, { 'circleci-backup:held': 'UBEN' }),
      'stays now',
    ],
    ['it is gone', ({ server }) => void server.images.delete(ami(4)), 'is gone'],
    [
      'its tags name another backup',
      ({ server }) =>
        Object.assign(server.images.get(ami(4))?.tags ?? {}, {
          'circleci-backup:run': 'bk-20260101-0000-aaaa',
        }),
      ami(4),
    ],
    [
      'the rules keep it, for a newer one is gone',
      ({ server }) => void server.images.delete(ami(1)),
      'stays now',
    ],
  ])('%s', async (_what, change, said) => {
    await using world = await retentionWorld();
    for (const days of [1, 2, 3, 4]) world.backup(days);
    const here = await pruning(world, { deleting: [ami(3), ami(4)] });
    change(world);
    const before = images(world);
    expect(await here.run()).toEqual({ outcome: 'failed' });
    expect(images(world)).toEqual(before);
    const { problem } = here.end() ?? {};
    expect(problem).toMatchObject({ code: 'plan-changed', again: 'prune prod' });
    expect(JSON.stringify(problem)).toContain(said);
    expect(here.end()?.lines).toEqual(['Nothing was deleted.']);
  });
});

test('what was to be disabled is not deleted, although its grace is over by now', async () => {
  await using world = await retentionWorld();
  const disabledAt = new Date(world.hurried.now() - 5 * DAY).toISOString();
  for (const days of [1, 2]) world.backup(days);
  world.backup(9, { state: 'disabled' }, { 'circleci-backup:disabled-at': disabledAt });
  const here = await pruning(world, { disabling: [ami(3)] }, { ...POLICY, deleteGraceMs: 3 * DAY });
  await here.run();
  expect(images(world)).toContain(ami(3));
  expect(here.end()?.problem).toMatchObject({ changes: [expect.stringContaining('would be deleted now')] });
});

test('a region that is another one by now ends it', async () => {
  await using world = await retentionWorld();
  for (const days of [1, 2, 3]) world.backup(days);
  const here = await pruning(world, { deleting: [ami(3)] }, { ...POLICY, region: 'us-east-1' });
  expect(await here.run()).toEqual({ outcome: 'failed' });
  expect(images(world)).toHaveLength(3);
});

test('taken up again after an interruption, it says what is gone already', async () => {
  await using world = await retentionWorld();
  for (const days of [1, 2, 3, 4]) world.backup(days);
  const here = await pruning(world, { deleting: [ami(3), ami(4)] });
  const steps = keptSteps('prune');
  await expect(here.run(steps)).rejects.toThrow('the process is stopping');
  world.server.images.delete(ami(4));
  await here.run(steps);
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

test('a cancel of what an earlier process has begun tells what is gone by then', async () => {
  await using world = await retentionWorld();
  for (const days of [1, 2, 3, 4]) world.backup(days);
  const here = await pruning(world, { deleting: [ami(3), ami(4)] });
  const steps = keptSteps('prune');
  await expect(here.run(steps)).rejects.toThrow('the process is stopping');
  world.server.images.delete(ami(4));
  await updateRun(here.context, RUN, (view) =>
    withStage(view, 'prune', { state: 'running', startedAt: NOW }),
  );
  await here.store.locks.requestCancel(RUN, { userId: 'UBEN', teamId: 'T1' }, NOW);
  expect(await here.run(steps)).toEqual({ outcome: 'canceled' });
  expect(here.end()?.lines).toEqual([expect.stringMatching(/^not reached: bk-/)]);
  expect(here.end()?.warnings).toContainEqual(expect.stringContaining(`Gone already: ${ami(4)}.`));
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
