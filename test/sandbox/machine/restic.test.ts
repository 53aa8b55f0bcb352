import { removePath } from '../../../sandbox/machine/disk/disk.ts';
import { scaledClock } from '../../../sandbox/scaled-clock.ts';
import { noLog } from '../../../src/core/ports/log.ts';
import { createOpenJobs } from '../../../src/gateways/jobs/jobs.ts';
import { createOpenRestic } from '../../../src/gateways/restic/restic.ts';
import { createOpenSsh } from '../../../src/gateways/ssh/open-ssh.ts';
import { resticContract } from '../../contracts/restic.ts';
import { handClock } from '../../hand-clock.ts';
import { machineWorld } from './harness.ts';
import { rootOf } from './root.ts';

resticContract('the sandbox', async () => {
  const world = await machineWorld({}, scaledClock(1_000));
  const { prod } = world;
  const openJobs = createOpenJobs(createOpenSsh({ dial: world.dial, clock: handClock(0), log: noLog }));
  const openRestic = createOpenRestic(openJobs, () => world.clock.now());
  return {
    open: (access) => {
      if (access.path === '/usr/bin/restic') prod.faults.restic = 'old';
      else delete prod.faults.restic;
      return openRestic(world.address, access, { signal: new AbortController().signal, patienceMs: 0 });
    },
    root: { ...rootOf(prod.disk), remove: async (path) => removePath(prod.disk, path) },
    async damage() {
      delete prod.faults.restic;
      world.machines.repositories.fault = 'damaged';
    },
    oldPath: '/usr/bin/restic',
    close: () => world.close(),
  };
});
