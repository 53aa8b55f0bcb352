import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { noLog } from '../../src/core/ports/log.ts';
import { createOpenJobs } from '../../src/gateways/jobs/jobs.ts';
import { createOpenRestic } from '../../src/gateways/restic/restic.ts';
import { dialTcp } from '../../src/gateways/ssh/dial.ts';
import { createOpenSsh } from '../../src/gateways/ssh/open-ssh.ts';
import { resticContract } from '../contracts/restic.ts';
import { handClock } from '../hand-clock.ts';
import { startResticMachine } from './restic-machine.ts';

resticContract('Debian’s restic behind Debian’s OpenSSH', async () => {
  const { server, root, ...machine } = await startResticMachine();
  const openJobs = createOpenJobs(createOpenSsh({ dial: dialTcp, clock: handClock(0), log: noLog }));
  const openRestic = createOpenRestic(openJobs, () => Date.now());
  return {
    open: (access) =>
      openRestic(machine.address, access, { signal: new AbortController().signal, patienceMs: 0 }),
    root: { ...root, remove: async (path) => rmSync(join(server.root, path), { recursive: true }) },
    async damage() {
      const data = join(server.root, 'backup/repository/data');
      for (const folder of readdirSync(data))
        for (const name of readdirSync(join(data, folder))) {
          execFileSync('/bin/chmod', ['u+w', join(data, folder, name)]);
          writeFileSync(join(data, folder, name), 'not what was written');
        }
    },
    oldPath: '/opt/old/restic',
    close: machine.close,
  };
});
