import type { DataLook, LookedPath, StorageDriver, WantedPath } from '../../core/model/data-look.ts';
import { type Mount, mountAt } from '../../core/model/mount.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { LINE_MAX, oneLine } from '../../core/text/text.ts';
import { readStorageDriver } from './answers.ts';
import { DISKS, readDisks } from './disks.ts';
import { dataMounts, missingFrom, readFstab, readMounts } from './mounts.ts';
import { printedBy, type RunAsRoot } from './run-as-root.ts';

/**
 * A share that does not answer holds up whoever looks at it, deaf to all but SIGKILL: each look has a shell of its own, which is
 * killed. All it finds ends in NUL, for a name may hold anything else.
 */
const LOOK = `
timeout -k 2 5 sh -c '
  say() { printf "%s\\0" "$@"; }
  if ! error=$(stat -L -c %F "$1" 2>&1); then
    case $error in *"No such file or directory"* | *"Not a directory"*) say missing ;; *) say unreadable "\${error##*: }" ;; esac
    exit
  fi
  real=$(readlink -f "$1"; echo .)
  real=\${real%??}
  if [ ! -d "$real" ]; then say file "$real"; exit; fi
  if ! first=$(find "$real" -mindepth 1 -maxdepth 1 ! -name lost+found -print -quit 2>&1); then
    say unreadable "\${first##*: }"; exit
  fi
  say folder "$real" "$first"
  if [ -n "$2" ] && bytes=$(stat -c %s "$real/$2" 2> /dev/null); then say "$2" "$bytes"; exit; fi
  sample=$(timeout -k 1 2 find "$real" -type f -size +0 -print -quit)
  if [ -n "$sample" ]; then say "\${sample#"$real"/}" "$(stat -c %s "$sample")"; fi
' sh "$1" "$2"`;

/** As `timeout` says it, where it had to end a command or to kill it. */
const LATE = new Set([124, 137]);

const SIZE = 'timeout -k 2 10 du -sk "$1/."';

/** Where the kernel itself waits for a share, not even `timeout` comes back. */
const LOOK_MS = 20_000;

/** The machine's mounts after that: to look into an automount mounts it. */
const TABLES = `
cat /proc/mounts; printf '\\0'
if [ -f /etc/fstab ]; then cat /etc/fstab; fi; printf '\\0'
${DISKS}`;

export async function lookAtData(
  run: RunAsRoot,
  wanted: readonly WantedPath[],
  { sizes }: { sizes: boolean },
): Promise<DataLook> {
  const seen: LookedPath[] = [];
  for (const one of wanted) seen.push(await lookAtPath(run, one, sizes));
  const printed = await printedBy(run, { during: 'reading what is mounted', script: TABLES });
  const [mounts = '', fstab = '', disks = ''] = printed.split('\0');
  const disksOf = readDisks(disks);
  const expected = readFstab(fstab);
  const mounted = readMounts(mounts).map((mount): Mount => {
    const on = disksOf(mount.source);
    // Its helper shows the end of a tunnel as the source; what is to be mounted stands in the table.
    const efs = expected.find(({ target, type }) => type === 'efs' && target === mount.target);
    return { ...(efs ?? mount), ...(on === undefined ? {} : { disks: on }) };
  });
  return {
    mounted: dataMounts(mounted),
    missing: missingFrom(expected, mounted),
    paths: seen.map((one) => {
      const mount = mountAt(oneLine(one.real ?? one.path, LINE_MAX), mounted);
      return { ...one, ...(mount === undefined ? {} : { mount }) };
    }),
  };
}

async function lookAtPath(
  run: RunAsRoot,
  { path, sample = '' }: WantedPath,
  sizes: boolean,
): Promise<LookedPath> {
  const during = `looking at ${oneLine(path, LINE_MAX)}`;
  const ended = await run({ during, script: LOOK, args: [path, sample], timeoutMs: LOOK_MS }).catch(late);
  if (ended === undefined || ended.code === undefined || LATE.has(ended.code))
    return { path, state: 'silent' };
  const found = readLook(path, ended.stdout);
  if (!sizes || found.state !== 'folder') return found;
  const counted = await run({ during, script: SIZE, args: [path], timeoutMs: LOOK_MS }).catch(late);
  const [, kib] = /^(\d{1,15})\s/.exec(counted?.code === 0 ? counted.stdout : '') ?? [];
  return { ...found, ...(kib === undefined ? {} : { bytes: Number(kib) * 1024 }) };
}

/** The connection lives on: only this command does not come back. */
function late(error: unknown): undefined {
  if (error instanceof ProblemError && error.problem.code === 'ssh-timeout') return undefined;
  throw error;
}

/** What `LOOK` printed, latin1. */
export function readLook(path: string, printed: string): LookedPath {
  const [state, second = '', first, name = '', size] = printed.split('\0');
  if (state === 'missing') return { path, state };
  const real = nameIn(second);
  const other = real === undefined || real === path ? {} : { real };
  if (state === 'file') return { path, state, ...other };
  if (state !== 'folder') {
    const why = oneLine(nameIn(second) ?? '', LINE_MAX);
    return { path, state: 'unreadable', ...(why === '' ? {} : { why }) };
  }
  const sample = nameIn(name);
  const isUsable = sample !== undefined && sample !== '' && /^\d{1,15}$/.test(size ?? '');
  return {
    path,
    state,
    ...other,
    ...(first === '' ? { isEmpty: true } : {}),
    ...(isUsable ? { sample: { name: sample, bytes: Number(size) } } : {}),
  };
}

/** A name as text; undefined for one that is none, or that no message could show as it is. */
function nameIn(bytes: string): string | undefined {
  const name = Buffer.from(bytes, 'latin1').toString('utf8');
  return /[\p{Cc}\ufffd]/u.test(name) ? undefined : name;
}

const DRIVER = `
command -v replicatedctl > /dev/null 2>&1 || exit 90
timeout -k 2 20 replicatedctl app-config view`;

/** Where CircleCI's own settings say that its objects are; unknown where Replicated does not tell. */
export async function storageDriver(run: RunAsRoot): Promise<StorageDriver> {
  const during = 'replicatedctl app-config view';
  const ended = await run({ during, script: DRIVER, timeoutMs: 40_000 }).catch(late);
  return ended?.code === 0 ? readStorageDriver(ended.stdout) : 'unknown';
}
