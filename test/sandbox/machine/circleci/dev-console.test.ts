import { type BuildRecord, findBuild } from '../../../../sandbox/machine/circleci/build-record.ts';
import { type Build, buildOf } from '../../../../src/core/cleanup/builds.ts';
import { noLog } from '../../../../src/core/ports/log.ts';
import { createOpenSsh } from '../../../../src/gateways/ssh/open-ssh.ts';
import { devConsoleContract } from '../../../contracts/dev-console.ts';
import { handClock } from '../../../hand-clock.ts';
import { machineWorld } from '../harness.ts';

const AT = 'https://ci.example.com';

devConsoleContract('the sandbox', async () => {
  const worlds: { close(): Promise<void> }[] = [];
  return {
    async start() {
      await worlds.pop()?.close();
      const all = [
        ...Array.from({ length: 30 }, (_, i) => record(1200 + i)),
        record(1, 'throws'),
        record(2, 'hangs'),
      ];
      const builds = all.map(known);
      const world = await machineWorld({ hostname: 'ci.example.com', builds: all });
      worlds.push(world);
      const { prod } = world;
      const [throws, hangs] = builds.slice(-2);
      if (throws === undefined || hangs === undefined) throw new Error('These are builds');
      prod.faults.devConsole.throwsAt.push('/throws/');
      prod.faults.devConsole.hangsAt.push('/hangs/');
      const openSsh = createOpenSsh({ dial: world.dial, clock: handClock(0), log: noLog });
      return {
        builds: builds.slice(0, -2),
        throws,
        hangs,
        connect: () => openSsh(world.address, { signal: new AbortController().signal, patienceMs: 0 }),
        isThere: ({ url }) => findBuild(prod.disk.builds, url) !== undefined,
        disturb: () =>
          void Object.assign(prod.faults.devConsole, { noise: true, colours: true, wraps: true }),
        neverLoad() {
          prod.faults.devConsole.slowStartMs = Number.POSITIVE_INFINITY;
        },
      };
    },
    async close() {
      await worlds.pop()?.close();
    },
  };
});

function record(number: number, project = 'signal.box'): BuildRecord {
  return {
    vcs: 'gh',
    org: 'acme-rail',
    project,
    number,
    branch: 'master',
    author: 'ana',
    subject: 'A change',
    lifecycle: 'running',
    status: 'running',
    queuedAt: 0,
    startedAt: 0,
  };
}

function known(build: BuildRecord): Build {
  const found = buildOf(build, AT);
  if (found === undefined) throw new Error('This is a build');
  return found;
}
