import { parseArgs } from 'node:util';
import { startSandbox } from './sandbox.ts';

const SPEED = 20;
const PORT = 8420;
const FASTEST = 1_000;

/** `npm run sandbox`: Slack, EC2, Services machines and the unmodified bot, with no account and no key. */
async function main(): Promise<void> {
  const given = readArgs();
  if (typeof given === 'string') {
    process.stderr.write(`${given}\nUsage: npm run sandbox -- [--port ${PORT}] [--speed ${SPEED}]\n`);
    process.exitCode = 1;
    return;
  }
  const { speed, port } = given;
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

/** What was typed, or what is wrong with it. */
function readArgs(): { speed: number; port: number } | string {
  try {
    const { values } = parseArgs({ options: { port: { type: 'string' }, speed: { type: 'string' } } });
    const port = Number(values.port ?? PORT);
    const speed = Number(values.speed ?? SPEED);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      return `--port takes a number from 0 (any free port) to 65535, not “${values.port}”.`;
    if (!(speed > 0) || speed > FASTEST)
      return `--speed takes how many times faster than real time it runs, up to ${FASTEST}, not “${values.speed}”.`;
    return { speed, port };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

await main();
