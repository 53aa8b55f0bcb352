#!/usr/bin/env node
import { type App, createApp, leanHeap, migrateDatabase, systemGateways, verifyAuditOf } from './app.ts';
import { cli } from './cli/cli.ts';
import { loadDotenv, readConfig } from './config/config.ts';
import { programVersion } from './config/version.ts';
import { explain, ProblemError } from './core/problems/problem.ts';

/** Words after the program's name: `circleci-backup iam`. Nothing is started. */
async function command(args: readonly string[]): Promise<void> {
  const read = () => {
    const loaded = loadDotenv();
    return loaded.ok ? readConfig() : loaded;
  };
  const code = await cli(args, {
    version: programVersion(),
    targets() {
      const config = read();
      return config.ok ? { ok: true, targets: config.config.targets } : config;
    },
    async verifyAudit(logged) {
      const config = read();
      if (!config.ok) throw new Error(config.message);
      return verifyAuditOf(config.config.database, logged);
    },
    async migrate(options) {
      const config = read();
      if (!config.ok) throw new Error(config.message);
      return migrateDatabase(config.config.database, options);
    },
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  }).catch((error: unknown) => {
    process.stderr.write(
      `${error instanceof ProblemError ? explain(error.problem).reason : messageOf(error)}\n`,
    );
    return 1;
  });
  process.exitCode = code;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Starts the bot; ends with exit code 1 and one message on standard error when it cannot. */
async function main(): Promise<void> {
  leanHeap();
  // Whatever this process writes is for its own user alone.
  process.umask(0o077);
  const loaded = loadDotenv();
  if (!loaded.ok) return refuse(loaded.message);
  const read = readConfig();
  if (!read.ok) return refuse(read.message);
  let app: App;
  try {
    app = await createApp(read.config, systemGateways);
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

const [word, ...more] = process.argv.slice(2);
if (word === undefined || (word === 'start' && more.length === 0)) await main();
else await command([word, ...more]);
