import type { Duplex } from 'node:stream';
import { NodeSSH } from 'node-ssh';
import type { SshAddress } from '../../core/model/ssh-access.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import type { Dial } from './dial.ts';
import { fingerprintOf, type KeyKind } from './host-key.ts';
import { isKeyRefused } from './trouble.ts';

const HANDSHAKE_MS = 20_000;
const KEEPALIVE_MS = 10_000;

export interface LogInDeps {
  dial: Dial;
  handshakeMs?: number;
  keepaliveMs?: number;
}

/** One try. Without `ssh` the machine showed a key that is not trusted, and nothing was sent to it. */
export async function logIn(
  deps: LogInDeps,
  at: SshAddress,
  signal: AbortSignal,
  keyAlgorithms: KeyKind[number][],
): Promise<{ ssh?: NodeSSH; shown: string }> {
  // ssh2 would take an empty key for none, and the machine's refusal would be blamed.
  if (at.privateKey.trim() === '') throw new ProblemError({ code: 'ssh-key-unusable' });
  const handshakeMs = deps.handshakeMs ?? HANDSHAKE_MS;
  const late = AbortSignal.timeout(handshakeMs);
  const sock = await dialInTime(deps.dial, at, signal, late);
  const leave = () => sock.destroy();
  signal.addEventListener('abort', leave, { once: true });
  let shown = '';
  let trusted = false;
  const listeners = sock.listenerCount('close');
  let isBegun = false;
  const ssh = new NodeSSH();
  try {
    const connecting = ssh.connect({
      sock,
      username: at.user,
      privateKey: at.privateKey,
      hostVerifier: (key: Buffer) => {
        shown = fingerprintOf(key);
        trusted = at.hostKeys.includes(shown);
        return trusted;
      },
      algorithms: { serverHostKey: keyAlgorithms },
      readyTimeout: handshakeMs,
      keepaliveInterval: deps.keepaliveMs ?? KEEPALIVE_MS,
      keepaliveCountMax: 3,
    });
    isBegun = sock.listenerCount('close') > listeners;
    // Without a listener an error after the handshake would end the process. Whoever waits for something is told anyway.
    ssh.connection?.on('error', () => undefined);
    await connecting;
    return { ssh, shown };
  } catch (error) {
    ssh.dispose();
    sock.destroy();
    if (shown !== '' && !trusted) return { shown };
    if (isKeyRefused(error)) {
      throw new ProblemError({ code: 'ssh-refused', host: at.host, user: at.user }, { cause: error });
    }
    // Before it listens to the wire ssh2 looks at what it got from us, and that can only be the key. Its words may quote it.
    if (!isBegun) throw new ProblemError({ code: 'ssh-key-unusable' });
    throw error;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

async function dialInTime(
  dial: Dial,
  { host, port }: SshAddress,
  signal: AbortSignal,
  late: AbortSignal,
): Promise<Duplex> {
  try {
    return await dial(host, port, AbortSignal.any([signal, late]));
  } catch (error) {
    throw late.aborted ? Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' }) : error;
  }
}
