import { posix } from 'node:path';
import { accountOf } from '../access/accounts.ts';
import type { BuildRecord } from '../circleci/build-record.ts';
import type { ServerState } from '../databases/server.ts';
import { copyTree, type FileNode, type FileTree } from './file-tree.ts';
import { type Layout, standardFiles } from './layout.ts';

/** What is on a root volume, and so in its snapshots: files, and what CircleCI and Replicated keep in their databases. */
export interface Disk {
  layout: Layout;
  files: FileTree;
  builds: BuildRecord[];
  /** Whether new builds begin as others end. */
  busy: boolean;
  replicated: {
    /** What Replicated was told last; the application comes up so after a boot. */
    app: 'started' | 'stopped';
    /** The host under which CircleCI answers. */
    hostname: string;
    /** Set, and not applied yet. */
    wanted?: string;
  };
  /** A token of CircleCI's API. */
  apiToken: string;
  /** Servers that this machine’s programs reach; they are no part of its disk, and outlive it. */
  databases: { postgres?: ServerState; mongodb?: ServerState };
}

export interface DiskOptions extends Partial<Layout> {
  /** The public key, in OpenSSH's form, of who may log in. */
  authorizedKey: string;
  apiToken?: string;
  builds?: BuildRecord[];
  busy?: boolean;
  databases?: Disk['databases'];
}

const EPOCH = Date.UTC(2019, 4, 2, 10);

/** The login user of the distribution. */
export function loginUser(layout: Partial<Pick<Layout, 'distribution'>>): string {
  return layout.distribution === 'rhel' ? 'centos' : 'ubuntu';
}

/** CircleCI's standard install, on Ubuntu 16.04 unless given. */
export function standardDisk(options: DiskOptions): Disk {
  const layout: Layout = {
    distribution: 'ubuntu',
    init: 'systemd',
    second: 'replicated-operator',
    form: 'plain',
    storage: 'none',
    privateIp: '10.20.1.12',
    publicIp: '203.0.113.40',
    hostname: 'ci.acme-rail.example',
    ...options,
  };
  const user = accountOf(loginUser(layout));
  const disk: Disk = {
    layout,
    files: new Map([['/', node('directory')]]),
    builds: options.builds ?? [],
    busy: options.busy ?? false,
    replicated: { app: 'started', hostname: layout.hostname },
    databases: options.databases ?? {},
    apiToken: options.apiToken ?? 'sandbox-circleci-token-0000000000000000',
  };
  for (const folder of ['/bin', '/usr/bin', '/usr/local/bin', '/dev', '/proc', '/root', '/mnt', '/var/log']) {
    putDirectory(disk, folder);
  }
  // The interpreter wants to see what it redirects to.
  putFile(disk, '/dev/null', '', { mode: 0o666 });
  putDirectory(disk, '/tmp', { mode: 0o1777 });
  putDirectory(disk, user.home, { uid: user.uid, gid: user.gid });
  putDirectory(disk, `${user.home}/.ssh`, { uid: user.uid, gid: user.gid, mode: 0o700 });
  putFile(disk, `${user.home}/.ssh/authorized_keys`, `${options.authorizedKey}\n`, {
    uid: user.uid,
    gid: user.gid,
    mode: 0o600,
  });
  for (const { path, text, mode } of standardFiles(layout)) {
    putFile(disk, path, text, mode === undefined ? {} : { mode });
  }
  if (layout.nfs !== undefined) putDirectory(disk, layout.nfs.target);
  return disk;
}

function node(kind: FileNode['kind'], more: Partial<FileNode> = {}): FileNode {
  return {
    kind,
    bytes: Buffer.alloc(0),
    target: '',
    mode: kind === 'directory' ? 0o755 : 0o644,
    uid: 0,
    gid: 0,
    changedAt: EPOCH,
    ...more,
  };
}

/** Writes a file as root would, with the directories on its way; what was at the path is gone. */
export function putFile(
  disk: Pick<Disk, 'files'>,
  path: string,
  content: string | Buffer,
  more: Partial<FileNode> = {},
): void {
  removePath(disk, path);
  putDirectory(disk, posix.dirname(path));
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  disk.files.set(path, node('file', { bytes, ...more }));
}

export function putDirectory(disk: Pick<Disk, 'files'>, path: string, more: Partial<FileNode> = {}): void {
  const there = disk.files.get(path);
  if (there?.kind === 'directory') return void Object.assign(there, more);
  removePath(disk, path);
  if (path !== '/') putDirectory(disk, posix.dirname(path));
  disk.files.set(path, node('directory', more));
}

export function removePath(disk: Pick<Disk, 'files'>, path: string): void {
  for (const one of [...disk.files.keys()]) {
    if (one === path || one.startsWith(`${path}/`)) disk.files.delete(one);
  }
}

/** A file's text; undefined where there is none. */
export function textAt(disk: Disk, path: string): string | undefined {
  const found = disk.files.get(path);
  return found?.kind === 'file' ? found.bytes.toString('utf8') : undefined;
}

/** As a snapshot copies it: what is written to one of the two later is not in the other. */
export function copyDisk(disk: Disk): Disk {
  return {
    ...disk,
    files: copyTree(disk.files),
    builds: disk.builds.map((build) => ({ ...build })),
    replicated: { ...disk.replicated },
  };
}
