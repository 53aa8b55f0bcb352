import { newRunView, type RunEnd } from '../../../src/core/run/run-view.ts';
import { RELEASE, RELEASE_STAGES, type ReleaseInput } from '../../../src/runs/release.ts';
import { release } from '../../../src/workflows/retention/release.ts';
import { BEN } from '../../core/approval/plans.ts';
import { target } from '../../target.ts';
import { approved, keptSteps, NOW, RUN, scene } from '../fakes.ts';
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

/** An approved release in this world, as the image is now. */
async function releasing(world: RetentionWorld, imageId: string) {
  const here = await scene(world.port);
  const requester = { userId: 'UANA', teamId: 'T1' };
  const about = { runId: RUN, target: 'prod', region: 'eu-west-1', requester, requestedAt: NOW };
  const backup = {
    backupId: ID,
    imageId,
    mode: 'live' as const,
    outcome: 'complete' as const,
    isProtected: true,
    tag: HELD,
    heldBy: 'UBEN because',
  };
  const input: ReleaseInput = { ...about, channel: 'C1', why: '', backup };
  const view = newRunView({ ...about, kind: 'release' }, RELEASE_STAGES);
  await approved(here, 'release', { workflow: RELEASE, input, view });
  const context = { ...here.context, clock: world.hurried, targets: [target('prod')] };
  const steps = keptSteps();
  return {
    ...here,
    run: () => release(context, steps, input),
    context,
    input,
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

test('where the hold cannot be taken off, EC2’s protection is put back', async () => {
  await using world = await retentionWorld();
  const image = heldBackup(world);
  world.server.denied.add('ec2:DeleteTags');
  const here = await releasing(world, image.imageId);
  expect(await here.run()).toEqual({ outcome: 'failed' });
  expect(image).toMatchObject({ protection: 'enabled-without-cooldown', tags: { [HELD]: 'UBEN because' } });
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
  expect(gone.end()).toMatchObject({ problem: { changes: [expect.stringContaining('is gone')] } });
  image.name = 'something else';
  const renamed = await releasing(world, image.imageId);
  expect(await renamed.run()).toEqual({ outcome: 'failed' });
  expect(renamed.end()).toMatchObject({
    problem: { changes: [expect.stringContaining('not beyond doubt')], again: `release ${ID}` },
  });
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
  expect(here.end()).toMatchObject({
    lines: [`This run has taken no hold off: /circleci-backup list shows whether ${ID} is held.`],
  });
});

describe('a hold that is not the one of the plan stays', () => {
  test.each<[string, (image: ReturnType<typeof heldBackup>) => unknown, string]>([
    [
      'somebody else holds it',
      (image) => Object.assign(image.tags, { [HELD]: 'UCLEO a lawsuit' }),
      'UCLEO a lawsuit',
    ],
    [
      'its note is another one',
      (image) => Object.assign(image.tags, { 'circleci-backup:note': 'do not delete' }),
      'do not delete',
    ],
    [
      'it turned out to be partial',
      (image) => Object.assign(image.tags, { 'circleci-backup:outcome': 'partial' }),
      'partial',
    ],
    [
      'the tag is of another backup',
      (image) => Object.assign(image.tags, { 'circleci-backup:run': 'bk-20261001-0300-zzzz' }),
      'not beyond doubt ours',
    ],
  ])('%s', async (_what, change, said) => {
    await using world = await retentionWorld();
    const image = heldBackup(world);
    const here = await releasing(world, image.imageId);
    change(image);
    const before = { ...image.tags };
    expect(await here.run()).toEqual({ outcome: 'failed' });
    expect(image.tags).toEqual(before);
    expect(image.protection).toBe('enabled-without-cooldown');
    expect(JSON.stringify(here.end()?.problem)).toContain(said);
  });

  test('also where somebody holds it anew after the approval was looked at', async () => {
    await using world = await retentionWorld();
    const image = heldBackup(world);
    const here = await releasing(world, image.imageId);
    const { taggedImages } = world.port;
    let looks = 0;
    world.port.taggedImages = async (...asked) => {
      looks += 1;
      if (looks === 2) image.tags[HELD] = 'UCLEO a lawsuit';
      return taggedImages(...asked);
    };
    expect(await here.run()).toEqual({ outcome: 'failed' });
    expect(image.tags[HELD]).toBe('UCLEO a lawsuit');
    expect(image.protection).toBe('enabled-without-cooldown');
  });
});
