#!/usr/bin/env node
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { askBot } from './cli/client.ts';
import { EXIT, type Order, PROTOCOL, SOCKET } from './cli/protocol.ts';
import { loadDotenv, surroundings } from './config/environment.ts';
import { programVersion } from './config/version.ts';

/** Words that the program itself answers; all others are the bot's verbs. Nothing else is loaded before it is needed. */
const OWN_WORDS = new Set(['version', '--version', 'help', '--help', '-h', 'iam', 'completion', 'migrate']);

const STREAMS = {
  out: (text: string) => void process.stdout.write(text),
  err: (text: string) => void process.stderr.write(text),
};

/** A pipe that closed has read enough: what is done is done all the same, and the exit code says how. */
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

const [word, ...more] = process.argv.slice(2);
if (word === undefined || (word === 'start' && more.length === 0)) {
  const { startBot } = await import('./start.ts');
  await startBot();
} else if (OWN_WORDS.has(word) || word === 'start' || (word === 'history' && readsAudit(more))) {
  process.exitCode = await ownWord([word, ...more]);
} else {
  // Whoever was interrupted waits for nothing any more.
  process.exit(await verb([word, ...more]));
}

/** The audit is read as it lies there, whoever owns the folder: nobody has to believe the bot about it. */
function readsAudit(args: readonly string[]): boolean {
  return args.some((arg) => arg === '--verify' || arg.startsWith('--logged'));
}

/** What the program answers by itself: nothing is started. Gives the exit code. */
async function ownWord(args: readonly string[]): Promise<number> {
  const { cli } = await import('./cli/cli.ts');
  const { readConfig } = await import('./config/config.ts');
  const { explain, ProblemError } = await import('./core/problems/problem.ts');
  const read = () => {
    const loaded = loadDotenv();
    return loaded.ok ? readConfig() : loaded;
  };
  return cli(args, {
    ...STREAMS,
    version: programVersion(),
    targets() {
      const config = read();
      return config.ok ? { ok: true, targets: config.config.targets } : config;
    },
    async verifyAudit(logged) {
      const config = read();
      if (!config.ok) throw new Error(config.message);
      const { verifyAuditOf } = await import('./app.ts');
      return verifyAuditOf(config.config.database, logged);
    },
    async migrate(options) {
      const config = read();
      if (!config.ok) throw new Error(config.message);
      const { migrateDatabase } = await import('./app.ts');
      return migrateDatabase(config.config.database, options);
    },
  }).catch((error: unknown) => {
    const text =
      error instanceof ProblemError
        ? explain(error.problem).reason
        : String(error instanceof Error ? error.message : error);
    STREAMS.err(`${text}\n`);
    return EXIT.failed;
  });
}

/** Has the running bot carry it out; where none runs, this process does what can be done without. */
async function verb(args: string[]): Promise<number> {
  const loaded = loadDotenv();
  const { runFolder, sudoUser, isPlain } = surroundings();
  const order: Order = {
    protocol: PROTOCOL,
    version: programVersion(),
    args,
    osUser: sudoUser ?? osUser(),
    ...(process.stdout.isTTY ? { width: process.stdout.columns } : {}),
    color: process.stdout.isTTY === true && !isPlain,
  };
  const interrupted = new Promise<number>((end) => {
    process.once('SIGINT', () => {
      STREAMS.err('Interrupted. What was begun goes on with the bot: circleci-backup status shows it.\n');
      end(EXIT.interrupted);
    });
  });
  const socket = runFolder === undefined ? undefined : resolve(join(runFolder, SOCKET));
  const ask = async () => (socket === undefined ? undefined : askBot(socket, order, STREAMS));
  const exit = loaded.ok ? await Promise.race([ask(), interrupted]) : undefined;
  if (exit !== undefined) return exit;
  const { answerAlone } = await import('./start.ts');
  return answerAlone(ask, interrupted);
}

/** A user without a name is one by number, as in a container. */
function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
