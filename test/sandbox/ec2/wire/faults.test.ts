import { ListSnapshotBlocksCommand } from '@aws-sdk/client-ebs';
import { CreateImageCommand, DescribeImagesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { refusal, startWorld, type World } from '../harness.ts';

function create(world: World, abortSignal?: AbortSignal) {
  const command = new CreateImageCommand({ InstanceId: world.prod.instanceId, Name: 'one', NoReboot: true });
  return world.ec2.send(command, abortSignal ? { abortSignal } : {});
}

test('an error comes as often as asked for, then all is well', async () => {
  await using world = await startWorld();
  world.server.faults.push(
    { action: 'CreateImage', times: 2, kind: 'error', code: 'RequestLimitExceeded' },
    {
      action: '*',
      kind: 'error',
      code: 'InternalError',
      message: 'An internal error has occurred',
      status: 500,
    },
  );
  expect(await refusal(create(world))).toMatchObject({ code: 'RequestLimitExceeded', status: 503 });
  const describe = world.ec2.send(new DescribeImagesCommand({}));
  expect(await refusal(describe)).toEqual({
    code: 'InternalError',
    status: 500,
    message: 'An internal error has occurred',
  });
  expect(await refusal(create(world))).toMatchObject({ code: 'RequestLimitExceeded' });
  expect(world.server.faults).toEqual([]);
  await create(world);
  expect(world.server.calls.map(({ action, result, applied }) => ({ action, result, applied }))).toEqual([
    { action: 'CreateImage', result: 'RequestLimitExceeded', applied: false },
    { action: 'DescribeImages', result: 'InternalError', applied: false },
    { action: 'CreateImage', result: 'RequestLimitExceeded', applied: false },
    { action: 'CreateImage', result: 'ok', applied: true },
  ]);
  expect(world.server.count('CreateImage')).toBe(3);
});

test('an answer may come from a proxy instead of EC2', async () => {
  await using world = await startWorld();
  world.server.faults.push({ action: 'CreateImage', kind: 'http', status: 502 });
  expect(await refusal(create(world))).toMatchObject({ status: 502 });
  expect(world.server.images.size).toBe(0);
  expect(world.server.calls[0]?.result).toBe('http 502');
});

test.each([false, true])('a connection may be cut, with the image made: %s', async (applied) => {
  await using world = await startWorld();
  world.server.faults.push({ action: 'CreateImage', kind: 'cut', applied });
  expect(await refusal(create(world))).toMatchObject({ status: undefined });
  expect(world.server.images.size).toBe(applied ? 1 : 0);
  expect(world.server.calls[0]).toMatchObject({ result: 'cut', applied });
});

test.each([false, true])('an answer may never come, with the image made: %s', async (applied) => {
  await using world = await startWorld();
  world.server.faults.push({ action: 'CreateImage', kind: 'silence', applied });
  const patience = new AbortController();
  const made = create(world, patience.signal);
  const outcome = refusal(made);
  while (world.server.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
  patience.abort();
  expect((await outcome).code).toBe('AbortError');
  expect(world.server.images.size).toBe(applied ? 1 : 0);
});

test('an SDK that tries again after a lost answer finds its own image in the way', async () => {
  await using world = await startWorld();
  world.server.faults.push({ action: 'CreateImage', kind: 'cut', applied: true });
  const credentials = { accessKeyId: 'AKIDSANDBOX', secretAccessKey: 'sandbox' };
  const usual = new EC2Client({ endpoint: world.server.url, region: world.server.region, credentials });
  const command = new CreateImageCommand({ InstanceId: world.prod.instanceId, Name: 'one', NoReboot: true });
  expect(await refusal(usual.send(command))).toMatchObject({ code: 'InvalidAMIName.Duplicate' });
  expect(world.server.count('CreateImage')).toBe(2);
  usual.destroy();
});

test('the EBS direct APIs have faults in their own words', async () => {
  await using world = await startWorld();
  world.server.faults.push({ action: 'ListSnapshotBlocks', kind: 'error', code: 'InternalServerException' });
  const list = world.ebs.send(new ListSnapshotBlocksCommand({ SnapshotId: 'snap-0b62e1f4000000001' }));
  expect(await refusal(list)).toMatchObject({ code: 'InternalServerException', status: 500 });
});
