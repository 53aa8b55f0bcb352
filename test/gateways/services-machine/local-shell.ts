import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SshConnection } from '../../../src/core/ports/ssh.ts';

export interface LocalShell extends SshConnection {
  /** Commands run so far. */
  commands: string[];
}

/**
 * Runs commands with this machine's own `/bin/sh`, as whoever runs the tests: its `sudo` only does what it is told. Made for
 * scripts whose paths are arguments. `change` may alter each command before.
 */
export function localShell(folder: string, change: (command: string) => string = (same) => same): LocalShell {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'sudo'), '#!/bin/sh\nshift\nexec "$@"\n', { mode: 0o755 });
  const commands: string[] = [];
  return {
    hostKey: 'none',
    commands,
    async run({ command, stdin }) {
      commands.push(command);
      // What a slip of the quoting would write stays in the test's own folder.
      const child = spawn('/bin/sh', ['-c', change(command)], {
        cwd: folder,
        env: { PATH: `${bin}:/usr/bin:/bin` },
      });
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
      // A script that was killed reads no more.
      child.stdin.on('error', () => undefined);
      child.stdin.end(Buffer.from(stdin ?? '', 'latin1'));
      const code = await new Promise<number | null>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', resolve);
      });
      return {
        ...(code === null ? {} : { code }),
        stdout: Buffer.concat(out).toString('latin1'),
        stderr: Buffer.concat(err).toString('latin1'),
      };
    },
    openTerminal: () => Promise.reject(new Error('There is no terminal here.')),
    close: () => undefined,
  };
}
