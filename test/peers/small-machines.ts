import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { noLog } from '../../src/core/ports/log.ts';
import { createOpenServicesMachine } from '../../src/gateways/services-machine/services-machine.ts';
import { dialTcp } from '../../src/gateways/ssh/dial.ts';
import { createOpenSsh } from '../../src/gateways/ssh/open-ssh.ts';
import type { MachineRoot, Machines } from '../contracts/machine-under-test.ts';
import { addressOf } from '../contracts/ssh/server-under-test.ts';
import { handClock } from '../hand-clock.ts';
import { type OpenSsh, startOpenSsh } from './openssh.ts';
import { fullDisk, type SmallDisk } from './small-disk.ts';
import { FAULTS, makeSmallRoot, STATE } from './small-root.ts';

/** Long enough for the slowest machine: only what hangs for ever takes it. */
const ANSWER_MS = 50_000;

/** The machines of the contract behind a real sshd: one server, and a new file system each time. */
export async function startSmallMachines(): Promise<Machines & { server: OpenSsh }> {
  const server = await startOpenSsh();
  const openMachine = (answerMs: number) =>
    createOpenServicesMachine(createOpenSsh({ dial: dialTcp, clock: handClock(0), log: noLog }), {
      answerMs,
    })(addressOf(server), { signal: new AbortController().signal, patienceMs: 0 });
  const root = rootIn(server.root);
  let disk: SmallDisk | undefined;
  const unmount = () => {
    disk?.unmount();
    disk = undefined;
  };
  return {
    server,
    async open() {
      await server.killCommands();
      unmount();
      for (const name of readdirSync(server.root)) rmSync(join(server.root, name), { recursive: true });
      makeSmallRoot(server.root);
      return {
        machine: await openMachine(ANSWER_MS),
        connect: ({ answerMs }) => openMachine(answerMs),
        root,
        async break(fault) {
          if (fault === 'sudo-missing') rmSync(join(server.root, 'usr/bin/sudo'));
          else if (fault === 'replicatedctl-missing')
            rmSync(join(server.root, 'usr/local/bin/replicatedctl'));
          else if (fault === 'nomad-missing') rmSync(join(server.root, 'usr/local/bin/nomad'));
          else if (fault === 'disk-full') disk = fullDisk(server.root);
          else await root.write(`${FAULTS}/${fault}`, '');
        },
        makeRoom: async () => disk?.makeRoom(),
        restarted: async () => (await root.read(`${STATE}/restarted`)).split('\n').filter(Boolean),
        runJobs: (ids) => root.write(`${STATE}/jobs`, ids.map((id) => `${id}\n`).join('')),
      };
    },
    async close() {
      unmount();
      await server.close();
    },
  };
}

/** A machine's file system, from outside. */
export function rootIn(folder: string): MachineRoot {
  const at = (path: string) => join(folder, path);
  return {
    read: async (path) => readFileSync(at(path), 'latin1'),
    async write(path, text, mode = '644') {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), text, 'latin1');
      chmodSync(at(path), Number.parseInt(mode, 8));
    },
    async mkdir(path) {
      mkdirSync(at(path), { recursive: true });
    },
    async link(path, to) {
      mkdirSync(dirname(at(path)), { recursive: true });
      symlinkSync(to, at(path));
    },
    exists: async (path) => existsSync(at(path)),
    list: async (path) => readdirSync(at(path)).sort(),
    mode: async (path) => (statSync(at(path)).mode & 0o7777).toString(8),
  };
}
