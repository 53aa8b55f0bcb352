import { posix } from 'node:path';

/** A file, a directory or a symbolic link. Its bytes are never changed in place, so that copies may share them. */
export interface FileNode {
  kind: 'file' | 'directory' | 'link';
  bytes: Buffer;
  /** Where a link points; '' for the others. */
  target: string;
  /** The permission bits, e.g. 0o644. */
  mode: number;
  uid: number;
  gid: number;
  /** Ms since the epoch. */
  changedAt: number;
}

/** A disk's files by their absolute path without links. */
export type FileTree = Map<string, FileNode>;

/** How the errors of a file system begin, as those of libuv do. */
type Code =
  | 'EACCES'
  | 'EEXIST'
  | 'EIO'
  | 'EISDIR'
  | 'ELOOP'
  | 'ENOENT'
  | 'ENOSPC'
  | 'ENOTDIR'
  | 'ENOTEMPTY'
  | 'EINVAL';

const SAYS: Record<Code, string> = {
  EACCES: 'permission denied',
  EEXIST: 'file already exists',
  EINVAL: 'invalid argument',
  EIO: 'i/o error',
  EISDIR: 'illegal operation on a directory',
  ELOOP: 'too many symbolic links encountered',
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space left on device',
  ENOTDIR: 'not a directory',
  ENOTEMPTY: 'directory not empty',
};

export function fileError(code: Code, path: string): Error {
  return Object.assign(new Error(`${code}: ${SAYS[code]}, open '${path}'`), { code });
}

const MOST_LINKS = 40;

/** The path without links, whether there is something at its end or not. `follow`: a link at its end is followed too. */
export function withoutLinks(tree: FileTree, path: string, follow = true, depth = 0): string {
  if (depth > MOST_LINKS) throw fileError('ELOOP', path);
  const parts = posix.normalize(`/${path}`).split('/').filter(Boolean);
  let at = '/';
  for (const [i, part] of parts.entries()) {
    const next = posix.join(at, part);
    const node = tree.get(next);
    const last = i === parts.length - 1;
    if (node?.kind === 'link' && (follow || !last)) {
      const rest = parts.slice(i + 1).join('/');
      return withoutLinks(tree, posix.join(posix.resolve(at, node.target), rest), follow, depth + 1);
    }
    if (node?.kind === 'file' && !last) throw fileError('ENOTDIR', path);
    at = next;
  }
  return at;
}

/** Everything below a directory, itself not included. */
export function below(tree: FileTree, directory: string): string[] {
  const start = directory === '/' ? '/' : `${directory}/`;
  return [...tree.keys()].filter((path) => path.startsWith(start) && path !== directory);
}

/** The names in a directory, sorted as the C locale does. */
export function namesIn(tree: FileTree, directory: string): string[] {
  const start = directory === '/' ? '/' : `${directory}/`;
  return below(tree, directory)
    .map((path) => path.slice(start.length))
    .filter((name) => !name.includes('/'))
    .sort();
}

export function copyTree(tree: FileTree): FileTree {
  return new Map([...tree].map(([path, node]) => [path, { ...node }]));
}
