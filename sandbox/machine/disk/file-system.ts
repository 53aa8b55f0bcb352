import { posix } from 'node:path';
import { type IFileSystem, unsafeBytesFromLatin1 } from 'just-bash';
import type { Account } from '../access/accounts.ts';
import { below, type FileNode, type FileTree, fileError, namesIn, withoutLinks } from './file-tree.ts';

/** Who looks at the files, and in what condition they are. */
export interface Viewer {
  account: Account;
  umask: number;
  /** Files that not even root can read: the disk has a fault there. */
  unreadable: ReadonlySet<string>;
  /** Nothing can be written any more. */
  full(): boolean;
  /** Comes back only from what answers: a share may not. */
  answers(path: string): Promise<void>;
  now(): number;
}

export interface MachineFileSystem extends IFileSystem {
  /** The node at a path as it is, owner and mode included; throws where it is out of reach. */
  node(path: string, follow?: boolean): FileNode;
}

const READ = 4;
const WRITE = 2;
const SEARCH = 1;

/**
 * The files of a machine as one account sees them: owners and modes hold, and are kept. What the interpreter has no notion
 * of (owners) is in `node`, for the commands that know.
 */
export function fileSystem(tree: FileTree, viewer: Viewer): MachineFileSystem {
  const { account } = viewer;

  function may(node: FileNode, wish: number): boolean {
    if (account.uid === 0) return true;
    const shift = node.uid === account.uid ? 6 : node.gid === account.gid ? 3 : 0;
    return ((node.mode >> shift) & wish) === wish;
  }

  /** The path without links; every directory on the way may be searched. */
  function reach(path: string, follow = true): string {
    const real = withoutLinks(tree, path, follow);
    for (let at = posix.dirname(real); at !== '/'; at = posix.dirname(at)) {
      const node = tree.get(at);
      if (node !== undefined && !may(node, SEARCH)) throw fileError('EACCES', path);
    }
    return real;
  }

  function existing(path: string, follow = true): [string, FileNode] {
    const real = reach(path, follow);
    const node = tree.get(real);
    if (node === undefined) throw fileError('ENOENT', path);
    return [real, node];
  }

  function parentOf(real: string, path: string): void {
    const parent = tree.get(posix.dirname(real));
    if (parent === undefined) throw fileError('ENOENT', path);
    if (parent.kind !== 'directory') throw fileError('ENOTDIR', path);
    if (!may(parent, WRITE)) throw fileError('EACCES', path);
  }

  /** A loop of links is told by whoever follows it. */
  async function awake(path: string): Promise<void> {
    let real: string;
    try {
      real = withoutLinks(tree, path);
    } catch {
      return;
    }
    await viewer.answers(real);
  }

  function read(path: string): Buffer {
    if (path === '/dev/null') return Buffer.alloc(0);
    const [real, node] = existing(path);
    if (node.kind === 'directory') throw fileError('EISDIR', path);
    if (!may(node, READ)) throw fileError('EACCES', path);
    if (viewer.unreadable.has(real)) throw fileError('EIO', path);
    return node.bytes;
  }

  function add(real: string, path: string, node: Pick<FileNode, 'kind'> & Partial<FileNode>): void {
    parentOf(real, path);
    const mode = (node.kind === 'directory' ? 0o777 : 0o666) & ~viewer.umask;
    tree.set(real, {
      bytes: Buffer.alloc(0),
      target: '',
      mode,
      uid: account.uid,
      gid: account.gid,
      changedAt: viewer.now(),
      ...node,
    });
  }

  function write(path: string, bytes: Buffer): void {
    if (path === '/dev/null') return;
    const real = reach(path);
    const node = tree.get(real);
    if (viewer.full()) throw fileError('ENOSPC', path);
    if (node === undefined) {
      add(real, path, { kind: 'file', bytes });
      return;
    }
    if (node.kind === 'directory') throw fileError('EISDIR', path);
    if (!may(node, WRITE)) throw fileError('EACCES', path);
    node.bytes = bytes;
    node.changedAt = viewer.now();
  }

  function remove(real: string): void {
    for (const path of below(tree, real)) tree.delete(path);
    tree.delete(real);
  }

  /** What the interpreter's own `test` goes by: bits that do not help this account are not shown to it. */
  function seen(node: FileNode) {
    const hidden = (may(node, READ) ? 0 : 0o444) | (may(node, WRITE) ? 0 : 0o222);
    return {
      isFile: node.kind === 'file',
      isDirectory: node.kind === 'directory',
      isSymbolicLink: node.kind === 'link',
      mode: node.mode & ~hidden,
      size: node.kind === 'file' ? node.bytes.length : 4096,
      mtime: new Date(node.changedAt),
      // So that two paths of one file are known to be one.
      dev: 1,
      ino: inodeOf(node),
    };
  }

  function copy(from: string, to: string, recursive: boolean): void {
    const [source, node] = existing(from, false);
    if (node.kind !== 'directory') {
      const isThere = tree.get(reach(to))?.kind === 'file';
      if (isThere) write(to, read(from));
      else {
        const mode = node.mode & ~viewer.umask;
        const bytes = node.kind === 'link' ? Buffer.alloc(0) : read(from);
        // A full disk takes the name of a file, and nothing of its content.
        const fits = bytes.length === 0 || !viewer.full();
        add(reach(to), to, { kind: node.kind, target: node.target, mode, ...(fits && { bytes }) });
        if (!fits) throw fileError('ENOSPC', to);
      }
      return;
    }
    if (!recursive) throw fileError('EISDIR', from);
    const target = reach(to);
    if (!tree.has(target)) add(target, to, { kind: 'directory', mode: node.mode & ~viewer.umask });
    for (const name of namesIn(tree, source)) copy(posix.join(source, name), posix.join(target, name), true);
  }

  return {
    node: (path, follow) => existing(path, follow)[1],
    async readFile(path) {
      return read(path).toString('utf8');
    },
    async readFileBytes(path) {
      return unsafeBytesFromLatin1(read(path).toString('latin1'));
    },
    async readFileBuffer(path) {
      await awake(path);
      return new Uint8Array(read(path));
    },
    async writeFile(path, content, options) {
      write(path, bytesOf(content, options));
    },
    async appendFile(path, content, options) {
      const real = reach(path);
      const before = tree.get(real)?.bytes ?? Buffer.alloc(0);
      write(path, Buffer.concat([before, bytesOf(content, options)]));
    },
    async exists(path) {
      await awake(path);
      try {
        return path === '/dev/null' || tree.has(reach(path));
      } catch {
        return false;
      }
    },
    async stat(path) {
      await awake(path);
      return seen(existing(path)[1]);
    },
    async lstat(path) {
      await awake(path);
      return seen(existing(path, false)[1]);
    },
    async mkdir(path, options) {
      const real = reach(path);
      if (tree.get(real)?.kind === 'directory' && options?.recursive === true) return;
      if (tree.has(real)) throw fileError('EEXIST', path);
      if (options?.recursive === true) await this.mkdir(posix.dirname(real), options);
      add(real, path, { kind: 'directory' });
    },
    async readdir(path) {
      await awake(path);
      const [real, node] = existing(path);
      if (node.kind !== 'directory') throw fileError('ENOTDIR', path);
      if (!may(node, READ)) throw fileError('EACCES', path);
      return namesIn(tree, real);
    },
    async rm(path, options) {
      const real = reach(path, false);
      const node = tree.get(real);
      if (node === undefined) {
        if (options?.force === true) return;
        throw fileError('ENOENT', path);
      }
      parentOf(real, path);
      if (node.kind === 'directory' && options?.recursive !== true && below(tree, real).length > 0) {
        throw fileError('ENOTEMPTY', path);
      }
      remove(real);
    },
    async cp(from, to, options) {
      copy(from, to, options?.recursive === true);
    },
    async mv(from, to) {
      const [source] = existing(from, false);
      const target = reach(to, false);
      parentOf(source, from);
      parentOf(target, to);
      if (source === target) return;
      if (`${target}/`.startsWith(`${source}/`)) throw fileError('EINVAL', to);
      const moved = [source, ...below(tree, source)].map((path) => [path, tree.get(path)] as const);
      remove(target);
      for (const [path, node] of moved) {
        tree.delete(path);
        if (node !== undefined) tree.set(`${target}${path.slice(source.length)}`, node);
      }
    },
    resolvePath: (base, path) => posix.resolve(base, path),
    getAllPaths: () => [...tree.keys()],
    async chmod(path, mode) {
      const [, node] = existing(path);
      if (account.uid !== 0 && account.uid !== node.uid) throw fileError('EACCES', path);
      node.mode = mode & 0o7777;
    },
    async symlink(target, path) {
      const real = reach(path, false);
      if (tree.has(real)) throw fileError('EEXIST', path);
      add(real, path, { kind: 'link', target, mode: 0o777 });
    },
    async link(from, path) {
      const [, node] = existing(from);
      const real = reach(path, false);
      if (tree.has(real)) throw fileError('EEXIST', path);
      parentOf(real, path);
      tree.set(real, node);
    },
    async readlink(path) {
      const [, node] = existing(path, false);
      if (node.kind !== 'link') throw fileError('EINVAL', path);
      return node.target;
    },
    async realpath(path) {
      await awake(path);
      return existing(path)[0];
    },
    async utimes(path, _read, changed) {
      existing(path)[1].changedAt = changed.getTime();
    },
  };
}

const inodes = new WeakMap<FileNode, number>();
let lastInode = 0;

function inodeOf(node: FileNode): number {
  const known = inodes.get(node);
  if (known !== undefined) return known;
  lastInode += 1;
  inodes.set(node, lastInode);
  return lastInode;
}

/** The interpreter hands over latin1 where it has bytes, and UTF-8 where it has text. */
function bytesOf(content: string | Uint8Array, options?: { encoding?: string } | string): Buffer {
  if (typeof content !== 'string') return Buffer.from(content);
  const encoding = typeof options === 'string' ? options : options?.encoding;
  return Buffer.from(content, encoding === 'binary' || encoding === 'latin1' ? 'latin1' : 'utf8');
}
