import { parseArgs } from 'node:util';
import { startSandbox } from './sandbox.ts';

const SPEED = 20;
const PORT = 8420;

/** `npm run sandbox`: Slack, EC2, Services machines and the unmodified bot, with no account and no key. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, speed: { type: 'string' }, quiet: { type: 'boolean' } },
  });
  const speed = Number(values.speed ?? SPEED);
  const port = Number(values.port ?? PORT);
  const sandbox = await startSandbox({ speed, port });
  process.stdout.write(
    [
      ...(sandbox.isMoved ? [`  Port ${port} is taken; this is another one.`] : []),
      '',
      `  The sandbox is at ${sandbox.page.url}`,
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
    void sandbox.close().then(() => process.exit(0));
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

await main();
