import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SshAddress } from '../../src/core/model/ssh-access.ts';
import type { MachineRoot } from '../contracts/machine-under-test.ts';
import { type OpenSsh, startOpenSsh } from './openssh.ts';
import { commandOf, killAll, processesIn } from './processes.ts';
import { rootIn } from './small-machines.ts';
import { giveItDash } from './small-root.ts';

/** Where `.ci/run` unpacks them: Debian 13's 0.18, and Debian 12's 0.14. */
const PROGRAMS = join(import.meta.dirname, '../../.programs');

export interface ResticMachine {
  server: OpenSsh;
  address: SshAddress;
  root: MachineRoot;
  killRestic(): Promise<void>;
  close(): Promise<void>;
}

/** A small machine behind a real sshd, with a kernel's view of its processes, and with restic. */
export async function startResticMachine(): Promise<ResticMachine> {
  const server = await startOpenSsh();
  giveItDash(server.root);
  giveProgram(server.root, join(PROGRAMS, 'restic/usr/bin/restic'), 'usr/local/bin/restic');
  giveProgram(server.root, join(PROGRAMS, 'restic-old/usr/bin/restic'), 'opt/old/restic');
  for (const name of ['flock', 'setsid'])
    giveProgram(server.root, `/usr/bin/${name}`, `usr/local/bin/${name}`);
  // The small machine has a file of mounts; a job looks into its processes.
  const proc = join(server.root, 'proc');
  execFileSync('/bin/mount', ['-t', 'proc', 'proc', proc]);
  symlinkSync('/proc/self/fd/0', join(server.root, 'dev/stdin'));
  return {
    server,
    address: {
      host: '127.0.0.1',
      port: server.port,
      user: server.user,
      privateKey: server.privateKey,
      hostKeys: [server.hostKeys.ed25519],
    },
    root: rootIn(server.root),
    async killRestic() {
      killAll(processesIn(server.root).filter((pid) => commandOf(pid) === 'restic'));
    },
    async close() {
      await server.killCommands();
      execFileSync('/bin/umount', ['-l', proc]);
      await server.close();
    },
  };
}

/** Copies a program with the libraries it needs. */
function giveProgram(root: string, from: string, to: string): void {
  if (!existsSync(from)) throw new Error(`This suite needs ${from}: see .ci/run.`);
  const libraries = execFileSync('/usr/bin/ldd', [from], { encoding: 'utf8' }).match(/\/\S+/g) ?? [];
  for (const [source, target] of [[from, to], ...libraries.map((path) => [path, path])] as [
    string,
    string,
  ][]) {
    mkdirSync(dirname(join(root, target)), { recursive: true });
    copyFileSync(source, join(root, target));
    chmodSync(join(root, target), 0o755);
  }
}
