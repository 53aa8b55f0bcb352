import { trimEndOf } from '../text/text.ts';
import { bytesInWords, counted, listInWords } from '../text/words.ts';
import type { Explanations } from './explanation.ts';

interface Install {
  /** The program on the machine. */
  path: string;
  download?: { url: string; sha256: string };
}

/** What can go wrong with the files that lie beside the machine's image. `said`: restic's own words. */
export type FilesProblem =
  | ({ code: 'restic-missing' } & Install)
  | ({ code: 'restic-old'; version: string; needs: string } & Install)
  | { code: 'repository-password'; repository: string }
  | { code: 'repository-missing'; repository: string }
  | { code: 'repository-locked'; repository: string; by: string[] }
  | { code: 'repository-silent'; repository: string; afterMs: number }
  | { code: 'repository-refused'; repository: string; during: string; exitCode?: number; said?: string }
  | { code: 'repository-damaged'; repository: string; errors: number; said: string[] }
  | { code: 'repository-other'; repository: string; backupId: string }
  | { code: 'files-failed'; during: string; exitCode?: number; said: string[] }
  | { code: 'files-unread'; count: number; items: string[] }
  | { code: 'restic-unset'; target: string }
  | { code: 'files-unconfirmed'; runId: string }
  | { code: 'files-unheard'; snapshotId: string }
  | { code: 'files-gone'; paths: string[]; before: number }
  | {
      code: 'files-differ';
      expected: { nodes: number; bytes: number };
      found: { nodes: number; bytes: number };
    }
  | { code: 'files-elsewhere'; paths: string[]; planned: string[] }
  | { code: 'files-snapshot-gone'; snapshotId: string; repository: string };

/** So many of them are named; the rest is counted. */
const NAMED = 3;

export const FILES_PROBLEMS: Explanations<FilesProblem> = {
  'restic-missing': ({ path, download }) => ({
    reason: `The machine has no restic (${path}), so that the files were not backed up.`,
    next: install(path, download),
  }),
  'restic-old': ({ path, version, needs, download }) => ({
    reason: `The machine’s restic is ${version}, and the bot needs ${needs} or newer: older ones call a missing path no fault.`,
    next: install(path, download),
  }),
  'repository-password': ({ repository }) => ({
    reason: `The repository ${repository} did not take the password.`,
    next: 'Set RESTIC_PASSWORD_FILE to the file with its password, start the bot again, then try again.',
  }),
  'repository-missing': ({ repository }) => ({
    reason: `There is no repository at ${repository}.`,
    next: 'Set RESTIC_REPOSITORY to the one that the backups were made into, start the bot again, then try again.',
  }),
  'repository-locked': ({ repository, by }) => ({
    reason: `The repository ${repository} is locked by ${by.length === 0 ? 'somebody' : listInWords(by)}.`,
    next: 'Wait until that has ended, then try again. A lock that nobody renews is removed by the bot after 30 minutes.',
  }),
  'repository-silent': ({ repository, afterMs }) => ({
    reason: `The repository ${repository} has not answered for ${Math.round(afterMs / 1000)} s.`,
    next: 'See that the machine reaches it, then try again.',
  }),
  'repository-refused': ({ repository, during, exitCode, said }) => ({
    reason: `The step “${during}” failed at the repository ${repository}${exit(exitCode)}.${quoted(said === undefined ? [] : [said])}`,
    next: 'See that the machine reaches it and may write there, and that it has room; then try again.',
  }),
  'repository-damaged': ({ repository, errors, said }) => ({
    reason: `The repository ${repository} is DAMAGED: its check found ${counted(errors, 'error')}.${quoted(said)}`,
    next: 'What was backed up before may not come back. Look into restic’s manual (“Troubleshooting”), keep the repository as it is, and set RESTIC_REPOSITORY to a new one for the next backups.',
  }),
  'repository-other': ({ repository, backupId }) => ({
    reason: `The files of ${backupId} are in another repository than ${repository}.`,
    next: 'Set RESTIC_REPOSITORY to the one that they were backed up into, start the bot again, then try again.',
  }),
  'files-failed': ({ during, exitCode, said }) => ({
    reason: `The step “${during}” failed${exit(exitCode)}.${quoted(said)}`,
    next: 'See what it says, and whether the repository has room; then try again.',
  }),
  'files-unread': ({ count, items }) => ({
    reason: `Restic could not read ${counted(count, 'file or folder', 'files or folders')}: ${named(items, count)}.`,
    next: 'See on the machine what they are (a share that went away, a fault of the disk), then make another backup.',
  }),
  'files-unconfirmed': ({ runId }) => ({
    reason: `Restic ended, but the repository shows no whole snapshot of the files with the tag run=${runId}.`,
    next: 'Type the command again: what was copied already is not copied twice.',
  }),
  'restic-unset': ({ target }) => ({
    reason: `The bot’s settings name no repository for the files of ${target} any more.`,
    next: 'Set RESTIC_REPOSITORY and RESTIC_PASSWORD_FILE, start the bot again, then try again.',
  }),
  'files-unheard': ({ snapshotId }) => ({
    reason: `The machine was restarted before restic’s last words were read: the snapshot ${snapshotId} of the files is whole, but whether something could not be read is not known.`,
    next: 'Type the command again: what was copied already is not copied twice.',
  }),
  'files-gone': ({ paths, before }) => ({
    reason: `No file was found in ${listInWords(paths)}, where the last complete backup had ${before}.`,
    next: 'See whether a share is not mounted there, then make another backup.',
  }),
  'files-differ': ({ expected, found }) => ({
    reason: `After the restore there are ${size(found)}, and the snapshot has ${size(expected)}.`,
    next: 'Try again: what is there already is compared and left.',
  }),
  'files-elsewhere': ({ paths, planned }) => ({
    reason: `The snapshot holds ${listInWords(paths)}, and the plan lets the bot write into ${listInWords(planned)} alone.`,
    next: 'Set FILES_PATHS to the folders that were backed up, start the bot again, and ask for another plan; or restore them by hand.',
  }),
  'files-snapshot-gone': ({ snapshotId, repository }) => ({
    reason: `The snapshot ${snapshotId} of the files is not in the repository ${repository}.`,
    next: 'See whether somebody has removed it (“restic snapshots”), or choose another backup.',
  }),
};

function size({ nodes, bytes }: { nodes: number; bytes: number }): string {
  return `${counted(nodes, 'file or folder', 'files and folders')} of ${bytesInWords(bytes)}`;
}

function install(path: string, download: Install['download']): string {
  const from =
    download === undefined
      ? 'take it from where you trust it, and set RESTIC_DOWNLOAD_URL and RESTIC_DOWNLOAD_SHA256 to have its address and its hash stand here'
      : `download ${download.url}, and see that its SHA-256 is ${download.sha256}`;
  return `Install restic’s own static build for Linux on the machine as ${path.includes('/') ? path : '/usr/local/bin/restic'}: ${from}. Packages of distributions are often too old, and may need a newer libc than the machine has.`;
}

function exit(code: number | undefined): string {
  return code === undefined ? '' : ` (exit code ${code})`;
}

function quoted(said: readonly string[]): string {
  const first = said.find((line) => line !== '');
  return first === undefined ? '' : ` Restic says: “${trimEndOf(first.trimEnd(), '.')}”.`;
}

function named(items: readonly string[], count: number): string {
  const shown = items.slice(0, NAMED);
  return count > shown.length ? `${shown.join('; ')} and ${count - shown.length} more` : shown.join('; ');
}
