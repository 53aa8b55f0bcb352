import type { OpenDevConsole } from '../src/core/cleanup/dev-console.ts';
import type { OpenJobs } from '../src/core/ports/jobs.ts';
import type { RdsRegions } from '../src/core/ports/rds.ts';
import type { OpenRestic } from '../src/core/ports/restic.ts';
import type { OpenServicesMachine } from '../src/core/ports/services-machine.ts';
import type { OpenSsh } from '../src/core/ports/ssh.ts';
import type { ProbeWeb } from '../src/core/ports/web-probe.ts';

const unexpected = (what: string) => async () => {
  throw new Error(`nobody was expected to ${what}`);
};

/** For tests in which nobody works on a machine. */
export const unaskedSsh: {
  openSsh: OpenSsh;
  openMachine: OpenServicesMachine;
  openRestic: OpenRestic;
  openConsole: OpenDevConsole;
  buildsApi: () => undefined;
  probeWeb: ProbeWeb;
  openJobs: OpenJobs;
  rds: RdsRegions;
} = {
  openSsh: unexpected('log in'),
  openMachine: unexpected('work on a machine'),
  openRestic: unexpected('work with restic'),
  openConsole: unexpected('open a console'),
  buildsApi: () => undefined,
  probeWeb: unexpected('ask a machine on the web'),
  openJobs: unexpected('leave a job on a machine'),
  rds: () => ({
    create: unexpected('snapshot a database'),
    find: unexpected('look for a snapshot of a database'),
    remove: unexpected('remove a snapshot of a database'),
  }),
};
