import type { NodeSSH } from 'node-ssh';
import type { Log } from '../../core/ports/log.ts';
import type { SshConnection, SshResult } from '../../core/ports/ssh.ts';
import type { MachineProblem } from '../../core/problems/machine.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { OUTPUT_LIMIT_BYTES } from './limit.ts';
import { openTerminal } from './terminal.ts';

/** A connection over a client that has logged in. Neither commands nor what goes in or comes out is logged. */
export function createConnection(
  ssh: NodeSSH,
  { host, hostKey, log }: { host: string; hostKey: string; log: Log },
): SshConnection {
  let isLost = ssh.connection === null;
  let closedByUs = false;
  ssh.connection?.on('close', () => {
    isLost = true;
    if (!closedByUs) log.debug({}, 'the connection broke off');
  });
  return {
    hostKey,
    run: async ({ command, during, stdin, timeoutMs, signal }) => {
      signal.throwIfAborted();
      const end = Promise.withResolvers<SshResult>();
      let closeChannel = () => {};
      let isSettled = false;
      const giveUp = (reason: unknown) => {
        isSettled = true;
        end.reject(reason);
        // What runs there may go on: OpenSSH tells no command that nobody listens any more.
        closeChannel();
      };
      const fail = (problem: MachineProblem, cause?: unknown) =>
        giveUp(new ProblemError(problem, cause === undefined ? {} : { cause }));
      const leave = () => giveUp(signal.reason);
      signal.addEventListener('abort', leave, { once: true });
      const timer = setTimeout(
        () => fail({ code: 'ssh-timeout', host, during, afterMs: timeoutMs }),
        timeoutMs,
      );
      let bytes = 0;
      const count = (chunk: Buffer) => {
        bytes += chunk.length;
        const limitBytes = OUTPUT_LIMIT_BYTES;
        if (bytes > limitBytes && !isSettled) fail({ code: 'ssh-flooded', host, during, limitBytes });
      };
      ssh
        .execCommand(command, {
          encoding: 'latin1',
          noTrim: true,
          onStdout: count,
          onStderr: count,
          onChannel: (channel) => {
            closeChannel = () => channel.close();
            // The command's end says it all; without a listener it would end the process.
            channel.on('error', () => undefined);
            if (isSettled) channel.close();
            else if (stdin !== undefined) channel.write(Buffer.from(stdin, 'latin1'));
          },
        })
        .then(
          ({ code, signal: killedBy, stdout, stderr }) => {
            // An exit code may come before the last of the output: without a proper end it says nothing.
            if (isLost || (code === null && killedBy === null)) fail({ code: 'ssh-dropped', host, during });
            else end.resolve({ ...(code === null ? {} : { code }), stdout, stderr });
          },
          (error: unknown) => fail({ code: 'ssh-dropped', host, during }, error),
        );
      return await end.promise
        .then((result) => {
          log.debug({ during, code: result.code }, 'a command ended');
          return result;
        })
        .finally(() => {
          clearTimeout(timer);
          signal.removeEventListener('abort', leave);
        });
    },
    openTerminal: (signal) => openTerminal(ssh, { host, signal }),
    close() {
      closedByUs = true;
      ssh.dispose();
    },
  };
}
