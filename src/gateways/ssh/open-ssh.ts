import type { SshAddress } from '../../core/model/ssh-access.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { OpenSsh, SshConnection } from '../../core/ports/ssh.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { createConnection } from './connection.ts';
import type { Dial } from './dial.ts';
import { KEY_KINDS, type KeyKind } from './host-key.ts';
import { logIn } from './log-in.ts';
import { isNothingInCommon, sshTrouble } from './trouble.ts';

/** Between two tries, in ms of the bot's clock: a machine that boots takes a minute. */
const BETWEEN_TRIES_MS = 5_000;

export interface SshDeps {
  dial: Dial;
  clock: Clock;
  log: Log;
  /** Wall ms that dialing and the handshake may take. */
  handshakeMs?: number;
  /** Wall ms between signs of life; three without an answer end the connection. */
  keepaliveMs?: number;
}

export function createOpenSsh(deps: SshDeps): OpenSsh {
  const { clock } = deps;
  return async (at, { signal, patienceMs, onTrouble }) => {
    const log = deps.log.child({ ssh: `${at.host}:${at.port}` });
    const since = clock.now();
    for (;;) {
      signal.throwIfAborted();
      try {
        const connection = await openOnce(deps, at, signal, log);
        if (signal.aborted) connection.close();
        signal.throwIfAborted();
        log.debug({ hostKey: connection.hostKey }, 'connected');
        return connection;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof ProblemError) throw error;
        const last = sshTrouble(error);
        const sinceMs = clock.now() - since;
        if (sinceMs >= patienceMs) {
          const { host, port } = at;
          throw new ProblemError({ code: 'ssh-unreachable', host, port, sinceMs, last }, { cause: error });
        }
        log.debug({ last }, 'not connected yet');
        onTrouble?.(last);
        await clock.sleep(BETWEEN_TRIES_MS, signal);
      }
    }
  };
}

/**
 * A machine shows one of its keys, of the kind that was asked for first; the fingerprint that is trusted may be another
 * one's. So each kind is asked for before the machine is called a wrong one.
 */
async function openOnce(
  deps: SshDeps,
  at: SshAddress,
  signal: AbortSignal,
  log: Log,
): Promise<SshConnection> {
  const seen: string[] = [];
  const kinds: (readonly KeyKind[])[] = [KEY_KINDS, ...KEY_KINDS.map((kind) => [kind])];
  for (const asked of at.hostKeys.length === 0 ? kinds.slice(0, 1) : kinds) {
    try {
      const { ssh, shown } = await logIn(deps, at, signal, asked.flat());
      if (ssh !== undefined) return createConnection(ssh, { host: at.host, hostKey: shown, log });
      if (!seen.includes(shown)) seen.push(shown);
    } catch (error) {
      if (seen.length === 0 || !isNothingInCommon(error)) throw error;
    }
  }
  const { host } = at;
  const first = seen[0] ?? '';
  throw new ProblemError(
    at.hostKeys.length === 0
      ? { code: 'host-key-unknown', host, seen: first }
      : { code: 'host-key-wrong', host, seen: first, trusted: [...at.hostKeys] },
  );
}
