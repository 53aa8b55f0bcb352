import { accountOf, nameOf, ROOT } from '../access/accounts.ts';
import { done, failed, sessionAs, untilAborted } from '../access/session.ts';
import { parseMounts } from '../disk/mounts.ts';
import type { Call, Outcome, Tool } from '../inside.ts';
import { keepRaw, nodeAt } from './files.ts';
import { split } from './options.ts';

export const SYSTEM_TOOLS: Tool[] = [
  { name: 'id', run: id },
  { name: 'whoami', run: (_args, call) => done(`${call.session.account.name}\n`) },
  { name: 'hostname', run: hostname },
  { name: 'uname', run: uname },
  { name: 'sync', run: () => done() },
  { name: 'umask', run: umask },
  { name: 'timeout', run: timeout },
  { name: 'stty', run: stty },
  { name: 'mount', run: mount },
  { name: 'mountpoint', run: mountpoint },
  { name: 'df', run: df },
];

export const SUDO: Tool = { name: 'sudo', run: sudo };

const SUDO_VALUED = ['-u', '--user', '-g', '-p', '-C'];

async function sudo(args: string[], call: Call): Promise<Outcome> {
  const { session } = call;
  const options: string[] = [];
  let user = ROOT.name;
  let at = 0;
  for (; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (arg === '--') {
      at += 1;
      break;
    }
    if (!arg.startsWith('-')) break;
    options.push(arg);
    if (!SUDO_VALUED.includes(arg)) continue;
    at += 1;
    if (arg === '-u' || arg === '--user') user = args[at] ?? '';
  }
  const isQuiet = options.some((option) => option === '-n' || option === '--non-interactive');
  if (session.machine.faults.sudo === 'password' && session.account.uid !== 0) {
    if (isQuiet) return failed('sudo: a password is required\n');
    if (session.terminal === undefined) {
      return failed('sudo: no tty present and no askpass program specified\n');
    }
    session.terminal.print(`[sudo] password for ${session.account.name}: `);
    await untilAborted(call.signal);
    return failed('');
  }
  const command = args.slice(at);
  if (command.length === 0) return options.length > 0 ? done() : failed('usage: sudo -h | -V\n');
  const outcome = await call.run(command, sessionAs(session, accountOf(user)));
  return keepRaw(call, {
    ...outcome,
    stderr: outcome.stderr.replace(/^bash: (.*): command not found$/m, 'sudo: $1: command not found'),
  });
}

function id(args: string[], call: Call): Outcome {
  const { uid, gid, name } = call.session.account;
  const option = args.join('');
  if (option === '-u') return done(`${uid}\n`);
  if (option === '-g' || option === '-G') return done(`${gid}\n`);
  if (option === '-un' || option === '-gn') return done(`${name}\n`);
  return done(`uid=${uid}(${name}) gid=${gid}(${nameOf(gid, name)}) groups=${gid}(${nameOf(gid, name)})\n`);
}

function hostname(args: string[], call: Call): Outcome {
  const { machine } = call.session;
  const option = args[0];
  if (option === '-I') return done(`${machine.privateIp()} 172.17.0.1 \n`);
  if (option === '-i') return done(`${machine.privateIp()}\n`);
  if (option === '-f') return done(`${machine.hostname()}.ec2.internal\n`);
  return done(`${machine.hostname()}\n`);
}

function uname(args: string[], call: Call): Outcome {
  const option = args[0] ?? '-s';
  const parts: Record<string, string> = {
    '-s': 'Linux',
    '-n': call.session.machine.hostname(),
    '-r': '4.4.0-1092-aws',
    '-m': 'x86_64',
  };
  if (option === '-a') return done(`${Object.values(parts).join(' ')} GNU/Linux\n`);
  return done(`${parts[option] ?? 'Linux'}\n`);
}

function umask(args: string[], call: Call): Outcome {
  const { viewer } = call.session;
  const [given] = args;
  if (given === undefined) return done(`${viewer.umask.toString(8).padStart(4, '0')}\n`);
  if (!/^[0-7]{1,4}$/.test(given)) return failed(`bash: umask: ${given}: invalid symbolic mode operator\n`);
  viewer.umask = Number.parseInt(given, 8);
  return done();
}

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** The interpreter's own counts the wall's seconds; a machine's are those of its world. */
async function timeout(args: string[], call: Call): Promise<Outcome> {
  const from = args.findIndex((arg, i) => /^\d/.test(arg) && !['-k', '-s'].includes(args[i - 1] ?? ''));
  const [limit = '', ...rest] = from < 0 ? [] : args.slice(from);
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(limit) ?? [];
  if (number === undefined) return failed(`timeout: invalid time interval '${limit}'\n`, 125);
  const ms = Number(number) * 1000 * SECONDS[(unit || 's') as keyof typeof SECONDS];
  const over = new AbortController();
  const late = call.session.machine.clock.sleep(ms, call.signal).then(() => 'late' as const);
  const outcome = await Promise.race([call.run(rest, call.session, over.signal), late]);
  if (outcome !== 'late') return outcome;
  over.abort();
  return failed('', 124);
}

function stty(args: string[], call: Call): Outcome {
  const { terminal } = call.session;
  if (terminal === undefined) return failed("stty: 'standard input': Inappropriate ioctl for device\n");
  for (const [i, arg] of args.entries()) {
    if (arg === '-echo') terminal.echo = false;
    if (arg === 'echo' || arg === 'sane') terminal.echo = true;
    if (arg === 'cols' || arg === 'columns') terminal.columns = Number(args[i + 1] ?? terminal.columns);
  }
  return done();
}

async function mounted(call: Call) {
  return parseMounts(await call.session.files.readFile('/proc/mounts'));
}

async function mount(args: string[], call: Call): Promise<Outcome> {
  if (args.length > 0) return failed('mount: only root can do that\n', 32);
  const lines = (await mounted(call)).map(
    ({ source, target, type, options }) => `${source} on ${target} type ${type} (${options})\n`,
  );
  return done(lines.join(''));
}

async function mountpoint(args: string[], call: Call): Promise<Outcome> {
  const { options, rest } = split(args);
  const [path = ''] = rest;
  const isMounted = (await mounted(call)).some(({ target }) => target === call.path(path));
  const says = options.includes('-q') ? '' : `${path} is ${isMounted ? '' : 'not '}a mountpoint\n`;
  return { stdout: says, stderr: '', exitCode: isMounted ? 0 : 1 };
}

const DISK_KIB = 157_165_420;
const DISK_INODES = 19_660_800;

/** `df -P`, in blocks of 1024 bytes or, with `-i`, in inodes: every disk is large, and nearly empty or full. */
async function df(args: string[], call: Call): Promise<Outcome> {
  const { options, rest } = split(args);
  const all = await mounted(call);
  const inodes = options.some((option) => /^-[a-zA-Z]*i/.test(option));
  const [head, total] = inodes
    ? ['Inodes IUsed IFree IUse%', DISK_INODES]
    : ['1024-blocks Used Available Capacity', DISK_KIB];
  const isFull = call.session.machine.faults.diskFull && !inodes;
  const used = isFull ? total : Math.round(total / 4);
  let stdout = `Filesystem ${head} Mounted on\n`;
  for (const path of rest.map(call.path)) {
    if (typeof nodeAt(call, path) === 'string') return failed(`df: ${path}: No such file or directory\n`);
    const [mount] = all
      .filter(({ target }) => `${path}/`.startsWith(target === '/' ? '/' : `${target}/`))
      .sort((a, b) => b.target.length - a.target.length);
    stdout += `${mount?.source} ${total} ${used} ${total - used} ${isFull ? 100 : 25}% ${mount?.target}\n`;
  }
  return done(stdout);
}
