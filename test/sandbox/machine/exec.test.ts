import { putFile, textAt } from '../../../sandbox/machine/disk/disk.ts';
import { type MachineWorld, machineWorld } from './harness.ts';

let world: MachineWorld;
beforeEach(async () => {
  world = await machineWorld();
});
afterEach(() => world.close());

test('it has the files of the standard install, readable as they are', async () => {
  const { stdout, code } = await world.run('cat /etc/default/replicated-operator');
  expect(code).toBe(0);
  expect(stdout).toBe(
    [
      'RELEASE_CHANNEL=stable',
      'DAEMON_ENDPOINT=10.20.1.12:9879',
      'DAEMON_TOKEN=q7Lw2example0Token',
      'DAEMON_HOST=10.20.1.12',
      'PRIVATE_ADDRESS=10.20.1.12',
      'REPLICATED_OPERATOR_OPTS=" -e PUBLIC_ADDRESS=203.0.113.40 -e TAGS=local -e LOG_LEVEL=info -e NODENAME=ip-10-20-1-12.ec2.internal"',
      '',
    ].join('\n'),
  );
});

test('owners and modes hold, and outlive what is done with the files', async () => {
  const { disk } = world.prod;
  putFile(disk, '/etc/default/replicated', 'A=1\n', { mode: 0o640, uid: 0, gid: 1000 });
  expect(await world.run('echo A=2 > /etc/default/replicated')).toMatchObject({ code: 1 });
  const steps = [
    "stat -c '%a %U:%G %u %g %F' /etc/default/replicated",
    'sudo -n cp -p /etc/default/replicated /etc/default/.new',
    'sudo -n sh -c \'cat > "$1"\' sh /etc/default/.new',
    'sudo -n mv -f /etc/default/.new /etc/default/replicated',
    "stat -c '%a %U:%G' /etc/default/replicated",
    'cat /etc/default/replicated',
    'sudo -n chown root:root /etc/default/replicated',
    'sudo -n chmod 600 /etc/default/replicated',
    'cat /etc/default/replicated',
  ];
  const results = await world.run(steps.join('; '), 'A=\xe9\n');
  expect(results.stdout).toBe('640 root:ubuntu 0 1000 regular file\n640 root:ubuntu\nA=\xe9\n');
  expect(results.stderr).toBe('cat: /etc/default/replicated: Permission denied\n');
  expect(results.code).toBe(1);
});

test.each([
  ['UTF-8', 'Z\u00fcrich\n'],
  ['bytes of no encoding', 'a\xff\x00\xe9\r\nb'],
  ['no final newline', 'PRIVATE_ADDRESS=10.20.1.12'],
])('%s goes in and comes out byte for byte', async (_name, text) => {
  const bytes = Buffer.from(text, text.includes('Z') ? 'utf8' : 'latin1').toString('latin1');
  await world.run('cat > /tmp/x', bytes);
  expect(world.prod.disk.files.get('/tmp/x')?.bytes.toString('latin1')).toBe(bytes);
  const plain = await world.run('cat /tmp/x');
  const asRoot = await world.run('echo mark; sudo -n sh -c \'cat "$1"\' sh /tmp/x');
  expect([plain.stdout, asRoot.stdout]).toEqual([bytes, `mark\n${bytes}`]);
});

test('sudo asks for nothing, or as the fault says', async () => {
  expect(await world.run('sudo -n id -un')).toMatchObject({ code: 0, stdout: 'root\n' });
  world.prod.faults.sudo = 'password';
  expect(await world.run('sudo -n id -un')).toMatchObject({
    code: 1,
    stderr: 'sudo: a password is required\n',
  });
  world.prod.faults.sudo = 'absent';
  expect(await world.run('sudo -n id -un')).toMatchObject({ code: 127 });
});

test('a file that not even root can read', async () => {
  world.prod.faults.unreadable.add('/etc/default/replicated');
  expect(await world.run('sudo -n cat /etc/default/replicated')).toMatchObject({
    code: 1,
    stderr: 'cat: /etc/default/replicated: Input/output error\n',
  });
});

test('a full disk takes nothing', async () => {
  world.prod.faults.diskFull = true;
  expect((await world.run('echo x > /tmp/y')).code).not.toBe(0);
  expect(world.prod.disk.files.has('/tmp/y')).toBe(false);
  expect(await world.run('cp /etc/hosts /tmp/hosts; echo $?')).toMatchObject({
    stdout: '1\n',
    stderr: expect.stringContaining('no space left on device'),
  });
  expect(textAt(world.prod.disk, '/tmp/hosts')).toBe('');
  expect((await world.run('df -Pk /etc | tail -n +2')).stdout).toBe(
    '/dev/nvme0n1p1 157165420 157165420 0 100% /\n',
  );
  expect((await world.run('df -Pi /etc | tail -n +2')).stdout).toMatch(
    /^\/dev\/nvme0n1p1 \d+ \d+ [1-9]\d* 25% \/\n$/,
  );
});

test('a key that is not known there is refused, and so is another user', async () => {
  await expect(world.logIn('10.20.1.12', { user: 'centos' })).rejects.toThrow('authentication');
});

test('a connection breaks off before a command or after it', async () => {
  const { drops } = world.prod.faults;
  drops.push({ command: /touch/, when: 'before' }, { command: /touch/, when: 'after' });
  expect((await world.run('touch /tmp/one')).code).toBe(-1);
  expect(world.prod.disk.files.has('/tmp/one')).toBe(false);
  expect((await world.run('touch /tmp/one')).code).toBe(-1);
  expect(world.prod.disk.files.has('/tmp/one')).toBe(true);
  expect((await world.run('touch /tmp/one')).code).toBe(0);
});

test('a command that hangs ends with its connection', async () => {
  world.prod.faults.hangs.push(/replicatedctl/);
  const { ssh } = await world.logIn('10.20.1.12');
  const running = ssh.execCommand('replicatedctl app status');
  const other = await ssh.execCommand('echo there');
  expect(other.stdout).toBe('there');
  world.machines.hooks.halted(world.prod.instanceId);
  expect((await running).code).toBeNull();
});

describe('on RHEL', () => {
  const asCentos = (host = '10.20.1.12') => world.logIn(host, { user: 'centos' });

  test('the files are in /etc/sysconfig, among others, in brackets and behind a proxy', async () => {
    await world.close();
    world = await machineWorld({ distribution: 'rhel', form: 'proxy' });
    const { ssh } = await asCentos();
    const { stdout } = await ssh.execCommand(
      'cd /etc/sysconfig && ls && cat replicated replicated-operator',
      { noTrim: true },
    );
    expect(stdout).toBe(
      [
        'network',
        'replicated',
        'replicated-operator',
        'PRIVATE_ADDRESS=10.20.1.12',
        'REPLICATED_OPTS="-e HTTP_PROXY=http://10.20.0.5:3128 -e NO_PROXY=10.20.1.12,127.0.0.1,172.17.0.1,localhost -e DAEMON_TOKEN=q7L -e NODENAME=ci"',
        'DAEMON_ENDPOINT=[10.20.1.12]:9879',
        'DAEMON_TOKEN=q7L',
        'DAEMON_HOST=[10.20.1.12]',
        'PRIVATE_ADDRESS=10.20.1.12',
        'REPLICATED_OPERATOR_OPTS="-e PUBLIC_ADDRESS=203.0.113.40"',
        '',
      ].join('\n'),
    );
    const restart = 'sudo systemctl restart replicated && sudo systemctl restart replicated-operator';
    expect((await ssh.execCommand(restart)).code).toBe(0);
    expect(world.prod.restarts).toEqual(['replicated', 'replicated-operator']);
  });
});

test('what a shell and its tools say of files, links and owners', async () => {
  const script = [
    'cd /tmp; umask 077; echo a > f; stat -c "%a %A" f; umask 022; cp f g; cp -p f h; stat -c "%a %U" g h',
    'ln -s f l; readlink -f l; stat -c %F l; stat -L -c %F l; cat l',
    'sudo chown root f; cat f; sudo chown --reference=g f; cat f',
    'cmp f g && echo same; echo b > g; cmp -s f g || echo other; mkdir d; cp f d; ls -ld d; ls -l d',
    'mktemp /tmp/x.XXXXXX | wc -c; id -u; sudo -u root id -u; whoami; hostname; timeout 5 sleep 60; echo $?',
    'mount | head -n 1; mountpoint /; mountpoint -q /tmp; echo $?; uname -s; test -w /etc/hosts || echo no',
  ].join('\n');
  const { stdout, stderr } = await world.run(script);
  const today = new Date(world.clock.now()).toISOString().slice(0, 10);
  expect(stdout.replaceAll(new RegExp(`${today} \\d\\d:\\d\\d`, 'g'), 'TODAY').split('\n')).toEqual([
    '600 -rw-------',
    '600 ubuntu',
    '600 ubuntu',
    '/tmp/f',
    'symbolic link',
    'regular file',
    'a',
    'a',
    'same',
    'other',
    'drwxr-xr-x 1 ubuntu ubuntu 4096 TODAY d',
    'total 0',
    '-rw------- 1 ubuntu ubuntu 2 TODAY f',
    '14',
    '1000',
    '0',
    'ubuntu',
    'ip-10-20-1-12',
    '124',
    'proc on /proc type proc (rw,nosuid,nodev,noexec,relatime)',
    '/ is a mountpoint',
    '1',
    'Linux',
    'no',
    '',
  ]);
  expect(stderr).toBe('cat: f: Permission denied\n');
});
