import { TYPED } from '../src/app.ts';
import { worldFaults } from './faults.ts';
import { ISOLATED_GROUP, nameOf } from './installation.ts';
import { createPage, type Page } from './page/server.ts';
import { machinesInWords } from './services-faults.ts';
import { tourOf } from './tour.ts';
import { createWorld, type World } from './world.ts';

/** The first one is what the drawer’s buttons mean. */
const INSTALLATIONS = ['prod', 'staging'] as const;

export interface Sandbox {
  world: World;
  page: Page;
  /** Whether the port that was wanted is another’s, so that the page has one of its own. */
  isMoved: boolean;
  close(): Promise<void>;
}

/** The whole world on one page, with the unmodified bot in it. `speed` is how many times faster than the wall time runs. */
export async function startSandbox({ speed, port }: { speed: number; port: number }): Promise<Sandbox> {
  const world = await createWorld({
    speed,
    machines: { install: { busy: true } },
    fleet: INSTALLATIONS,
    hasElasticIp: true,
    // A routine backup every two hours, which are six minutes at a speed of 20.
    env: { BACKUP_SCHEDULE: '0 */2 * * *', BACKUP_MAX_AGE: '5h', KEEP_LAST: '5', NOTIFY: 'failures' },
  });
  world.ec2.securityGroups.add(ISOLATED_GROUP);
  await world.startBot();
  const options = {
    slack: world.slack,
    command: '/circleci-backup',
    banner: `Sandbox: nothing here is real. Time runs ${speed}× as fast.`,
    suggestions: [...TYPED],
    tour: tourOf(INSTALLATIONS[0]),
    extras: worldFaults(world, INSTALLATIONS[0]),
    world: () => [
      ...machinesInWords(world.machines, (instanceId) => nameOf(world.ec2, instanceId)),
      `A security group for tests in isolation: ${ISOLATED_GROUP}`,
    ],
  };
  const wanted = await createPage({ ...options, port }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return undefined;
    throw error;
  });
  const page = wanted ?? (await createPage(options));
  return {
    world,
    page,
    isMoved: wanted === undefined,
    async close() {
      await page.close();
      await world.close();
    },
  };
}
