import { removePath } from '../../../sandbox/machine/disk/disk.ts';
import type { Machine } from '../../../sandbox/machine/machine.ts';
import { scaledClock } from '../../../sandbox/scaled-clock.ts';
import { noLog } from '../../../src/core/ports/log.ts';
import { createOpenServicesMachine } from '../../../src/gateways/services-machine/services-machine.ts';
import { createOpenSsh } from '../../../src/gateways/ssh/open-ssh.ts';
import type { MachineFault, Machines } from '../../contracts/machine-under-test.ts';
import { servicesMachineContract } from '../../contracts/services-machine/services-machine.ts';
import { handClock } from '../../hand-clock.ts';
import { machineWorld } from './harness.ts';
import { rootOf } from './root.ts';

/** The application takes a minute and a half to start. */
const SPEED = 1_000;
const ANSWER_MS = 50_000;
/** What the standard install has and the contract's machine has not. */
const STRIPPED = ['/etc/default', '/etc/sysconfig', '/etc/circleconfig', '/opt/nomad'];

servicesMachineContract('the sandbox', async () => {
  const worlds: { close(): Promise<void> }[] = [];
  return {
    async open() {
      await worlds.pop()?.close();
      const world = await machineWorld({ hostname: 'ci.example.com', builds: [] }, scaledClock(SPEED));
      worlds.push(world);
      const { prod } = world;
      for (const path of STRIPPED) removePath(prod.disk, path);
      const connect = (answerMs: number) =>
        createOpenServicesMachine(createOpenSsh({ dial: world.dial, clock: handClock(0), log: noLog }), {
          answerMs,
        })(world.address, { signal: new AbortController().signal, patienceMs: 0 });
      return {
        machine: await connect(ANSWER_MS),
        root: rootOf(prod.disk),
        connect: ({ answerMs }) => connect(answerMs),
        break: async (fault) => spoil(prod, fault),
        async makeRoom() {
          prod.faults.diskFull = false;
        },
        restarted: async () => [...prod.restarts],
        async runJobs(ids) {
          prod.jobs.push(...ids);
        },
      };
    },
    async close() {
      await worlds.pop()?.close();
    },
  } satisfies Machines;
});

function spoil({ faults, disk }: Machine, fault: MachineFault): void {
  const spoilt: Record<MachineFault, () => void> = {
    'sudo-asks-for-password': () => {
      faults.sudo = 'password';
    },
    'sudo-missing': () => {
      faults.sudo = 'absent';
    },
    'replicatedctl-missing': () => {
      faults.replicatedctl = 'absent';
    },
    'replicatedctl-hangs': () => {
      faults.replicatedctl = 'hanging';
    },
    'replicatedctl-fails': () => {
      faults.replicatedctl = 'failing';
    },
    'replicatedctl-babbles': () => {
      faults.replicatedctl = 'garbage';
    },
    'storage-external': () => {
      disk.layout.storage = 's3';
    },
    'nomad-missing': () => {
      faults.nomad = 'absent';
    },
    'disk-full': () => {
      faults.diskFull = true;
    },
    'service-fails': () => void faults.brokenServices.add('replicated'),
  };
  spoilt[fault]();
}
