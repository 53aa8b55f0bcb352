import { parseArgs } from 'node:util';
import { TYPED } from '../app.ts';
import { worldFaults } from './faults.ts';
import { createPage } from './page/server.ts';
import { createWorld } from './world.ts';

const SPEED = 20;
const PORT = 8420;

/** The whole world on one page: Slack, EC2 and the unmodified bot, with no account and no key. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, speed: { type: 'string' }, quiet: { type: 'boolean' } },
  });
  const speed = Number(values.speed ?? SPEED);
  const world = await createWorld({
    speed,
    fleet: ['prod', 'staging'],
    // A routine backup every two hours, which are six minutes here.
    env: { BACKUP_SCHEDULE: '0 */2 * * *', BACKUP_MAX_AGE: '5h', KEEP_LAST: '5', NOTIFY: 'failures' },
  });
  await world.startBot();
  const page = await openPage(Number(values.port ?? PORT));
  process.stdout.write(
    [
      '',
      `  The sandbox is at ${page.url}`,
      '',
      '  Open it in a browser and type  /circleci-backup now',
      `  Nothing in it is real, and time runs ${speed} times as fast. Ctrl-C ends it.`,
      '',
      '',
    ].join('\n'),
  );

  const end = () => {
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
    void page
      .close()
      .then(() => world.close())
      .then(() => process.exit(0));
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);

  async function openPage(port: number) {
    const options = {
      slack: world.slack,
      command: '/circleci-backup',
      banner: `Sandbox: nothing here is real. Time runs ${speed}× as fast.`,
      suggestions: [...TYPED],
      extras: worldFaults(world),
    };
    try {
      return await createPage({ ...options, port });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
      process.stdout.write(`  Port ${port} is taken; taking another one.\n`);
      return createPage(options);
    }
  }
}

await main();
