import { createSession, done, failed, loginState, runScript } from '../access/session.ts';
import { putFile, textAt } from '../disk/disk.ts';
import type { Call, MachineInside, Outcome, Tool } from '../inside.ts';

const SIGNALS = { TERM: 143, KILL: 137 };

/**
 * The interpreter has no processes beside the one it runs. Of a script in a session of its own, with a folder, a limit, a number
 * of variables and a program as its arguments, this does what such a job does: it holds a lock on `alive`, keeps the program's
 * id, what it prints and its code. The script itself runs in test/gateways/jobs and behind a real sshd.
 */
function setsid(args: string[], call: Call): Outcome {
  const [, , , , dir = '', , count = '', ...command] = args;
  const lines = call.stdin.split('\n');
  const env = Object.fromEntries(
    lines.slice(0, Number(count)).map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  void runJob(call.session.machine, dir, { env, command, stdin: lines.slice(Number(count)).join('\n') });
  return done();
}

async function runJob(
  machine: MachineInside,
  dir: string,
  job: { env: Record<string, string>; command: string[]; stdin: string },
): Promise<void> {
  const { background, disk, halted } = machine;
  const alive = `${dir}/alive`;
  background.lastPid += 1;
  const pid = background.lastPid;
  const killed = new AbortController();
  let ending: 'TERM' | 'KILL' | 'vanish' | undefined;
  background.locked.add(alive);
  background.processes.set(pid, (signal) => {
    ending ??= signal;
    killed.abort();
  });
  const put = (name: string, text: string) => {
    if (!halted.aborted) putFile(disk, `${dir}/${name}`, Buffer.from(text, 'latin1'), { mode: 0o600 });
  };
  put('alive', '');
  put('pid', `${pid}\n`);
  putFile(disk, `/proc/${pid}/fd/9`, '');
  Object.assign(disk.files.get(`/proc/${pid}/fd/9`) ?? {}, { kind: 'link', target: alive, mode: 0o777 });
  const printed = { out: '', err: '' };
  const session = createSession(
    machine,
    { name: 'root', uid: 0, gid: 0, home: '/root' },
    {
      signal: AbortSignal.any([halted, killed.signal]),
      hangUp: () => undefined,
      print(stream, text) {
        printed[stream] += text;
        put(stream, printed[stream]);
      },
    },
  );
  let code = SIGNALS.TERM;
  if (textAt(disk, `${dir}/cancel`) === undefined) {
    const login = loginState(session);
    const shell = 'exec "$@"';
    const words = ['sh', '-c', shell, 'sh', ...job.command].map(
      (word) => `'${word.replaceAll("'", "'\\''")}'`,
    );
    const outcome = await runScript(
      session,
      words.join(' '),
      { ...login, env: { ...login.env, ...job.env } },
      { stdin: job.stdin },
    ).catch(() => failed('', 1));
    code = outcome.exitCode;
    if (outcome.stdout !== '') session.print?.('out', outcome.stdout);
    if (outcome.stderr !== '') session.print?.('err', outcome.stderr);
  }
  // A program may have a code of its own for being asked to end; 124 is the interpreter's.
  if (ending === 'KILL' || (ending === 'TERM' && (code === 0 || code >= 124))) code = SIGNALS[ending];
  put('out', printed.out);
  put('err', printed.err);
  if (ending !== 'vanish') put('rc', `${code}\n`);
  background.locked.delete(alive);
  background.processes.delete(pid);
}

async function flock(args: string[], call: Call): Promise<Outcome> {
  const [path = '', ...command] = args.filter((arg) => !/^-[nsx]+$/.test(arg));
  if (call.session.machine.background.locked.has(call.path(path))) return failed('');
  return call.run(command);
}

function kill(args: string[], call: Call): Outcome {
  const [signal = '', pid = ''] = args;
  const end = call.session.machine.background.processes.get(Number(pid));
  if (end === undefined) return failed(`kill: (${pid}) - No such process\n`);
  end(signal === '-KILL' || signal === '-9' ? 'KILL' : 'TERM');
  return done();
}

export const BACKGROUND_TOOLS: Tool[] = [
  { name: 'setsid', run: setsid },
  { name: 'flock', run: flock },
  { name: 'kill', run: kill },
];
