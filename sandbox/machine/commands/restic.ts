import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { done, failed } from '../access/session.ts';
import { below, type FileNode } from '../disk/file-tree.ts';
import { newId, type Repository, type RepositoryLock, type Snapshot } from '../disk/repositories.ts';
import type { Call, Outcome, Tool } from '../inside.ts';

/** As restic 0.18.0 answers at its command line (facts: files-and-datastores.md). */
export const RESTIC: Tool = { name: 'restic', run: restic };

/** Options with a value behind them, and those that stand alone. */
const VALUED = new Set([
  ...['--repo', '--password-file', '--cache-dir', '--retry-lock', '--limit-upload', '--host', '--tag'],
  ...['--files-from-raw', '--target', '--mode', '--read-data-subset', '--stdin-filename'],
]);

interface Options {
  command: string;
  rest: string[];
  of: Record<string, string>;
  has: Set<string>;
  /** Behind the end of the options. */
  program: string[];
}

/** What it copies in a second, and how often it says how far it is. */
const BYTES_A_SECOND = 40 * 1024 * 1024;
const LOOKS = 8;

function parse(args: readonly string[]): Options {
  const options: Options = { command: '', rest: [], of: {}, has: new Set(), program: [] };
  for (let at = 0; at < args.length; at += 1) {
    if (args[at] === '--') return { ...options, program: args.slice(at + 1) };
    const [name = '', inline] = (args[at] ?? '').split(/=(.*)/s);
    if (VALUED.has(name)) {
      at += inline === undefined ? 1 : 0;
      options.of[name] = inline ?? args[at] ?? '';
    } else if (name.startsWith('--')) options.has.add(name);
    else if (options.command === '') options.command = args[at] ?? '';
    else options.rest.push(args[at] ?? '');
  }
  return options;
}

async function restic(args: string[], call: Call): Promise<Outcome> {
  const { machine } = call.session;
  const { repositories, faults, clock } = machine;
  const isOld = faults.restic === 'old';
  const options = parse(args);
  const { command, of } = options;
  if (command === 'version')
    return done(`restic ${isOld ? '0.14.0' : '0.18.0'} compiled with go1.24.4 on linux/amd64\n`);
  const fatal = (code: number, message: string) =>
    failed(
      options.has.has('--json')
        ? `${JSON.stringify({ message_type: 'exit_error', code, message: `Fatal: ${message}` })}\n`
        : `Fatal: ${message}\n`,
      isOld ? 1 : code,
    );
  if (repositories.fault === 'unreachable') {
    // It goes on asking for a quarter of an hour.
    await clock.sleep(15 * 60_000, call.signal);
    return fatal(1, 'unable to open config file: dial tcp: i/o timeout');
  }
  const name = of['--repo'] ?? '';
  const known = repositories.all.get(name);
  const password = call.stdin.trim();
  if (command === 'init') {
    if (known !== undefined) return fatal(1, 'create repository failed: config file already exists');
    const id = newId();
    repositories.all.set(name, { id, password, snapshots: [], locks: [], known: new Set() });
    return done(`${JSON.stringify({ message_type: 'initialized', id, repository: name })}\n`);
  }
  if (known === undefined) return fatal(10, `repository does not exist: ${name}`);
  if (known.password !== password) return fatal(12, 'wrong password or no key found');
  switch (`${command} ${options.rest[0] ?? ''}`.trim()) {
    case 'cat config':
      return done(`${JSON.stringify({ version: 2, id: known.id, chunker_polynomial: '3290bbb5a0e93f' })}\n`);
    case 'list locks':
      return done(known.locks.map(({ id }) => `${id}\n`).join(''));
    case 'cat lock':
      return catLock(known, options.rest[1] ?? '');
  }
  switch (command) {
    case 'snapshots':
      return done(`${JSON.stringify(selected(known, options).map(shown))}\n`);
    case 'stats': {
      const snapshot = known.snapshots.find(({ id }) => id === options.rest[0]);
      if (snapshot === undefined) return fatal(1, 'no matching ID found');
      const { bytes, files } = snapshot;
      return done(
        `${JSON.stringify({ total_size: bytes, total_file_count: files.size, snapshots_count: 1 })}\n`,
      );
    }
    case 'unlock':
      known.locks = known.locks.filter(({ at }) => clock.now() - at < 30 * 60_000);
      return done();
    case 'dump':
      return dumped(known, options, fatal);
    case 'backup':
      if (options.has.has('--stdin-from-command'))
        return withLock(known, call, false, fatal, () => fromCommand(known, options, call, fatal));
      return withLock(known, call, false, fatal, () => backup(known, options, call, fatal));
    case 'restore':
      return withLock(known, call, false, fatal, () => restore(known, options, call, fatal));
    case 'forget':
      return withLock(known, call, true, fatal, async () => {
        known.snapshots = known.snapshots.filter(({ id }) => !options.rest.includes(id));
        return done();
      });
    case 'prune':
      return withLock(known, call, true, fatal, async () => {
        await clock.sleep(machine.timing.restic, call.signal);
        return done('total prune: 0 blobs / 0 B\n');
      });
    case 'check':
      return withLock(known, call, true, fatal, async () => {
        await clock.sleep(machine.timing.restic, call.signal);
        const isBad = repositories.fault === 'damaged';
        const summary = { message_type: 'summary', num_errors: isBad ? 1 : 0, broken_packs: null };
        return {
          stdout: `${JSON.stringify(summary)}\n`,
          stderr: isBad
            ? 'pack 1f0c7a2e contains 1 errors: [blob 9b3e: ciphertext verification failed]\n'
            : '',
          exitCode: isBad ? 1 : 0,
        };
      });
    default:
      return failed(`unknown command "${command}" for "restic"\n`);
  }
}

type Fatal = (code: number, message: string) => Outcome;

async function withLock(
  repository: Repository,
  call: Call,
  exclusive: boolean,
  fatal: Fatal,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  const { clock, hostname } = call.session.machine;
  const stands = () => repository.locks.find((lock) => exclusive || lock.exclusive);
  if (stands() !== undefined) {
    await clock.sleep(5 * 60_000, call.signal);
    const lock = stands();
    if (lock !== undefined)
      return fatal(11, `repository is already locked by PID ${lock.pid} on ${lock.hostname} by root`);
  }
  const own: RepositoryLock = { id: newId(), at: clock.now(), hostname: hostname(), pid: 4711, exclusive };
  repository.locks.push(own);
  const outcome = await work();
  // What is killed leaves it behind.
  if (call.session.machine.faults.restic !== 'killed')
    repository.locks = repository.locks.filter((lock) => lock !== own);
  return outcome;
}

function catLock({ locks }: Repository, id: string): Outcome {
  const lock = locks.find((one) => one.id === id);
  if (lock === undefined) return failed('Fatal: no matching ID found\n');
  const { at, exclusive, hostname, pid } = lock;
  return done(
    `${JSON.stringify({ time: new Date(at).toISOString(), exclusive, hostname, username: 'root', pid })}\n`,
  );
}

function selected({ snapshots }: Repository, { of, rest }: Options): Snapshot[] {
  const { '--host': host, '--tag': tag } = of;
  return snapshots.filter(
    (one) =>
      (host === undefined || one.host === host) &&
      (tag === undefined || tag.split(',').every((wanted) => one.tags.includes(wanted))) &&
      (rest.length === 0 || rest.includes(one.id)),
  );
}

function shown({ id, at, endedAt, host, tags, paths, count, bytes, added }: Snapshot): object {
  return {
    time: new Date(at).toISOString(),
    paths,
    hostname: host,
    username: 'root',
    tags,
    program_version: 'restic 0.18.0',
    summary: {
      backup_start: new Date(at).toISOString(),
      backup_end: new Date(endedAt).toISOString(),
      data_added: added,
      total_files_processed: count,
      total_bytes_processed: bytes,
    },
    id,
    short_id: id.slice(0, 8),
  };
}

async function backup(repository: Repository, options: Options, call: Call, fatal: Fatal): Promise<Outcome> {
  const { machine } = call.session;
  const { clock, disk, faults, repositories } = machine;
  const at = clock.now();
  const list = disk.files.get(options.of['--files-from-raw'] ?? '')?.bytes.toString('utf8') ?? '';
  const paths = list.split('\0').filter(Boolean);
  const there = paths.filter((path) => disk.files.has(path));
  let stderr = paths
    .filter((path) => !there.includes(path))
    .map((path) => `${path} does not exist, skipping\n`)
    .join('');
  if (there.length === 0) return fatal(1, 'all source directories/files do not exist');
  const files = new Map<string, FileNode>();
  let unread = 0;
  for (const path of there) {
    for (let up = path; up !== '/'; up = posix.dirname(up)) keep(files, up, disk.files.get(up));
    // A link that is named itself is all that is kept of it.
    if (disk.files.get(path)?.kind === 'link') continue;
    for (const inner of below(disk.files, path)) {
      if (!faults.unreadable.has(inner)) keep(files, inner, disk.files.get(inner));
      else {
        unread += 1;
        const error = { message_type: 'error', error: { message: 'input/output error' }, during: 'archival' };
        stderr += `${JSON.stringify({ ...error, item: inner })}\n`;
      }
    }
  }
  const contents = [...files.values()].filter(({ kind }) => kind === 'file');
  const bytes = contents.reduce((sum, { bytes: one }) => sum + one.length, 0);
  const fresh = contents.filter(({ bytes: one }) => !repository.known.has(hash(one)));
  const added = fresh.reduce((sum, { bytes: one }) => sum + one.length, 0);
  const isOver = await copying(
    call,
    { total: bytes, files: contents.length },
    added,
    'files_done',
    'bytes_done',
  );
  if (!isOver) return fatal(1, 'unable to save snapshot: context canceled');
  if (repositories.fault === 'full') return fatal(1, 'unable to save snapshot: no space left on device');
  for (const { bytes: one } of fresh) repository.known.add(hash(one));
  const snapshot: Snapshot = {
    id: newId(),
    at,
    endedAt: clock.now(),
    host: options.of['--host'] ?? machine.hostname(),
    tags: (options.of['--tag'] ?? '').split(',').filter(Boolean),
    paths: there,
    files,
    count: contents.length,
    bytes,
    added,
  };
  repository.snapshots.push(snapshot);
  const summary = {
    message_type: 'summary',
    data_added: added,
    total_files_processed: snapshot.count,
    total_bytes_processed: bytes,
    total_duration: (snapshot.endedAt - at) / 1000,
    snapshot_id: snapshot.id,
  };
  return { stdout: `${JSON.stringify(summary)}\n`, stderr, exitCode: unread > 0 ? 3 : 0 };
}

/** What a program prints, as one file; nothing where it fails. */
async function fromCommand(
  repository: Repository,
  { of, program }: Options,
  call: Call,
  fatal: Fatal,
): Promise<Outcome> {
  const { clock } = call.session.machine;
  const at = clock.now();
  const { stdout, stderr, exitCode } = await call.run(program);
  const [name = 'the program'] = program.filter((word) => word !== 'env' && !word.includes('='));
  const said = stderr
    .split('\n')
    .filter(Boolean)
    .map((line) => `subprocess ${posix.basename(name)}: ${line}\n`)
    .join('');
  if (exitCode !== 0 || call.signal.aborted) {
    const end = fatal(1, 'unable to save snapshot: command failed');
    return { ...end, stderr: said + end.stderr };
  }
  const path = `/${of['--stdin-filename'] ?? 'stdin'}`;
  const bytes = Buffer.from(stdout, 'latin1');
  const node = { kind: 'file', bytes, target: '', mode: 0o644, uid: 0, gid: 0, changedAt: at } as const;
  const isFresh = !repository.known.has(hash(bytes));
  repository.known.add(hash(bytes));
  const snapshot: Snapshot = {
    id: newId(),
    at,
    endedAt: clock.now(),
    host: of['--host'] ?? '',
    tags: (of['--tag'] ?? '').split(',').filter(Boolean),
    paths: [path],
    files: new Map([[path, node]]),
    count: 1,
    bytes: bytes.length,
    added: isFresh ? bytes.length : 0,
  };
  repository.snapshots.push(snapshot);
  const summary = { message_type: 'summary', total_files_processed: 1, snapshot_id: snapshot.id };
  return {
    stdout: `${JSON.stringify({ ...summary, total_bytes_processed: bytes.length })}\n`,
    stderr: said,
    exitCode: 0,
  };
}

function dumped({ snapshots }: Repository, { rest: [id, path = ''] }: Options, fatal: Fatal): Outcome {
  const file = snapshots.find((one) => one.id === id)?.files.get(path);
  if (file === undefined) return fatal(1, 'cannot dump file: path not found in snapshot');
  return { ...done(file.bytes.toString('latin1')), bytes: true };
}

function keep(files: Map<string, FileNode>, path: string, node: FileNode | undefined): void {
  if (node !== undefined) files.set(path, { ...node });
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Takes its time, and says how far it is; false where it was asked to end. */
async function copying(
  call: Call,
  { total, files }: { total: number; files: number },
  copied: number,
  filesDone: string,
  bytesDone: string,
): Promise<boolean> {
  const { clock } = call.session.machine;
  const ms = call.session.machine.timing.restic + (copied / BYTES_A_SECOND) * 1000;
  for (let part = 1; part <= LOOKS; part += 1) {
    await clock.sleep(ms / LOOKS, call.signal);
    if (call.signal.aborted) return false;
    const done = part / LOOKS;
    const status = {
      message_type: 'status',
      seconds_elapsed: Math.round((ms * done) / 1000),
      seconds_remaining: Math.round((ms * (1 - done)) / 1000),
      percent_done: done,
      total_files: files,
      [filesDone]: Math.round(files * done),
      total_bytes: total,
      [bytesDone]: Math.round(total * done),
    };
    call.session.print?.('out', `${JSON.stringify(status)}\n`);
  }
  return true;
}

async function restore(repository: Repository, options: Options, call: Call, fatal: Fatal): Promise<Outcome> {
  const { disk, repositories } = call.session.machine;
  const snapshot = repository.snapshots.find(({ id }) => id === options.rest[0]);
  if (snapshot === undefined) return fatal(1, 'failed to find snapshot: no matching ID found');
  const isOver = await copying(
    call,
    { total: snapshot.bytes, files: snapshot.files.size },
    snapshot.bytes,
    'files_restored',
    'bytes_restored',
  );
  if (!isOver) return fatal(1, 'context canceled');
  if (repositories.fault === 'damaged') {
    const error = {
      message_type: 'error',
      error: { message: 'ciphertext verification failed' },
      item: snapshot.paths[0],
    };
    return failed(`${JSON.stringify({ ...error, during: 'restore' })}\n`);
  }
  const count = { files_restored: 0, files_skipped: 0, bytes_restored: 0, bytes_skipped: 0 };
  for (const [path, node] of [...snapshot.files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const there = disk.files.get(path);
    const isSame = node.kind === 'file' && there?.kind === 'file' && there.bytes.equals(node.bytes);
    count[isSame ? 'files_skipped' : 'files_restored'] += 1;
    if (node.kind === 'file') count[isSame ? 'bytes_skipped' : 'bytes_restored'] += node.bytes.length;
    disk.files.set(path, { ...node });
  }
  return done(
    `${JSON.stringify({ message_type: 'summary', total_files: count.files_restored, ...count })}\n`,
  );
}
