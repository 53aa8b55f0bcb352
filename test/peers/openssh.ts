import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { eventually } from '../faults/eventually.ts';
import { tempFolder } from '../store/temp-folder.ts';
import { childrenOf, killAll, processesIn } from './processes.ts';
import { makeSmallRoot } from './small-root.ts';

const SSHD = '/usr/sbin/sshd';

export interface OpenSsh {
  port: number;
  user: string;
  /** Taken by the server, and one that is not. */
  privateKey: string;
  strangersKey: string;
  /** As `ssh-keygen -lf` prints them. */
  hostKeys: { ed25519: string; rsa: string };
  /** The folder in which everybody who logs in finds themselves. */
  root: string;
  /** Ends the server's side of every connection at once, and leaves alone what runs in the machine. */
  drop(): void;
  /** Ends what runs in the machine at once, as a reset would. */
  killCommands(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Debian's own sshd on a loopback port, with keys of its own; whoever logs in is put into a small file system of its own,
 * so that nothing reaches the host's files. Fails, and is never skipped, where the server is not installed.
 * `command` gives the shell's instead, from the server's own folder.
 */
export async function startOpenSsh({
  command = inSmallRoot,
}: {
  command?: (folder: string) => string;
} = {}): Promise<OpenSsh> {
  if (!existsSync(SSHD)) {
    throw new Error('This suite needs OpenSSH: apt-get install openssh-server. See .ci/run.');
  }
  if (process.getuid?.() !== 0)
    throw new Error('This suite needs root: it changes the root folder of a shell.');
  // sshd will not start without its empty folder, which only an init script makes.
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const { folder: made, remove } = tempFolder();
  const folder = realpathSync(made);
  const root = join(folder, 'root');
  mkdirSync(root);
  makeSmallRoot(root);
  const keys = Object.fromEntries(
    ['ed25519', 'rsa', 'user', 'stranger'].map((name) => [name, join(folder, name)]),
  );
  for (const [name, path] of Object.entries(keys)) {
    const type = name === 'rsa' ? ['rsa', '-b', '2048'] : ['ed25519'];
    execFileSync('/usr/bin/ssh-keygen', ['-q', '-t', ...type, '-N', '', '-C', '', '-f', path]);
  }
  const fingerprint = (name: string) =>
    execFileSync('/usr/bin/ssh-keygen', ['-lf', join(folder, `${name}.pub`)], { encoding: 'utf8' }).split(
      ' ',
    )[1] ?? '';
  const port = await freePort();
  writeFileSync(
    join(folder, 'sshd_config'),
    [
      `ListenAddress 127.0.0.1:${port}`,
      `HostKey ${folder}/ed25519`,
      `HostKey ${folder}/rsa`,
      `AuthorizedKeysFile ${folder}/user.pub`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin prohibit-password',
      'PrintMotd no',
      'PrintLastLog no',
      `ForceCommand ${command(folder)}`,
    ].join('\n'),
  );
  const sshd = spawn(SSHD, ['-D', '-e', '-f', join(folder, 'sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  sshd.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const stop = () => stopServer(sshd, root, remove);
  try {
    await eventually(
      'sshd listens',
      () => log.includes('Server listening') || sshd.exitCode !== null,
      () => log,
    );
    if (sshd.exitCode !== null) throw new Error(`sshd did not start:\n${log}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    user: 'root',
    privateKey: readFileSync(join(folder, 'user'), 'utf8'),
    strangersKey: readFileSync(join(folder, 'stranger'), 'utf8'),
    hostKeys: { ed25519: fingerprint('ed25519'), rsa: fingerprint('rsa') },
    root,
    drop: () => killAll(childrenOf(sshd.pid ?? 0)),
    killCommands: () => killEverythingIn(root),
    close: stop,
  };
}

/** ChrootDirectory wants no folder above it that others may write to, and a temporary folder is in one. */
function inSmallRoot(folder: string): string {
  const chroot = `exec /usr/sbin/chroot ${join(folder, 'root')}`;
  return `if [ -n "$SSH_ORIGINAL_COMMAND" ]; then ${chroot} /bin/sh -c "$SSH_ORIGINAL_COMMAND"; else ${chroot} /bin/sh -l; fi`;
}

async function stopServer(sshd: ChildProcess, root: string, remove: () => void): Promise<void> {
  const sessions = childrenOf(sshd.pid ?? 0);
  if (sshd.exitCode === null && sshd.signalCode === null) {
    const ended = new Promise((resolve) => sshd.once('exit', resolve));
    sshd.kill('SIGKILL');
    await ended;
  }
  killAll(sessions);
  await killEverythingIn(root);
  remove();
}

/** Again and again: what is ended may just have started something. */
async function killEverythingIn(root: string): Promise<void> {
  await eventually('nothing runs in the small machine', () => {
    const pids = processesIn(root);
    killAll(pids);
    return pids.length === 0;
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('No port is free.');
  return address.port;
}
