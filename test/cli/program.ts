import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/circleci-backup.js', import.meta.url));
/** Far above what any test needs. */
const LIMIT_MS = 120_000;

export interface Typed {
  /** Undefined where a signal ended it. */
  code: number | null;
  out: string;
  err: string;
}

interface Place {
  cwd: string;
  env: Record<string, string | undefined>;
}

/** The program as somebody types it, with these settings and nothing else of this process's environment. */
export function startProgram(
  args: readonly string[],
  { cwd, env }: Place,
): { child: ChildProcess; ended: Promise<Typed>; seen: () => string } {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd,
    env: { PATH, NODE_COMPILE_CACHE, HOME: cwd, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  const ended = new Promise<Typed>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...said }));
  });
  return { child, ended, seen: () => said.out + said.err };
}

export function typed(args: readonly string[], place: Place): Promise<Typed> {
  return startProgram(args, place).ended;
}
