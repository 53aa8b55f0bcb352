import { trimEndOf } from '../text/text.ts';
import { counted, durationInWords, listInWords } from '../text/words.ts';
import type { Explanations } from './explanation.ts';

/** A part of a datastore that is not in a backup. */
export interface MissingPart {
  /** `database circle of pg (PostgreSQL)`. */
  what: string;
  /** Why, as sentences. */
  why: string;
}

/** What can go wrong with external datastores. */
export type DatastoreProblem =
  | { code: 'datastores-missing'; missing: MissingPart[]; count: number; of: number; next?: string }
  | { code: 'dump-client-older'; store: string; client: string; server: string }
  | { code: 'dump-tools-missing'; store: string; program: string }
  /** `next`: what helps against this cause; missing where it has to be seen first. */
  | { code: 'dump-server-silent'; store: string; why: string; next?: string; command: string }
  | { code: 'dump-no-time' }
  | { code: 'store-folder-empty'; store: string; folder: string; isMissing: boolean }
  | {
      code: 'datastore-in-use';
      store: string;
      database: string;
      /** Of others, and what is in it: where nobody could count, it is one. */
      connections: number;
      tables: number;
      aside: string;
    }
  | { code: 'store-folder-full'; store: string; folder: string; aside: string }
  | { code: 'datastore-part-gone'; what: string; snapshotId: string }
  | { code: 'datastore-not-restored'; what: string; why: string; next: string }
  | { code: 'rds-refused'; action: string; awsCode: string; awsMessage: string }
  | { code: 'rds-unavailable'; action: string; awsCode: string; sinceMs: number }
  | { code: 'rds-snapshot-taken'; identifier: string }
  | { code: 'rds-snapshot-failed'; identifier: string; status: string }
  | { code: 'rds-snapshot-late'; identifier: string; status: string; afterMs: number };

/** More are not read one by one in a message. */
const SHOWN = 4;

export const DATASTORE_PROBLEMS: Explanations<DatastoreProblem> = {
  'datastores-missing': ({ missing, count, of, next }) => ({
    reason: `${count} of ${counted(of, 'part')} of the external datastores ${count === 1 ? 'is' : 'are'} not in this backup. ${missingInWords(missing)}`,
    next: `${next ?? 'Look at each on its host'}, then type the command again.`,
  }),
  'dump-client-older': ({ store, client, server }) => ({
    reason: `The pg_dump for ${store} is of version ${client}, older than its server (${server}): its dumps would lack what it does not know. Nothing was dumped.`,
    next: `Install the client of PostgreSQL ${server} on the host, and set tools: to its folder, for example /usr/lib/postgresql/${server}/bin.`,
  }),
  'dump-tools-missing': ({ store, program }) => ({
    reason: `The host of ${store} has no ${program}.`,
    next: `Install it there, or set tools: to the folder in which ${program} lies.`,
  }),
  'dump-server-silent': ({ store, why, next, command }) => ({
    reason: `The server of ${store} did not tell its version: ${why}.`,
    next:
      next === undefined
        ? `Type this on its host to see why: sudo ${command}`
        : `${upper(next)}. To see it on its host: sudo ${command}`,
  }),
  'dump-no-time': () => ({
    reason: 'No time was left for it (DATASTORE_TIMEOUT): what came before took all of that.',
    next: 'Find out what is slow there, or set DATASTORE_TIMEOUT to more, then type the command again.',
  }),
  'store-folder-empty': ({ store, folder, isMissing }) => ({
    reason: `The folder ${folder} of ${store} ${isMissing ? 'is not there' : 'is empty'} on its host, so that nothing was backed up of it.`,
    next: 'See whether a disk or share is not mounted there, and set folder: to where the files are.',
  }),
  'datastore-in-use': ({ store, database, connections, tables, aside }) => ({
    reason: `The database ${database} of ${store} is in use: it has ${listInWords([
      ...(tables > 0 ? [counted(tables, 'table')] : []),
      ...(connections > 0 ? [counted(connections, 'connection')] : []),
    ])}. The bot restores into an empty database alone, and nothing was changed.`,
    next: `Stop CircleCI. Put the database aside on its host, if it is to be replaced: ${aside}. Then try again.`,
  }),
  'store-folder-full': ({ store, folder, aside }) => ({
    reason: `The folder ${folder} of ${store} has something in it. The bot restores into an empty place alone, and nothing was changed.`,
    next: `Stop CircleCI. Put the folder aside on its host: ${aside}. Then try again.`,
  }),
  'datastore-part-gone': ({ what, snapshotId }) => ({
    reason: `The snapshot ${snapshotId.slice(0, 8)} of ${what} is not in the repository any more.`,
    next: 'See whether somebody has removed it (“restic snapshots”), or choose another backup.',
  }),
  'datastore-not-restored': ({ what, why, next }) => ({
    reason: `${upper(what)} was not restored: ${why}. What was begun of it was undone.`,
    next: `${next}, then try again.`,
  }),
  'rds-refused': ({ action, awsCode, awsMessage }) => ({
    reason: `RDS refused ${action}: ${awsCode}, “${trimEndOf(awsMessage.trim(), '.')}.”`,
    next: 'See in the RDS console whether the instance is there and available, then type the command again.',
  }),
  'rds-unavailable': ({ action, awsCode, sinceMs }) => ({
    reason: `RDS has not answered ${action} for ${durationInWords(sinceMs)} (${awsCode}).`,
    next: 'See the AWS Health Dashboard, then type the command again.',
  }),
  'rds-snapshot-taken': ({ identifier }) => ({
    reason: `A snapshot ${identifier} exists in RDS, and it is not this run’s.`,
    next: 'I left it alone. Type the command again: the next run has another name.',
  }),
  'rds-snapshot-failed': ({ identifier, status }) => ({
    reason: `RDS ended the snapshot ${identifier} as ${status}.`,
    next: 'Look at the events of the instance in the RDS console, then type the command again.',
  }),
  'rds-snapshot-late': ({ identifier, status, afterMs }) => ({
    reason: `RDS has not finished the snapshot ${identifier} within ${durationInWords(afterMs)}: it is ${status}.`,
    next: 'Look at it in the RDS console; DATASTORE_TIMEOUT gives it more time. Then type the command again.',
  }),
};

function missingInWords(missing: readonly MissingPart[]): string {
  const shown = missing.slice(0, SHOWN).map(({ what, why }) => `${upper(what)}: ${why}`);
  const more = missing.length - shown.length;
  const rest = missing.slice(SHOWN).map(({ what }) => what);
  return [...shown, ...(more > 0 ? [`And ${listInWords(rest)}.`] : [])].join(' ');
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
