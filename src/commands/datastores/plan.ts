import type { Plan, PlanSection } from '../../core/approval/approval.ts';
import {
  type DatastoreOrder,
  datastoreStages,
  type RestoredPart,
  type RestoredStore,
} from '../../core/datastores/restore-order.ts';
import { storeInWords } from '../../core/model/datastore.ts';
import { newRunView } from '../../core/run/run-view.ts';
import { bytesInWords, durationInWords, listInWords, utcTime } from '../../core/text/words.ts';
import { DATASTORES } from '../../runs/datastores.ts';

/** What a restore of datastores would do: host by host and database by database, with what speaks against it. */
export function datastoresPlan(order: DatastoreOrder): Plan {
  const { runId, target, region, requester, requestedAt, reason, backup, stores } = order;
  const about = { runId, target, region, requester, requestedAt };
  const missing = stores.flatMap((store) => store.missing);
  return {
    action: 'datastores',
    target,
    summary: `Restore ${listInWords(stores.map(storeInWords))} of ${target} from ${backup.backupId}`,
    sections: [
      ...stores.map(whereAndWhat),
      {
        title: 'What happens',
        lines: [
          'Before anything is changed, each place is looked at: a database with a table or a connection, and a folder with anything in it, is left alone, and the run stops',
          ...(stores.some(({ kind }) => kind === 'postgres')
            ? [
                'Roles that are missing are made, with their passwords as they were; roles that are there are left as they are',
                'Each database of PostgreSQL is made where it is not there, and filled within one transaction: all of it or nothing',
              ]
            : []),
          ...(stores.some(({ kind }) => kind === 'mongodb')
            ? ['Databases of MongoDB are filled until the first error; what is there by then stays']
            : []),
          'The run stops at the first step that fails, and asks how to go on',
        ],
      },
      {
        title: 'What is lost',
        tone: 'danger',
        lines: [
          `What CircleCI wrote since the backup (${durationInWords(requestedAt - backup.createdAt)} ago) is not in it`,
          'CircleCI has to be stopped until all of it is back: started in between it works on half of its data',
        ],
      },
      ...(missing.length === 0
        ? []
        : [
            {
              title: 'What the backup lacks, and does not come back',
              tone: 'danger' as const,
              lines: missing,
            },
          ]),
    ],
    start: {
      workflow: DATASTORES,
      input: order,
      view: newRunView(
        {
          ...about,
          kind: 'datastores',
          about: [`from ${backup.backupId}`],
          ...(reason === '' ? {} : { note: reason }),
        },
        datastoreStages(order),
      ),
    },
  };
}

function whereAndWhat(store: RestoredStore): PlanSection {
  const { host, hostKeys = [], server, parts } = store;
  return {
    title: storeInWords(store),
    lines: [
      host === undefined ? 'on the Services machine' : `on ${host}, host key ${hostKeys.join(' or ')}`,
      ...(server === undefined ? [] : [`into the server at ${server}`]),
      ...parts.map(partLine),
    ],
  };
}

function partLine({ what, bytes, at, snapshotId }: RestoredPart): string {
  return `${what}: ${bytesInWords(bytes)} as of ${utcTime(at)}, from snapshot ${snapshotId.slice(0, 8)}`;
}
