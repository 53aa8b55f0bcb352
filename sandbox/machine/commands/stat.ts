import { nameOf } from '../access/accounts.ts';
import { failed } from '../access/session.ts';
import type { FileNode } from '../disk/file-tree.ts';
import type { Call, Outcome, Tool } from '../inside.ts';
import { nodeAt } from './files.ts';

const KIND = { file: 'regular file', directory: 'directory', link: 'symbolic link' } as const;
const LETTER = { file: '-', directory: 'd', link: 'l' } as const;

export const STAT_TOOLS: Tool[] = [
  { name: 'stat', run: stat },
  { name: 'ls', run: ls },
];

/** `stat [-L] -c FORMAT FILE…`; without a format what people read. */
async function stat(args: string[], call: Call): Promise<Outcome> {
  let format: string | undefined;
  let end = '\n';
  let follow = false;
  const paths: string[] = [];
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] ?? '';
    const [, name, value] = /^(--format|--printf|-c)(?:=(.*))?$/s.exec(arg) ?? [];
    if (name !== undefined) {
      i += value === undefined ? 1 : 0;
      format = value ?? args[i] ?? '';
      if (name === '--printf') {
        end = '';
        format = format.replaceAll('\\n', '\n').replaceAll('\\t', '\t');
      }
    } else if (arg === '-L' || arg === '--dereference') follow = true;
    else if (arg !== '--') paths.push(arg);
  }
  let stdout = '';
  let stderr = '';
  for (const path of paths) {
    await call.session.files.exists(call.path(path));
    const node = nodeAt(call, path, follow);
    if (typeof node === 'string') stderr += `stat: cannot stat '${path}': ${node}\n`;
    else
      stdout +=
        filled(
          format ?? '  File: %n\n  Size: %s  %F\nAccess: (%a/%A)  Uid: (%u/%U)  Gid: (%g/%G)',
          path,
          node,
          call,
        ) + end;
  }
  return { stdout, stderr, exitCode: stderr === '' ? 0 : 1 };
}

function filled(format: string, path: string, node: FileNode, call: Call): string {
  const me = call.session.account.name;
  const values: Record<string, string> = {
    a: node.mode.toString(8),
    A: modeText(node),
    F: node.kind === 'file' && node.bytes.length === 0 ? 'regular empty file' : KIND[node.kind],
    g: String(node.gid),
    G: nameOf(node.gid, me),
    h: '1',
    i: '4711',
    n: path,
    N: `'${path}'`,
    s: String(size(node)),
    u: String(node.uid),
    U: nameOf(node.uid, me),
    Y: String(Math.floor(node.changedAt / 1000)),
    '%': '%',
  };
  return format.replace(/%([a-zA-Z%])/g, (all, letter: string) => values[letter] ?? all);
}

function size(node: FileNode): number {
  return node.kind === 'file' ? node.bytes.length : node.kind === 'link' ? node.target.length : 4096;
}

/** `-rw-r-----` */
function modeText(node: FileNode): string {
  const bits = [...'rwxrwxrwx'].map((letter, i) => ((node.mode >> (8 - i)) & 1 ? letter : '-'));
  return LETTER[node.kind] + bits.join('');
}

/** Owners and modes for `ls -l` and `-n`; all else is the interpreter's own. */
async function ls(args: string[], call: Call): Promise<Outcome> {
  const options = args.filter((arg) => arg.startsWith('-') && arg !== '-').join('');
  const paths = args.filter((arg) => !arg.startsWith('-'));
  if (!/[ln]/.test(options)) return call.original(args);
  const isNumeric = options.includes('n');
  const me = call.session.account.name;
  const lines: string[] = [];
  for (const path of paths.length === 0 ? ['.'] : paths) {
    const node = nodeAt(call, path);
    if (typeof node === 'string') return failed(`ls: cannot access '${path}': ${node}\n`, 2);
    const isOpened = node.kind === 'directory' && !options.includes('d');
    const names = isOpened ? await call.session.files.readdir(call.path(path)) : [path];
    if (isOpened) lines.push('total 0');
    for (const name of names) {
      if (isOpened && name.startsWith('.') && !/[aA]/.test(options)) continue;
      const one = nodeAt(call, isOpened ? `${path}/${name}` : name, false);
      if (typeof one === 'string') continue;
      const owner = isNumeric ? `${one.uid} ${one.gid}` : `${nameOf(one.uid, me)} ${nameOf(one.gid, me)}`;
      const at = new Date(one.changedAt).toISOString().slice(0, 16).replace('T', ' ');
      const link = one.kind === 'link' ? ` -> ${one.target}` : '';
      lines.push(`${modeText(one)} 1 ${owner} ${size(one)} ${at} ${name}${link}`);
    }
  }
  return { stdout: lines.map((line) => `${line}\n`).join(''), stderr: '', exitCode: 0 };
}
