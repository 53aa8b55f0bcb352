import { REPLICATED_FOLDERS as FOLDERS, REPLICATED_PATHS } from '../../core/model/machine-paths.ts';
import type { ReplicatedFile } from '../../core/ports/services-machine.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { LINE_MAX, oneLine } from '../../core/text/text.ts';
import { printedBy, type RunAsRoot } from './run-as-root.ts';

/** What stands at one of Replicated's paths. */
export interface Found {
  path: string;
  kind: 'file' | 'directory' | 'unreadable';
  mode: string;
  owner: string;
  /** Whether this run has kept the original of it. */
  isKept: boolean;
}

/** A pipe or a device is never opened: it could keep the script waiting. */
const LOOK = `
kept=$1; shift
for path in "$@"; do
  if [ -d "$path" ]; then echo "directory - - - $path"
  elif [ -f "$path" ] && cat "$path" > /dev/null 2>&1; then
    original=$(readlink -f "$path").circleci-backup-$kept
    if [ -f "$original" ]; then is=kept; else is=-; fi
    echo "file $(stat -L -c '%a %U:%G' "$path") $is $path"
  elif [ -e "$path" ] || [ -L "$path" ]; then echo "unreadable - - - $path"
  fi
done`;

export async function lookForFiles(run: RunAsRoot, keptAs: string): Promise<Found[]> {
  const during = 'looking for Replicated’s files';
  const printed = await printedBy(run, { during, script: LOOK, args: [keptAs, ...REPLICATED_PATHS] });
  return readFound(printed);
}

function readFound(printed: string): Found[] {
  return printed.split('\n').flatMap((line) => {
    const [, kind, mode, owner, kept, path] = /^(\S+) (\S+) (\S+) (\S+) (\/.+)$/.exec(line) ?? [];
    if (kind !== 'file' && kind !== 'directory' && kind !== 'unreadable') return [];
    if (mode === undefined || owner === undefined || path === undefined) return [];
    return [{ path, kind, mode, owner: oneLine(owner, LINE_MAX), isKept: kept === 'kept' }];
  });
}

/** Those of the folder that Replicated reads: /etc/default where it holds a file of that name, else /etc/sysconfig. */
export function inUse(found: readonly Found[]): Found[] {
  const byFolder = FOLDERS.map((folder) => found.filter(({ path }) => path.startsWith(`${folder}/`)));
  return byFolder.find((files) => files.some(({ kind }) => kind !== 'directory')) ?? [];
}

export async function replicatedFiles(run: RunAsRoot, keptAs: string): Promise<ReplicatedFile[]> {
  const found = await lookForFiles(run, keptAs);
  const files = inUse(found);
  const directory = (files.length === 0 ? found : files).find(({ kind }) => kind === 'directory');
  if (directory !== undefined) throw new ProblemError({ code: 'file-is-directory', path: directory.path });
  if (files.length === 0) throw new ProblemError({ code: 'replicated-files-missing', folders: FOLDERS });
  const unreadable = files.find(({ kind }) => kind === 'unreadable');
  if (unreadable !== undefined) throw new ProblemError({ code: 'file-unreadable', path: unreadable.path });
  const read: ReplicatedFile[] = [];
  for (const { path, mode, owner, isKept } of files) {
    const text = await readFile(run, path);
    const original = isKept ? await readOriginal(run, path, keptAs) : undefined;
    read.push({ path, text, mode, owner, ...(original === undefined ? {} : { original }) });
  }
  return read;
}

async function readFile(run: RunAsRoot, path: string): Promise<string> {
  const { code, stdout } = await run({ during: `reading ${path}`, script: 'cat "$1"', args: [path] });
  if (code !== 0) throw new ProblemError({ code: 'file-unreadable', path });
  return stdout;
}

async function readOriginal(run: RunAsRoot, path: string, keptAs: string): Promise<string> {
  return await printedBy(run, {
    during: `reading the original of ${path}`,
    script: 'cat "$(readlink -f "$1").circleci-backup-$2"',
    args: [path, keptAs],
  });
}
