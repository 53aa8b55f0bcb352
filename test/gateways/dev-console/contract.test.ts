import { fingerprint, hostKeyOf, newKeyPair } from '../../../sandbox/machine/access/host-key.ts';
import { type BuildRecord, findBuild } from '../../../sandbox/machine/circleci/build-record.ts';
import { type Build, parseBuildUrls } from '../../../src/core/cleanup/builds.ts';
import { noLog } from '../../../src/core/ports/log.ts';
import { createOpenSsh } from '../../../src/gateways/ssh/open-ssh.ts';
import { type ConsoleMachines, devConsoleContract } from '../../contracts/dev-console.ts';
import { handClock } from '../../hand-clock.ts';
import { type MachineWorld, machineWorld } from '../../sandbox/machine/harness.ts';

const AT = 'https://ci.acme-rail.example';

devConsoleContract('the sandbox', async (): Promise<ConsoleMachines> => {
  const worlds: MachineWorld[] = [];
  return {
    async start() {
      const { privateKey, publicKey } = newKeyPair('bot');
      const paths = Array.from({ length: 30 }, (_, n) => `gh/acme-rail/signal.box/${1200 + n}`);
      const all = parseBuildUrls(
        [...paths, 'gh/acme-rail/throws/1', 'bb/acme-rail/hangs/1'].map((path) => `${AT}/${path}`).join(' '),
        AT,
      ).builds;
      const [throws, hangs] = all.slice(-2) as [Build, Build];
      const world = await machineWorld({ authorizedKey: publicKey, builds: all.map(record) });
      worlds.push(world);
      const { disk, faults } = world.prod;
      faults.devConsole.throwsAt.push('/throws/');
      faults.devConsole.hangsAt.push('/hangs/');
      const openSsh = createOpenSsh({ dial: world.dial, clock: handClock(0), log: noLog });
      return {
        builds: all.slice(0, -2),
        throws,
        hangs,
        connect: () =>
          openSsh(
            {
              host: '10.20.1.12',
              port: 22,
              user: 'ubuntu',
              privateKey,
              hostKeys: [fingerprint(hostKeyOf(disk).publicKey)],
            },
            { signal: new AbortController().signal, patienceMs: 0 },
          ),
        isThere: ({ url }) => findBuild(disk.builds, url) !== undefined,
        disturb: () => Object.assign(faults.devConsole, { noise: true, colours: true, wraps: true }),
        neverLoad: () => Object.assign(faults.devConsole, { slowStartMs: Number.POSITIVE_INFINITY }),
      };
    },
    async close() {
      for (const world of worlds) await world.close();
    },
  };
});

function record({ vcs, org, project, number }: Build): BuildRecord {
  return {
    vcs,
    org,
    project,
    number,
    branch: 'main',
    author: 'ana',
    subject: 'Change',
    lifecycle: 'running',
    status: 'running',
    queuedAt: 0,
    startedAt: 0,
  };
}
