import {
  Bash,
  defineCommand,
  type IFileSystem,
  latin1FromBytes,
  type ResolvedCommandContext,
} from 'just-bash';
import { quoteForShell } from '../../../src/core/text/shell.ts';
import { fileSystem, type Viewer } from '../disk/file-system.ts';
import type { Call, MachineInside, Outcome, Session } from '../inside.ts';
import type { Account } from './accounts.ts';

export const done = (stdout = ''): Outcome => ({ stdout, stderr: '', exitCode: 0 });
export const failed = (stderr: string, exitCode = 1): Outcome => ({ stdout: '', stderr, exitCode });

export function createSession(
  machine: MachineInside,
  account: Account,
  more: Pick<Session, 'signal' | 'hangUp'> &
    Partial<Pick<Session, 'terminal' | 'rawTexts' | 'print'>> & { umask?: number },
): Session {
  const viewer: Viewer = {
    account,
    umask: more.umask ?? 0o022,
    unreadable: machine.faults.unreadable,
    full: () => machine.faults.diskFull,
    async answers(path) {
      const hangs = [...machine.faults.hanging].some((at) => path === at || path.startsWith(`${at}/`));
      if (hangs) await untilAborted(more.signal);
    },
    now: () => machine.clock.now(),
  };
  return {
    machine,
    account,
    viewer,
    files: fileSystem(machine.disk.files, viewer),
    signal: more.signal,
    hangUp: more.hangUp,
    rawTexts: more.rawTexts ?? new Set(),
    ...(more.terminal && { terminal: more.terminal }),
    ...(more.print && { print: more.print }),
  };
}

/** The same login as another account. */
export function sessionAs(session: Session, account: Account): Session {
  return createSession(session.machine, account, {
    signal: session.signal,
    hangUp: session.hangUp,
    rawTexts: session.rawTexts,
    umask: session.viewer.umask,
    ...(session.terminal && { terminal: session.terminal }),
  });
}

export interface ShellState {
  cwd: string;
  env: Record<string, string>;
}

export function loginState(session: Session): ShellState {
  const { name, home } = session.account;
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  return { cwd: home, env: { HOME: home, USER: name, LOGNAME: name, SHELL: '/bin/bash', PATH: path } };
}

interface RunOptions {
  /** One character a byte. */
  stdin?: string;
  signal?: AbortSignal;
}

/** Runs a script in bash. `stdin` has one character a byte, and so have the answers. */
export async function runScript(
  session: Session,
  script: string,
  state: ShellState,
  { stdin = '', signal = session.signal }: RunOptions = {},
): Promise<Outcome & { state: ShellState }> {
  const { machine } = session;
  const hang = (ms: number) => machine.clock.sleep(ms, signal);
  if (machine.faults.hangs.some((pattern) => pattern.test(script))) await untilAborted(signal);
  const bash = new Bash({
    fs: session.files as IFileSystem,
    cwd: state.cwd,
    env: state.env,
    sleep: hang,
    // It changes globals of the whole process for the length of a command; what runs here is the sandbox's own.
    defenseInDepth: false,
    processInfo: { uid: session.account.uid, gid: session.account.gid },
    customCommands: machine.tools().map((tool) =>
      defineCommand(tool.name, async (args, context) => {
        const outcome = await tool.run(args, callOf(session, context, signal));
        return { ...outcome, stdoutKind: outcome.bytes === true ? 'bytes' : 'text' };
      }),
    ),
  });
  const result = await bash.exec(script, { stdin, stdinKind: 'bytes', rawScript: true, signal });
  return {
    stdout: bytesOf(result.stdout, session.rawTexts),
    stderr: bytesOf(result.stderr, session.rawTexts),
    exitCode: result.exitCode,
    bytes: true,
    state: { cwd: result.env.PWD ?? state.cwd, env: result.env },
  };
}

function callOf(session: Session, context: ResolvedCommandContext, signal: AbortSignal): Call {
  const ending = context.signal === undefined ? signal : AbortSignal.any([signal, context.signal]);
  const path = (given: string) => context.fs.resolvePath(context.cwd, given);
  return {
    session,
    cwd: context.cwd,
    path,
    get stdin() {
      return latin1FromBytes(context.stdin);
    },
    signal: ending,
    async original(args) {
      const result = await context.origCommand?.(args);
      return result ?? failed('not found\n', 127);
    },
    async run(args, as = session, until) {
      const state = { cwd: context.cwd, env: { ...loginState(as).env, ...(context.exportedEnv ?? {}) } };
      const signal = until === undefined ? ending : AbortSignal.any([ending, until]);
      return runScript(as, args.map(quoteForShell).join(' '), state, {
        stdin: latin1FromBytes(context.stdin),
        signal,
      });
    },
  };
}

/** Resolves when the signal aborts. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/**
 * The interpreter gives text. Bytes that were no UTF-8 came out as one character each: those are known by `rawTexts` and
 * become the bytes they were, everything else becomes UTF-8. One character a byte.
 */
function bytesOf(text: string, rawTexts: Iterable<string>): string {
  for (const raw of rawTexts) {
    const at = raw === '' ? -1 : text.indexOf(raw);
    if (at < 0) continue;
    const rest = (part: string) => bytesOf(part, rawTexts);
    return rest(text.slice(0, at)) + raw + rest(text.slice(at + raw.length));
  }
  return Buffer.from(text, 'utf8').toString('latin1');
}
