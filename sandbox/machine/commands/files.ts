import { posix } from 'node:path';
import { idNamed } from '../access/accounts.ts';
import { done, failed } from '../access/session.ts';
import type { FileNode } from '../disk/file-tree.ts';
import type { Call, Outcome, Tool } from '../inside.ts';
import { split } from './options.ts';

/** Everything the interpreter does not know of owners and modes, after coreutils. */
export const FILE_TOOLS: Tool[] = [
  { name: 'cat', run: cat },
  { name: 'chown', run: (args, call) => changeOwner(args, call, true) },
  { name: 'chgrp', run: (args, call) => changeOwner(args, call, false) },
  { name: 'cp', run: cp },
  { name: 'mv', run: mv },
  { name: 'cmp', run: cmp },
  { name: 'mktemp', run: mktemp },
  { name: 'realpath', run: (args, call) => call.original(args) },
];

/** libuv's code in the words of coreutils. */
export function inWords(error: unknown): string {
  const code = error instanceof Object && 'code' in error ? error.code : '';
  const words: Record<string, string> = {
    EACCES: 'Permission denied',
    EIO: 'Input/output error',
    EISDIR: 'Is a directory',
    ENOENT: 'No such file or directory',
    ENOTDIR: 'Not a directory',
    ENOSPC: 'No space left on device',
    ELOOP: 'Too many levels of symbolic links',
  };
  return (typeof code === 'string' ? words[code] : undefined) ?? 'Input/output error';
}

/** The node at a path, or what the command says of it. */
export function nodeAt(call: Call, path: string, follow = true): FileNode | string {
  try {
    return call.session.files.node(call.path(path), follow);
  } catch (error) {
    return inWords(error);
  }
}

async function cat(args: string[], call: Call): Promise<Outcome> {
  const { options, rest } = split(args);
  if (options.some((option) => option !== '-u')) return call.original(args);
  const paths = rest.length === 0 ? ['-'] : rest;
  let stdout = '';
  let stderr = '';
  for (const path of paths) {
    try {
      const bytes = path === '-' ? call.stdin : await latin1(call, path);
      stdout += bytes;
    } catch (error) {
      stderr += `cat: ${path}: ${inWords(error)}\n`;
    }
  }
  return keepRaw(call, { stdout, stderr, exitCode: stderr === '' ? 0 : 1, bytes: true });
}

async function latin1(call: Call, path: string): Promise<string> {
  return Buffer.from(await call.session.files.readFileBuffer(call.path(path))).toString('latin1');
}

/** Remembers bytes that are no UTF-8, for they would not survive being made into text. */
export function keepRaw(call: Call, outcome: Outcome): Outcome {
  const bytes = Buffer.from(outcome.stdout, 'latin1');
  if (bytes.toString('utf8').includes('\ufffd')) call.session.rawTexts.add(outcome.stdout);
  return outcome;
}

function changeOwner(args: string[], call: Call, withUser: boolean): Outcome {
  const name = withUser ? 'chown' : 'chgrp';
  const { options, rest } = split(args);
  const reference = options.find((option) => option.startsWith('--reference='))?.slice('--reference='.length);
  const [spec = '', ...paths] = reference === undefined ? rest : ['', ...rest];
  const wanted = reference === undefined ? owners(spec, withUser) : like(call, reference);
  if (typeof wanted === 'string') return failed(`${name}: ${wanted}\n`);
  const isRecursive = options.some((option) => /^-[a-zA-Z]*R/.test(option) || option === '--recursive');
  const all = isRecursive ? paths.flatMap((path) => [path, ...under(call, path)]) : paths;
  for (const path of all) {
    const found = nodeAt(call, path);
    if (typeof found === 'string') return failed(`${name}: cannot access '${path}': ${found}\n`);
    if (call.session.account.uid !== 0) {
      return failed(`${name}: changing ownership of '${path}': Operation not permitted\n`);
    }
    Object.assign(found, wanted);
  }
  return done();
}

function owners(spec: string, withUser: boolean): { uid?: number; gid?: number } | string {
  const [user = '', group = ''] = withUser ? spec.split(/[:.]/) : ['', spec];
  const uid = user === '' ? undefined : idNamed(user);
  const gid = group === '' ? undefined : idNamed(group);
  if (user !== '' && uid === undefined) return `invalid user: '${spec}'`;
  if (group !== '' && gid === undefined) return `invalid group: '${spec}'`;
  return { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) };
}

function like(call: Call, path: string): { uid: number; gid: number } | string {
  const found = nodeAt(call, path);
  return typeof found === 'string'
    ? `failed to get attributes of '${path}': ${found}`
    : { uid: found.uid, gid: found.gid };
}

function under(call: Call, path: string): string[] {
  const start = `${call.path(path)}/`;
  return call.session.files.getAllPaths().filter((one) => one.startsWith(start));
}

/** `-p` keeps owner, mode and time; without it they are those of a new file, or of the one that was there. */
async function cp(args: string[], call: Call): Promise<Outcome> {
  const { options, rest } = split(args);
  const keeps = options.some(
    (option) => /^-[a-zA-Z]*[pa]/.test(option) || /^--(?:preserve|archive)/.test(option),
  );
  const result = await call.original([...options.filter((option) => option !== '-T'), '--', ...rest]);
  if (result.exitCode !== 0 || !keeps) return result;
  const to = rest.at(-1) ?? '';
  for (const from of rest.slice(0, -1)) keepLooks(call, from, to);
  return result;
}

function keepLooks(call: Call, from: string, to: string): void {
  for (const source of [call.path(from), ...under(call, from)]) {
    const rest = source.slice(call.path(from).length);
    // A directory that was there got the copy inside.
    const inside = `${posix.join(call.path(to), posix.basename(from))}${rest}`;
    const target = typeof nodeAt(call, inside) === 'string' ? `${call.path(to)}${rest}` : inside;
    const [before, after] = [nodeAt(call, source), nodeAt(call, target)];
    if (typeof before === 'string' || typeof after === 'string') continue;
    after.mode = before.mode;
    after.changedAt = before.changedAt;
    if (call.session.account.uid === 0) Object.assign(after, { uid: before.uid, gid: before.gid });
  }
}

function mv(args: string[], call: Call): Promise<Outcome> {
  return call.original(args.filter((arg) => arg !== '-T' && arg !== '--no-target-directory'));
}

async function cmp(args: string[], call: Call): Promise<Outcome> {
  const { options, rest } = split(args);
  const isSilent = options.some((option) => /^-[a-z]*s/.test(option) || option === '--quiet');
  const [one = '', other = '-'] = rest;
  const texts: string[] = [];
  for (const path of [one, other]) {
    try {
      texts.push(path === '-' ? call.stdin : await latin1(call, path));
    } catch (error) {
      return failed(`cmp: ${path}: ${inWords(error)}\n`, 2);
    }
  }
  const [first = '', second = ''] = texts;
  if (first === second) return done();
  const at = [...first].findIndex((char, i) => char !== second[i]);
  const says =
    at < 0 || at >= second.length
      ? `cmp: EOF on ${at < 0 ? one : other}\n`
      : `${one} ${other} differ: byte ${at + 1}\n`;
  return { stdout: isSilent ? '' : says, stderr: '', exitCode: 1 };
}

async function mktemp(args: string[], call: Call): Promise<Outcome> {
  const { options, rest } = split(args, ['-p']);
  const folder = options.includes('-p') ? (rest.shift() ?? '/tmp') : '/tmp';
  const template = rest[0] ?? 'tmp.XXXXXXXXXX';
  const { files, machine } = call.session;
  const count = (machine.clock.now() + files.getAllPaths().length).toString(36);
  const filled = template.replace(/X{3,}$/, (xs) => count.slice(-xs.length).padStart(xs.length, '0'));
  const path = template.includes('/') ? filled : posix.join(folder, filled);
  try {
    const isFolder = options.some((option) => /^-[a-z]*d/.test(option));
    if (isFolder) await files.mkdir(call.path(path));
    else await files.writeFile(call.path(path), '');
    await files.chmod(call.path(path), isFolder ? 0o700 : 0o600);
  } catch (error) {
    return failed(`mktemp: failed to create file via template '${template}': ${inWords(error)}\n`);
  }
  return done(`${path}\n`);
}
