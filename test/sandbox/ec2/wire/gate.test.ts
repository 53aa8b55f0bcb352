import { ListSnapshotBlocksCommand } from '@aws-sdk/client-ebs';
import {
  CopyImageCommand,
  CreateImageCommand,
  type CreateImageCommandInput,
  DescribeImagesCommand,
} from '@aws-sdk/client-ec2';
import { refusal, startWorld, type World } from '../harness.ts';

function create(world: World, more: Partial<CreateImageCommandInput> = {}) {
  const input = { InstanceId: world.prod.instanceId, Name: 'one', NoReboot: true, ...more };
  return world.ec2.send(new CreateImageCommand(input));
}

const listBlocks = (world: World) =>
  world.ebs.send(new ListSnapshotBlocksCommand({ SnapshotId: 'snap-0b62e1f4000000001' }));

test('a dry run tells whether one may, and does nothing', async () => {
  await using world = await startWorld();
  expect(await refusal(create(world, { DryRun: true }))).toEqual({
    code: 'DryRunOperation',
    status: 412,
    message: 'Request would have succeeded, but DryRun flag is set.',
  });
  world.server.denied.add('ec2:CreateImage');
  expect(await refusal(create(world, { DryRun: true }))).toMatchObject({
    code: 'UnauthorizedOperation',
    status: 403,
  });
  expect(world.server.images.size).toBe(0);
  expect(world.server.count('CreateImage')).toBe(0);
  expect(world.server.calls.map((call) => call.dryRun)).toEqual([true, true]);
});

test('a permission that is missing is named', async () => {
  await using world = await startWorld();
  world.server.denied.add('ec2:CreateImage').add('ebs:ListSnapshotBlocks');
  const { message } = await refusal(create(world));
  expect(message).toContain('is not authorized to perform: ec2:CreateImage');
  expect(await refusal(listBlocks(world))).toMatchObject({ code: 'AccessDeniedException', status: 403 });
  world.server.denied.clear();
  await create(world);
});

test('tagging what one creates is a permission of its own', async () => {
  await using world = await startWorld();
  world.server.denied.add('ec2:CreateTags');
  const TagSpecifications = [{ ResourceType: 'image' as const, Tags: [{ Key: 'k', Value: 'v' }] }];
  const { code, message } = await refusal(create(world, { TagSpecifications }));
  expect(code).toBe('UnauthorizedOperation');
  expect(message).toContain('ec2:CreateTags');
  expect(await refusal(create(world, { TagSpecifications, DryRun: true }))).toMatchObject({ code });
  await create(world);
});

test.each([
  ['expired', 'RequestExpired', 400, 'ExpiredTokenException'],
  ['expired-token', 'ExpiredToken', 400, 'ExpiredTokenException'],
  ['invalid', 'AuthFailure', 401, 'UnrecognizedClientException'],
] as const)('credentials that are %s', async (credentials, code, status, ebsCode) => {
  await using world = await startWorld();
  world.server.credentials = credentials;
  expect(await refusal(create(world, { DryRun: true }))).toMatchObject({ code, status });
  expect(await refusal(listBlocks(world))).toMatchObject({ code: ebsCode, status: 403 });
  world.server.credentials = 'valid';
  await create(world);
});

test('each action has a bucket that fills again', async () => {
  await using world = await startWorld({ rates: { bucket: 2, refillPerSecond: 0.5 } });
  const describe = () => world.ec2.send(new DescribeImagesCommand({}));
  await describe();
  await describe();
  expect(await refusal(describe())).toMatchObject({ code: 'RequestLimitExceeded', status: 503 });
  await create(world);
  await world.clock.advance(2000);
  await describe();
  expect(await refusal(describe())).toMatchObject({ code: 'RequestLimitExceeded' });
});

test('an action the sandbox lacks is refused, also as a dry run', async () => {
  await using world = await startWorld();
  const run = (DryRun: boolean) =>
    world.ec2.send(
      new CopyImageCommand({ Name: 'copy', SourceImageId: 'ami-1', SourceRegion: 'eu-west-1', DryRun }),
    );
  world.server.denied.add('ec2:CopyImage');
  expect(await refusal(run(false))).toMatchObject({ code: 'InvalidAction', status: 400 });
  expect(await refusal(run(true))).toMatchObject({ code: 'InvalidAction' });
  expect(world.server.calls[0]).toMatchObject({ action: 'CopyImage', result: 'InvalidAction' });
});
