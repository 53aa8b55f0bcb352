import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.ts';
import { turns } from './turns.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** A start keeps a core busy for a second: more of them at once only make late what runs already. */
const inTurn = turns(3);
/** Far above what any test needs. */
const LIMIT_MS = 150_000;

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface BotProcess {
  pid: number;
  /** What it wrote so far. */
  stdout(): string;
  stderr(): string;
  exited: Promise<Exit>;
  /** Waits until the bot answers commands; rejects when it ends before. */
  ready(): Promise<void>;
  /** Asks its server of health and metrics, once it is ready: the status and the body. */
  ops(path: '/healthz' | '/livez' | '/metrics'): Promise<{ status: number; body: string }>;
  signal(signal: NodeJS.Signals): void;
  /** Asks it to stop, and waits for that; nothing to do when it has ended. */
  stop(): Promise<Exit>;
}

interface Start {
  env: Record<string, string>;
  cwd: string;
  /** src/main.ts when missing. */
  script?: string;
  /** How long it may run at all. */
  limitMs?: number;
}

/**
 * The bot as a process of its own, started by plain Node with these variables and nothing else of this process's
 * environment.
 */
export function spawnBot(options: Start): BotProcess {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [options.script ?? MAIN], {
    cwd: options.cwd,
    env: { PATH, NODE_COMPILE_CACHE, HOME: options.cwd, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  let ended: Exit | undefined;
  // A bot that hangs fails its test, and is not left behind.
  const limit = setTimeout(() => child.kill('SIGKILL'), options.limitMs ?? LIMIT_MS);
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    // `close` comes after the last output.
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      ended = { code, signal };
      resolve(ended);
    });
  });

  return {
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    exited,
    async ready() {
      await eventually('the bot is ready', () => ended !== undefined || stdout.includes('the bot is ready'));
      if (ended !== undefined)
        throw new Error(`the bot ended with ${JSON.stringify(ended)}: ${stdout}${stderr}`);
    },
    async ops(path) {
      const port = /"opsPort":(\d+)/.exec(stdout)?.[1];
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      return { status: response.status, body: await response.text() };
    },
    signal: (signal) => void child.kill(signal),
    async stop() {
      if (ended === undefined) child.kill('SIGTERM');
      return exited;
    },
  };
}

/** Such a process, once it answers commands. */
export function startBot(options: Start): Promise<BotProcess> {
  return inTurn(async () => {
    const bot = spawnBot(options);
    try {
      await bot.ready();
      return bot;
    } catch (error) {
      await bot.stop();
      throw error;
    }
  });
}
