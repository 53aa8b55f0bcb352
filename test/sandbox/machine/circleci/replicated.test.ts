import { putDirectory, putFile, removePath } from '../../../../sandbox/machine/disk/disk.ts';
import { type MachineWorld, machineWorld, RESTORED } from '../harness.ts';

let world: MachineWorld;
beforeEach(async () => {
  world = await machineWorld();
});
afterEach(() => world.close());

async function appStatus(host?: string) {
  const { stdout } = await world.run('sudo -n replicatedctl app status', undefined, host);
  const [app] = JSON.parse(stdout);
  return [app.State, app.DesiredState, app.IsTransitioning];
}

test('the application stops and starts, and takes its time for both', async () => {
  expect(await appStatus()).toEqual(['started', 'started', false]);
  await world.run('sudo replicatedctl app stop');
  expect(await appStatus()).toEqual(['stopping', 'stopped', true]);
  world.clock.advance(30_000);
  expect(await appStatus()).toEqual(['stopped', 'stopped', false]);
  await world.run('sudo replicatedctl app start');
  expect(await appStatus()).toEqual(['starting', 'started', true]);
  world.clock.advance(80_000);
  expect(await appStatus()).toEqual(['started', 'started', true]);
  world.clock.advance(20_000);
  expect(await appStatus()).toEqual(['started', 'started', false]);
});

test('an application that never starts, and one that fails', async () => {
  await world.run('sudo replicatedctl app stop -f');
  world.clock.advance(60_000);
  world.prod.faults.appStart = 'never';
  await world.run('sudo replicatedctl app start');
  world.clock.advance(3_600_000);
  expect(await appStatus()).toEqual(['starting', 'started', true]);
  world.prod.faults.appStart = 'fails';
  expect(await appStatus()).toEqual(['stopped', 'started', false]);
});

test('the local address follows the file at a restart of replicated, and not before', async () => {
  const address = async () =>
    JSON.parse((await world.run('sudo replicatedctl params export')).stdout).LocalAddress;
  const { disk } = world.prod;
  putFile(disk, '/etc/default/replicated', 'PRIVATE_ADDRESS=10.20.1.99\r\n');
  expect(await address()).toBe('10.20.1.12');
  expect(await world.run('systemctl restart replicated')).toMatchObject({ code: 1 });
  expect(await world.run('sudo systemctl restart replicated')).toMatchObject({ code: 0 });
  expect((await world.run('sudo replicatedctl system status')).stdout).toContain('initializing');
  expect((await world.run('sudo replicatedctl app status')).code).toBe(1);
  world.clock.advance(20_000);
  expect(await address()).toBe('10.20.1.99');
});

test.each([
  ['missing', () => removePath(world.prod.disk, '/etc/default/replicated')],
  ['a directory', () => putDirectory(world.prod.disk, '/etc/default/replicated')],
  ['unreadable', () => void world.prod.faults.unreadable.add('/etc/default/replicated')],
])('with a file that is %s the service does not come up', async (_what, spoil) => {
  spoil();
  expect(await world.run('sudo systemctl restart replicated')).toMatchObject({ code: 1 });
});

test('14.04 has upstart and an agent', async () => {
  const old = await machineWorld({ init: 'upstart', second: 'replicated-agent' });
  try {
    expect(await old.run('command -v systemctl')).toMatchObject({ code: 1, stdout: '' });
    expect(await old.run('sudo service replicated-agent restart')).toMatchObject({ code: 0 });
    expect(await old.run('sudo service replicated-operator restart')).toMatchObject({ code: 1 });
  } finally {
    await old.close();
  }
});

test('the hostname counts once it was applied, and the application restarts for it', async () => {
  const exported = async () => JSON.parse((await world.run('sudo replicatedctl app-config export')).stdout);
  await world.run('sudo replicatedctl app-config set hostname --value ci2.acme-rail.example');
  expect(await exported()).toEqual({ hostname: { value: 'ci2.acme-rail.example' } });
  expect(await appStatus()).toEqual(['started', 'started', false]);
  await world.run('sudo replicatedctl app apply-config');
  expect(await appStatus()).toEqual(['stopping', 'started', true]);
  world.clock.advance(25_000);
  expect(await appStatus()).toEqual(['starting', 'started', true]);
  expect(world.prod.disk.replicated.hostname).toBe('ci2.acme-rail.example');
});

test('what is hidden is only in the hidden export', async () => {
  expect((await world.run('sudo replicatedctl app-config export --hidden')).stdout).toContain('secret');
  expect((await world.run('sudo replicatedctl app-config export')).stdout).not.toContain('secret');
});

test('replicatedctl that is absent, prints no JSON, or fails', async () => {
  world.prod.faults.replicatedctl = 'absent';
  expect(await world.run('command -v replicatedctl')).toMatchObject({ code: 1 });
  world.prod.faults.replicatedctl = 'garbage';
  expect((await world.run('sudo replicatedctl app status')).stdout).toContain('<html>');
  world.prod.faults.replicatedctl = 'failing';
  expect((await world.run('sudo replicatedctl app status')).code).toBe(1);
});

test('Nomad shows what runs, and nothing after the stop', async () => {
  expect((await world.run('sudo nomad status')).stdout).toMatch(
    /^ID +Type +Priority +Status\n(\S+ +batch +50 +running\n){3}$/,
  );
  await world.run('sudo replicatedctl app stop -f');
  world.clock.advance(60_000);
  expect((await world.run('sudo nomad status')).stdout).toBe('No running jobs\n');
});

describe('restored from an image', () => {
  test('it has the old addresses in its files, the application comes up, and starting anew needs the right address', async () => {
    const machine = world.restored();
    await expect(world.dial(RESTORED.privateIp, 22)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    world.clock.advance(60_000);
    const at = RESTORED.privateIp;
    expect((await world.run('cat /etc/default/replicated', undefined, at)).stdout).toContain('10.20.1.12');
    expect((await world.run('hostname -I', undefined, at)).stdout).toContain(at);
    world.clock.advance(120_000);
    expect(await appStatus(at)).toEqual(['started', 'started', false]);

    await world.run('sudo replicatedctl app stop -f', undefined, at);
    world.clock.advance(60_000);
    await world.run('sudo replicatedctl app start', undefined, at);
    world.clock.advance(3_600_000);
    expect(await appStatus(at)).toEqual(['starting', 'started', true]);

    const edit =
      "sudo sed -i 's/10.20.1.12/10.20.1.99/g' /etc/default/replicated /etc/default/replicated-operator";
    await world.run(edit, undefined, at);
    await world.run(
      'sudo systemctl restart replicated; sudo systemctl restart replicated-operator',
      undefined,
      at,
    );
    world.clock.advance(20_000);
    await world.run('sudo replicatedctl app stop -f', undefined, at);
    world.clock.advance(60_000);
    await world.run('sudo replicatedctl app start', undefined, at);
    world.clock.advance(120_000);
    expect(await appStatus(at)).toEqual(['started', 'started', false]);
    expect(machine.localAddress()).toBe(at);
  });

  test('what is done to the one is not done to the other', async () => {
    world.restored();
    world.clock.advance(60_000);
    await world.run('sudo rm -rf /opt/nomad', undefined, RESTORED.privateIp);
    expect((await world.run('ls -d /opt/nomad', undefined, RESTORED.privateIp)).code).not.toBe(0);
    expect((await world.run('ls -d /opt/nomad')).code).toBe(0);
  });

  test('a snapshot has each build as it was at its moment, whenever the machine is launched from it', () => {
    world.clock.advance(111 * 60_000);
    world.machines.hooks.snapshotStarted('snap-0b62e1f4000000009', 'vol-0d17c6e9000000001');
    world.clock.advance(24 * 3_600_000);
    world.machines.hooks.volumeFilled(RESTORED.rootVolumeId, 'snap-0b62e1f4000000009');
    world.machines.hooks.booted(RESTORED);
    const { builds } = world.machines.of(RESTORED.instanceId).disk;
    expect(builds.slice(-4).map(({ lifecycle }) => lifecycle)).toEqual([
      'finished',
      'finished',
      'running',
      'queued',
    ]);
  });

  test('builds that ran go on on the one machine and show "Running" for ever on the other', async () => {
    const restored = world.restored();
    world.clock.advance(24 * 3_600_000);
    const running = async (host?: string) =>
      (await world.run('sudo nomad status', undefined, host)).stdout.split('\n').length;
    expect([await running(), await running(RESTORED.privateIp)]).toEqual([2, 2]);
    const states = restored.disk.builds.map((build) => build.lifecycle);
    expect(states.filter((state) => state === 'running')).toHaveLength(3);
    expect(world.prod.disk.builds.filter((build) => build.lifecycle === 'running')).toEqual([]);
  });

  test('it has a host key of its own, and the console says which', async () => {
    world.restored();
    world.clock.advance(60_000);
    const [old, fresh] = [await world.logIn('10.20.1.12'), await world.logIn(RESTORED.privateIp)];
    expect(fresh.shown).not.toBe(old.shown);
    const text = world.machines.hooks.consoleOutput(RESTORED.instanceId);
    const between =
      /-----BEGIN SSH HOST KEY FINGERPRINTS-----(.*)-----END SSH HOST KEY FINGERPRINTS-----/s.exec(text);
    expect(/SHA256:[A-Za-z0-9+/]{43}/.exec(between?.[1] ?? '')?.[0]).toBe(fresh.shown);
  });

  test('an impostor shows another key than the console', async () => {
    world.machines.nextFaults = (faults) => {
      faults.ssh = 'wrong-key';
    };
    world.restored();
    world.clock.advance(60_000);
    const { shown } = await world.logIn(RESTORED.privateIp);
    expect(world.machines.hooks.consoleOutput(RESTORED.instanceId)).not.toContain(shown);
  });

  test('network storage is mounted where it was, unless it cannot be', async () => {
    await world.close();
    world = await machineWorld({ nfs: { source: 'fs-0123.efs.example.com:/', target: '/data/objects' } });
    expect((await world.run('grep nfs4 /proc/mounts')).stdout).toContain(
      'fs-0123.efs.example.com:/ /data/objects nfs4',
    );
    world.machines.nextFaults = (faults) => faults.unmounted.add('/data/objects');
    world.restored();
    world.clock.advance(60_000);
    expect((await world.run('grep nfs4 /proc/mounts', undefined, RESTORED.privateIp)).stdout).toBe('');
    expect((await world.run('grep nfs4 /etc/fstab', undefined, RESTORED.privateIp)).code).toBe(0);
  });
});

test('a machine that is stopped answers nothing, and starts again with its files', async () => {
  await world.run('echo kept > /tmp/note');
  world.machines.hooks.halted(world.prod.instanceId);
  const before = world.clock.now();
  await expect(world.dial('10.20.1.12', 22)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  // Nobody answers, so that the caller waits as long as TCP would.
  expect(world.clock.now() - before).toBeGreaterThanOrEqual(world.machines.timing.noAnswer);
  world.machines.hooks.booted({
    instanceId: world.prod.instanceId,
    rootVolumeId: 'vol-0d17c6e9000000001',
    privateIp: '10.20.1.12',
    publicIp: '203.0.113.99',
  });
  world.clock.advance(60_000);
  expect((await world.run('cat /tmp/note', undefined, '203.0.113.99')).stdout).toBe('kept\n');
  await expect(world.dial('203.0.113.40', 22)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
});

test.each([
  ['refused', 'ECONNREFUSED'],
  ['silent', 'ETIMEDOUT'],
] as const)('SSH that is %s', async (ssh, code) => {
  world.prod.faults.ssh = ssh;
  await expect(world.dial('10.20.1.12', 22)).rejects.toMatchObject({ code });
});
