import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import ssh2 from 'ssh2';
import type { SshServer } from '../../contracts/ssh/server-under-test.ts';

export function newKey(): { privateKey: string } {
  return { privateKey: newKeyPair().private };
}

/** ssh2 spoils one key of 256, whose public half begins with a zero byte: those are not taken. */
function newKeyPair() {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

/** An SSH server in this process, whose commands this machine's own shell runs. */
export async function startLocalServer(): Promise<SshServer> {
  const { generateKeyPairSync, parseKey } = ssh2.utils;
  const ed25519 = newKeyPair();
  const rsa = generateKeyPairSync('rsa', { bits: 2048 });
  const user = newKeyPair();
  const stranger = newKeyPair();
  const fingerprint = (publicKey: string) => {
    const key = parseKey(publicKey);
    if (key instanceof Error) throw key;
    return `SHA256:${createHash('sha256').update(key.getPublicSSH()).digest('base64').replaceAll('=', '')}`;
  };
  const allowed = parseKey(user.public);
  if (allowed instanceof Error) throw allowed;

  const wires = new Set<Socket>();
  const children = new Set<ChildProcess>();
  const runIn = (channel: ssh2.ServerChannel, args: string[]) => {
    const child = spawn('/bin/sh', args, { detached: true, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } });
    children.add(child);
    child.stdin.on('error', () => undefined);
    channel.on('error', () => undefined);
    channel.pipe(child.stdin);
    child.stdout.pipe(channel, { end: false });
    child.stderr.pipe(channel.stderr, { end: false });
    channel.on('close', () => stop(child));
    child.on('close', (code) => {
      children.delete(child);
      if (code !== null) channel.exit(code);
      channel.end();
      channel.close();
    });
  };
  const stop = (child: ChildProcess) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      // What it started is of its process group.
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      child.kill('SIGKILL');
    }
  };
  const server = new ssh2.Server({ hostKeys: [ed25519.private, rsa.private] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (asked) => {
      if (asked.method !== 'publickey') return asked.reject(['publickey']);
      const isTheirs = asked.key.data.equals(allowed.getPublicSSH());
      const isProven =
        asked.signature === undefined ||
        (asked.blob !== undefined && allowed.verify(asked.blob, asked.signature, asked.hashAlgo) === true);
      if (isTheirs && isProven) asked.accept();
      else asked.reject();
    });
    client.on('session', (accept) => {
      const session = accept();
      session.on('pty', (acceptPty) => acceptPty?.());
      session.on('exec', (acceptExec, _reject, { command }) => runIn(acceptExec(), ['-c', command]));
      session.on('shell', (acceptShell) => runIn(acceptShell(), ['-i']));
    });
  });
  const port = createServer((wire) => {
    wires.add(wire);
    wire.on('close', () => wires.delete(wire));
    server.injectSocket(wire);
  });
  await new Promise<void>((resolve) => port.listen(0, '127.0.0.1', resolve));
  const address = port.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
  const drop = () => {
    for (const wire of wires) wire.destroy();
  };
  return {
    port: address.port,
    user: 'ubuntu',
    privateKey: user.private,
    strangersKey: stranger.private,
    hostKeys: { ed25519: fingerprint(ed25519.public), rsa: fingerprint(rsa.public) },
    drop,
    async close() {
      for (const child of children) stop(child);
      drop();
      await new Promise<void>((resolve) => port.close(() => resolve()));
    },
  };
}
