import { type Plan, planDigest } from '../../../src/core/approval/approval.ts';
import { newRunView, type RunEnd } from '../../../src/core/run/run-view.ts';
import { RELEASE_STAGES, type ReleaseInput } from '../../../src/runs/release.ts';
import { release } from '../../../src/workflows/retention/release.ts';
import { target } from '../../commands/fakes.ts';
import { approval, BEN, plan } from '../../core/approval/plans.ts';
import { atOnce, NOW, RUN, scene } from '../fakes.ts';
import { type RetentionWorld, retentionWorld } from './retention-world.ts';

const ID = 'bk-20261001-0300-h7kd';
const HELD = 'circleci-backup:held';

function heldBackup(
  world: RetentionWorld,
  protection: 'disabled' | 'enabled-without-cooldown' = 'enabled-without-cooldown',
) {
  return world.backup(
    3,
    { name: `circleci-backup/prod/${ID}`, protection },
    { 'circleci-backup:run': ID, [HELD]: 'UBEN because' },
  );
}

/** An approved release in this world. */
async function releasing(world: RetentionWorld, imageId: string) {
  const here = await scene(world.port);
  const requester = { userId: 'UANA', teamId: 'T1' };
  const about = { runId: RUN, target: 'prod', region: 'eu-west-1', requester, requestedAt: NOW };
  const input: ReleaseInput = { ...about, channel: 'C1', backupId: ID, imageId };
  const view = newRunView({ ...about, kind: 'release' }, RELEASE_STAGES);
  const planned: Plan = { ...plan(), start: { workflow: 'release', input, view } };
  const message = here.store.sent.get(`run/${RUN}`);
  if (message === undefined) throw new Error('there is no message');
  await here.store.messages.put({ ...message, view: { kind: 'run', run: view } }, NOW);
  const votes = [{ person: BEN, vote: 'approve' as const, at: NOW }];
  const digest = planDigest(planned, here.context.digest);
  await here.store.approvals.insert(
    RUN,
    approval({ runId: RUN, plan: planned, digest, state: 'approved', votes }),
    false,
  );
  const context = { ...here.context, clock: world.hurried, targets: [target('prod')] };
  return {
    ...here,
    run: () => release(context, atOnce, input),
    end: (): RunEnd | undefined => here.view().end,
  };
}

test('takes protection and tag off, reads them back, and says what that means', async () => {
  await using world = await retentionWorld();
  const image = heldBackup(world);
  const here = await releasing(world, image.imageId);
  expect(await here.run()).toEqual({ outcome: 'done' });
  expect(image).toMatchObject({ protection: 'disabled' });
  expect(image.tags).not.toHaveProperty(HELD);
  expect(here.end()).toMatchObject({ headline: `${ID} of prod is released`, warnings: [] });
  expect(await here.store.locks.all()).toEqual([]);
  // Taken up again after all of it was done, it finds nothing else to do.
  expect(await here.run()).toEqual({ outcome: 'done' });
});

test('the tag goes last: where the protection cannot be taken off, the hold stays', async () => {
  await using world = await retentionWorld();
  const image = heldBackup(world);
  world.server.faults.push({
    action: 'DisableImageDeregistrationProtection',
    kind: 'error',
    code: 'UnauthorizedOperation',
    status: 403,
    times: 9,
  });
  const here = await releasing(world, image.imageId);
  expect(await here.run()).toEqual({ outcome: 'failed' });
  expect(image.tags).toHaveProperty(HELD);
  expect(here.end()).toMatchObject({ problem: { code: 'permissions-missing' } });
});

test('what EC2 protects still is released in part, with the reason that is most likely', async () => {
  await using world = await retentionWorld();
  const image = heldBackup(world);
  const { taggedImages } = world.port;
  world.port.taggedImages = async (...asked) =>
    (await taggedImages(...asked)).map((one) => ({ ...one, isProtected: true }));
  const here = await releasing(world, image.imageId);
  expect(await here.run()).toEqual({ outcome: 'partly' });
  expect(here.end()?.warnings).toEqual([expect.stringContaining('cooldown')]);
});

test('of an image that is gone, or is not this backup’s any more, nothing is changed', async () => {
  await using world = await retentionWorld();
  const image = heldBackup(world);
  const gone = await releasing(world, 'ami-0ffffffffffffffff');
  expect(await gone.run()).toEqual({ outcome: 'failed' });
  expect(gone.end()).toMatchObject({ problem: { code: 'release-gone' } });
  image.name = 'something else';
  const renamed = await releasing(world, image.imageId);
  expect(await renamed.run()).toEqual({ outcome: 'failed' });
  expect(renamed.end()).toMatchObject({ problem: { code: 'release-doubtful' } });
  expect(image.tags).toHaveProperty(HELD);
  expect(image.protection).toBe('enabled-without-cooldown');
});

test('a cancel before it begins leaves the hold', async () => {
  await using world = await retentionWorld();
  const image = heldBackup(world);
  const here = await releasing(world, image.imageId);
  await here.store.locks.requestCancel(RUN, BEN, NOW);
  expect(await here.run()).toEqual({ outcome: 'canceled' });
  expect(image.tags).toHaveProperty(HELD);
  expect(here.end()).toMatchObject({ lines: ['It is held as before.'] });
});
