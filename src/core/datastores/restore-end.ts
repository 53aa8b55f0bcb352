import { storeInWords } from '../model/datastore.ts';
import type { Problem } from '../problems/problem.ts';
import type { RunEnd } from '../run/run-view.ts';
import { counted } from '../text/words.ts';
import { type DatastoreOrder, partKey } from './restore-order.ts';

/** The last word of a restore of datastores: what is restored, and what is not. `done`: keys of stages. */
export function restoreEnd(
  order: DatastoreOrder,
  done: readonly string[],
  problem?: Problem,
  isAborted = false,
): Omit<RunEnd, 'startedAt' | 'finishedAt'> {
  const { stores, target, backup } = order;
  const parts = stores.flatMap((store) =>
    store.parts.map((part, index) => ({
      isDone: done.includes(partKey(store, index)),
      line: `${part.what} of ${storeInWords(store)}, from snapshot ${part.snapshotId.slice(0, 8)}`,
    })),
  );
  const restored = parts.filter(({ isDone }) => isDone);
  const all = restored.length === parts.length;
  const isCanceled = problem?.code === 'canceled' && restored.length === 0;
  const outcome = all ? 'done' : restored.length > 0 ? 'partly' : isCanceled ? 'canceled' : 'failed';
  return {
    outcome,
    headline: headlineOf(
      outcome,
      target,
      backup.backupId,
      `${restored.length} of ${counted(parts.length, 'part')}`,
    ),
    ...(problem === undefined ? {} : { problem }),
    facts: [
      ['Backup', backup.backupId],
      ['Restored', `${restored.length} of ${counted(parts.length, 'part')}`],
    ],
    lines: parts.map(({ isDone, line }) => `${isDone ? 'restored' : 'NOT restored'}: ${line}`),
    warnings: [
      ...stores.flatMap(({ missing }) => missing.map((what) => `Not in the backup: ${what}.`)),
      ...(isAborted && restored.length > 0
        ? [
            'What is restored belongs together only with the rest: do not start CircleCI on it before that is restored, too.',
          ]
        : []),
      ...(all
        ? ['Roles that were there keep their passwords. Start CircleCI, and see that builds run.']
        : []),
    ],
  };
}

function headlineOf(outcome: RunEnd['outcome'], target: string, backupId: string, how: string): string {
  const what = `datastores of ${target}`;
  switch (outcome) {
    case 'done':
      return `The ${what} are restored from ${backupId}`;
    case 'partly':
      return `The ${what} are only PARTLY restored from ${backupId}: ${how}`;
    case 'canceled':
      return `The restore of the ${what} was canceled`;
    default:
      return `The restore of the ${what} FAILED: nothing is restored`;
  }
}
