import { systemGateways } from './app/gateways.ts';
import { type App, createApp, leanHeap } from './app.ts';
import { EXIT } from './cli/protocol.ts';
import { readConfig } from './config/config.ts';
import { loadDotenv } from './config/environment.ts';
import { explain, ProblemError } from './core/problems/problem.ts';

function read() {
  const loaded = loadDotenv();
  return loaded.ok ? readConfig() : loaded;
}

/** How long another process may take to open its socket, or to end, in ms. */
const IN_USE_MS = 10_000;
const AGAIN_MS = 200;

/**
 * Takes the bot's place for one command line, where none runs, and for those that come meanwhile. `ask` has it carried out over
 * the socket; undefined where nobody listens. Resolves early with what `interrupted` resolves with.
 */
export async function answerAlone(
  ask: () => Promise<number | undefined>,
  interrupted: Promise<number>,
): Promise<number> {
  // Whatever this process writes is for its own user alone.
  process.umask(0o077);
  const config = read();
  if (!config.ok) return refused(config.message);
  for (const until = Date.now() + IN_USE_MS; ; await systemGateways.clock.sleep(AGAIN_MS)) {
    let app: App;
    try {
      app = await createApp(config.config, { ...systemGateways, logDestination: FAULTS_ONLY });
    } catch (error) {
      if (!isInUse(error) || Date.now() > until) return refused(inWords(error));
      // Somebody else has the folder: a bot that starts or ends, or another command line.
      const exit = await ask();
      if (exit === undefined) continue;
      return exit;
    }
    try {
      await app.startAlone();
      const exit = await Promise.race([ask(), interrupted]);
      if (exit !== EXIT.interrupted) await app.answered();
      return (
        exit ??
        refused(
          'There is no socket for the command line: RUN_DIR names the folder for it, where the bot’s user may write.',
        )
      );
    } finally {
      await app.stop('the command line was answered');
    }
  }
}

/** Beside the answer only what nobody foresaw is worth a line. */
const FAULTS_ONLY = {
  write: (line: string) => void (/^\{"level":"(?:error|fatal)"/.test(line) && process.stderr.write(line)),
};

function isInUse(error: unknown): boolean {
  return (
    error instanceof ProblemError &&
    error.problem.code === 'store-unavailable' &&
    error.problem.isInUse === true
  );
}

function refused(message: string): number {
  process.stderr.write(`${message}\n`);
  return 1;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What was interrupted goes on first; who has just mended a setting reads soon what else is wrong. */
const DOCTOR_AFTER_MS = 2 * 60_000;

/** Starts the bot; ends with exit code 1 and one message on standard error when it cannot. */
export async function startBot(): Promise<void> {
  leanHeap();
  // Whatever this process writes is for its own user alone.
  process.umask(0o077);
  const config = read();
  if (!config.ok) return refuse(config.message);
  let app: App;
  try {
    app = await createApp(config.config, { ...systemGateways, doctorAfterMs: DOCTOR_AFTER_MS });
  } catch (error) {
    return refuse(inWords(error));
  }
  // OpenWorkflow tells of its troubles on the console only; the log has them with everything else, redacted.
  console.error = (message: unknown, error?: unknown) => app.log.error({ err: error }, String(message));

  // What nobody caught leaves an unknown state; runs are durable, and the next process goes on with them.
  process.on('uncaughtException', (error) => {
    app.log.error({ err: error }, 'something unforeseen happened; the bot ends');
    process.exit(1);
  });

  let stopped = false;
  const stop = (signal: string) => {
    stopped = true;
    void app.stop(signal).then(({ clean }) => process.exit(clean ? 0 : 1));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  try {
    await app.start();
  } catch (error) {
    if (stopped) return;
    app.log.error({ err: error }, 'the bot could not start');
    await app.stop('start failed');
    refuse(inWords(error));
  }
}

function refuse(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function inWords(error: unknown): string {
  if (error instanceof ProblemError) {
    const { reason, next } = explain(error.problem);
    return `circleci-backup cannot start. ${reason} ${next}`;
  }
  const taken = takenPort(error);
  if (taken !== undefined) {
    return `circleci-backup cannot start: ${taken} is taken by another program. Stop that one, or set OPS_PORT (PORT, where Slack reaches the bot by HTTP) to another port.`;
  }
  return `circleci-backup cannot start: ${messageOf(error)}`;
}

/** Node's error of a server that could not listen names the port. */
function takenPort(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') return undefined;
  const port = 'port' in error ? error.port : '';
  return `port ${port} on ${'address' in error ? error.address : 'this machine'}`;
}
