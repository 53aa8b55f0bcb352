import { type MachineWorld, machineWorld, RESTORED } from './harness.ts';

const NFS = {
  source: 'nas.acme-rail.example:/objects',
  target: '/data/objects',
  files: { 'a/1.log': 'one', 'b/2.log': 'two' },
};

let world: MachineWorld;
beforeEach(async () => {
  world = await machineWorld({ nfs: NFS });
});
afterEach(() => world.close());

const FILES = 'cd /data/objects && find . -type f | sort; cat a/1.log';

test('what a share holds is on no disk, and on every machine that mounts it', async () => {
  expect((await world.run(FILES)).stdout).toBe('./a/1.log\n./b/2.log\none');
  await world.run('echo three | sudo tee /data/objects/b/3.log');
  world.restored();
  world.clock.advance(60_000);
  const { stdout } = await world.run(FILES, undefined, RESTORED.privateIp);
  expect(stdout).toBe('./a/1.log\n./b/2.log\n./b/3.log\none');
});

test('a share that is not mounted leaves an empty folder, and what is written there is not in it', async () => {
  world.prod.faults.unmounted.add(NFS.target);
  world.prod.mountAgain();
  expect((await world.run('ls -A /data/objects; grep -c nfs4 /proc/mounts')).stdout).toBe('0\n');
  await world.run('echo lost | sudo tee /data/objects/lost');
  world.prod.faults.unmounted.clear();
  world.prod.mountAgain();
  expect((await world.run('ls -A /data/objects; grep -c nfs4 /proc/mounts')).stdout).toBe('a\nb\n1\n');
});

test('a share whose server is silent keeps waiting whoever looks, until they are killed', async () => {
  world.prod.faults.hanging.add(NFS.target);
  const { code, stdout } = await world.run(
    'cat /proc/mounts | grep -c nfs4; timeout -k 2 5 stat /data/objects; echo $?; timeout 5 ls /data/objects',
  );
  expect([code, stdout]).toEqual([124, '1\n124\n']);
});
