import { scaledClock } from '../../../sandbox/scaled-clock.ts';
import { noLog } from '../../../src/core/ports/log.ts';
import { createOpenJobs } from '../../../src/gateways/jobs/jobs.ts';
import { createOpenSsh } from '../../../src/gateways/ssh/open-ssh.ts';
import { jobsContract } from '../../contracts/jobs.ts';
import { handClock } from '../../hand-clock.ts';
import { machineWorld } from './harness.ts';

jobsContract('the sandbox', async () => {
  const world = await machineWorld({}, scaledClock(1_000));
  const openJobs = createOpenJobs(createOpenSsh({ dial: world.dial, clock: handClock(0), log: noLog }));
  const jobs = await openJobs(world.address, { signal: new AbortController().signal, patienceMs: 0 });
  return {
    jobs,
    async close() {
      jobs.close();
      await world.close();
    },
  };
});
