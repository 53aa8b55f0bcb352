import { readFileSync, statSync } from 'node:fs';
import {
  CreateImageCommand,
  CreateReplaceRootVolumeTaskCommand,
  EC2Client,
  GetConsoleOutputCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { dialThrough } from '../../../sandbox/machine/access/dial-through.ts';
import { putFile, textAt } from '../../../sandbox/machine/disk/disk.ts';
import { machinesInWords, servicesFaults } from '../../../sandbox/services-faults.ts';
import { createWorld, type World } from '../../../sandbox/world.ts';
import { isStarted, isStopped } from '../../../src/core/model/app-status.ts';
import { noLog } from '../../../src/core/ports/log.ts';
import { rewriteAddresses } from '../../../src/core/restore/rewrite-addresses.ts';
import { createOpenServicesMachine } from '../../../src/gateways/services-machine/services-machine.ts';
import { createOpenSsh } from '../../../src/gateways/ssh/open-ssh.ts';
import { eventually } from '../../faults/eventually.ts';

let world: World;
let ec2: EC2Client;
beforeEach(async () => {
  world = await createWorld({ speed: 2_000 });
  const credentials = { accessKeyId: 'AKIDSANDBOX', secretAccessKey: 'sandbox' };
  ec2 = new EC2Client({ endpoint: world.ec2.url, region: world.ec2.region, credentials });
});
afterEach(async () => {
  ec2.destroy();
  await world.close();
});

function prod() {
  const [first] = world.ec2.instances.values();
  if (first === undefined) throw new Error('There is no machine');
  return first;
}

async function imageOfProd(): Promise<string> {
  const input = { InstanceId: prod().instanceId, Name: 'a backup', NoReboot: true };
  const { ImageId = '' } = await ec2.send(new CreateImageCommand(input));
  world.ec2.completeImage(ImageId);
  return ImageId;
}

async function trustedKeys(instanceId: string): Promise<string[]> {
  let text = '';
  await eventually('the console has the fingerprints', async () => {
    const { Output = '' } = await ec2.send(
      new GetConsoleOutputCommand({ InstanceId: instanceId, Latest: true }),
    );
    text = Buffer.from(Output, 'base64').toString();
    return text.includes('-----END SSH HOST KEY FINGERPRINTS-----');
  });
  return [...text.matchAll(/SHA256:[A-Za-z0-9+/]{43}/g)].map(([key]) => key);
}

function open(host: string, hostKeys: string[]) {
  const openSsh = createOpenSsh({ dial: dialThrough(world.networkUrl), clock: world.clock, log: noLog });
  const privateKey = readFileSync(world.env.SSH_PRIVATE_KEY_FILE ?? '', 'utf8');
  return createOpenServicesMachine(openSsh)(
    { host, port: 22, user: world.env.SSH_USER ?? '', privateKey, hostKeys },
    { signal: AbortSignal.timeout(60_000), patienceMs: 3_600_000 },
  );
}

test('the key of the bot is for nobody else to read', () => {
  expect(statSync(world.env.SSH_PRIVATE_KEY_FILE ?? '').mode & 0o777).toBe(0o600);
});

test('a machine launched from an image is found by its console, and made to know its own address', async () => {
  const ImageId = await imageOfProd();
  const launched = await ec2.send(
    new RunInstancesCommand({
      ImageId,
      InstanceType: 'm5.2xlarge',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: prod().subnetId,
    }),
  );
  const instanceId = launched.Instances?.[0]?.InstanceId ?? '';
  const privateIp = launched.Instances?.[0]?.PrivateIpAddress ?? '';
  expect(privateIp).not.toBe('10.20.1.12');
  const machine = await open(privateIp, await trustedKeys(instanceId));
  try {
    await eventually('Replicated is ready', () => machine.systemReady());
    await machine.stopApp();
    await eventually('it stops', async () => isStopped(await machine.appStatus()));
    for (const { path, text } of await machine.replicatedFiles('rs-1')) {
      const after = rewriteAddresses(text, [{ from: '10.20.1.12', to: privateIp }]).text;
      expect(await machine.rewrite(path, text, after, 'rs-1')).toBe('written');
    }
    await machine.removeNomad();
    expect(await machine.restartServices()).toEqual(['replicated', 'replicated-operator']);
    await eventually('Replicated is ready again', () => machine.systemReady());
    await machine.startApp();
    await eventually('it starts', async () => isStarted(await machine.appStatus()));
    expect(await machine.localAddress()).toBe(privateIp);
  } finally {
    machine.close();
  }
  const old = world.machines.of(prod().instanceId);
  expect(textAt(old.disk, '/etc/default/replicated')).toContain('PRIVATE_ADDRESS=10.20.1.12\n');
});

test('a replaced root volume brings the files back, under the same addresses and host key', async () => {
  const { instanceId } = prod();
  const before = world.machines.of(instanceId);
  const ImageId = await imageOfProd();
  putFile(before.disk, '/data/circle/later', 'written after the backup\n');
  await ec2.send(new CreateReplaceRootVolumeTaskCommand({ InstanceId: instanceId, ImageId }));
  await eventually('it runs again', () => {
    const now = world.machines.running.get(instanceId);
    return world.ec2.instances.get(instanceId)?.state === 'running' && now !== undefined && now !== before;
  });
  const after = world.machines.of(instanceId);
  expect(textAt(after.disk, '/data/circle/later')).toBeUndefined();
  expect(after.hostKey).toBe(before.hostKey);
  const machine = await open('10.20.1.12', [before.hostKey]);
  await eventually('Replicated is ready', () => machine.systemReady());
  expect(await machine.localAddress()).toBe('10.20.1.12');
  machine.close();
});

test('the machine that is lost answers nobody any more', async () => {
  world.ec2.terminateInstance(prod().instanceId);
  const dial = dialThrough(world.networkUrl)('10.20.1.12', 22, AbortSignal.timeout(60_000));
  await expect(dial).rejects.toMatchObject({ code: 'ETIMEDOUT' });
});

test('the page says of each machine where it is, what it does and how many builds are stuck', () => {
  const [line] = machinesInWords(world.machines);
  expect(line).toBe(
    `${prod().instanceId} at 10.20.1.12 and 203.0.113.40: application started, 0 builds stuck`,
  );
});

test('every fault of the page acts on the newest machine, and the second press undoes those that say so', async () => {
  const { faults } = world.machines.of(prod().instanceId);
  const press = (id: string) =>
    servicesFaults(world.machines)
      .find((one) => one.id === id)
      ?.run();
  const before = structuredClone({ ...faults, drops: [] });
  for (const id of ['sudo-password', 'app-never-starts', 'console-noise']) await press(id);
  expect(faults).toMatchObject({
    sudo: 'password',
    appStart: 'never',
    devConsole: { noise: true, wraps: true },
  });
  for (const id of ['sudo-password', 'app-never-starts', 'console-noise']) await press(id);
  expect(faults).toEqual(before);
  for (const id of ['drop-ssh', 'console-throws', 'impostor']) await press(id);
  expect(faults).toMatchObject({
    drops: [{ when: 'after' }],
    devConsole: { throwsAt: [expect.any(String)] },
  });
  expect(world.machines.nextFaults).toBeDefined();
});
