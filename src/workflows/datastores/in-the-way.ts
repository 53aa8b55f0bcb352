import { postgres } from '../../core/datastores/dumps.ts';
import type { RestoredPart, RestoredStore } from '../../core/datastores/restore-order.ts';
import {
  collectionsIn,
  databasesThere,
  readCount,
  readDatabases,
  tablesIn,
} from '../../core/datastores/restoring.ts';
import { dumpTrouble } from '../../core/datastores/trouble.ts';
import type { HostedStore, MongoStore, PostgresStore } from '../../core/model/datastore.ts';
import type { Jobs } from '../../core/ports/jobs.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import type { Tools } from '../run/run.ts';
import { type HostRun, onHost, type StoreHost } from './host.ts';

const ANSWER_MS = 60_000;
/** It may have to wait for a server that is busy. */
const COLLECTION_MS = 3 * 60_000;

const FOLDER = `if [ ! -e "$1" ]; then echo missing; elif [ -n "$(ls -A -- "$1")" ]; then echo full; else echo empty; fi`;

interface Place {
  store: HostedStore;
  host: StoreHost;
  planned: RestoredStore;
}

/**
 * Sees that every place into which something is restored is empty, and that nobody is connected to it. Rejects with
 * `datastore-in-use` and `store-folder-full`.
 */
export function seeNothingInTheWay(
  run: HostRun,
  tools: Tools,
  { store, host, planned }: Place,
): Promise<void> {
  return onHost(run, tools, host, async (jobs) => {
    if (store.kind === 'postgres') await seeDatabases(run, jobs, store, planned);
    else if (store.kind === 'mongodb') await seeCollections(run, jobs, store, planned);
    else for (const part of planned.parts) await seeFolder(run, jobs, part, planned);
  });
}

async function seeDatabases(
  run: HostRun,
  jobs: Jobs,
  store: PostgresStore,
  planned: RestoredStore,
): Promise<void> {
  const there = readDatabases(await answerOf(jobs, store, databasesThere(store)));
  for (const { database } of planned.parts) {
    const connections = database === undefined ? undefined : there.get(database);
    if (database === undefined || connections === undefined) continue;
    const tables = await countTables(jobs, store, database);
    if (connections > 0 || tables > 0)
      throw new ProblemError({
        code: 'datastore-in-use',
        store: store.name,
        database,
        connections,
        tables,
        aside: renameInWords(store, database, run.runId),
      });
  }
}

export async function countTables(jobs: Jobs, store: PostgresStore, database: string): Promise<number> {
  const count = readCount(await answerOf(jobs, store, tablesIn(store, database)));
  // Nobody restores into what cannot be looked at.
  if (count === undefined) throw new ProblemError({ code: 'answer-unclear', command: 'psql' });
  return count;
}

async function seeCollections(
  run: HostRun,
  jobs: Jobs,
  store: MongoStore,
  planned: RestoredStore,
): Promise<void> {
  for (const { database } of planned.parts) {
    if (database === undefined) continue;
    const { stdout } = await jobs.run({
      during: `looking into ${database}`,
      command: collectionsIn(store, database),
      limitMs: COLLECTION_MS,
    });
    if (stdout.trim() === '') continue;
    const aside = `copy it with mongodump and mongorestore --nsFrom “${database}.*” --nsTo “${asideOf(database, run.runId)}.*”, and drop it`;
    throw new ProblemError({
      code: 'datastore-in-use',
      store: store.name,
      database,
      connections: 0,
      tables: 1,
      aside,
    });
  }
}

async function seeFolder(
  run: HostRun,
  jobs: Jobs,
  { folder = '' }: RestoredPart,
  { name }: RestoredStore,
): Promise<void> {
  const { stdout } = await jobs.run({
    during: 'looking at a folder',
    command: ['sh', '-c', FOLDER, 'sh', folder],
    limitMs: ANSWER_MS,
  });
  const state = stdout.trim();
  if (state === 'missing' || state === 'empty') return;
  const aside = `sudo mv “${folder}” “${folder}.before-${run.runId}”`;
  throw new ProblemError({ code: 'store-folder-full', store: name, folder, aside });
}

async function answerOf(jobs: Jobs, store: PostgresStore, command: string[]): Promise<string> {
  const { code, stdout, stderr } = await jobs.run({
    during: 'asking PostgreSQL',
    command,
    limitMs: ANSWER_MS,
  });
  if (code === 0) return stdout;
  const known = dumpTrouble([stderr]);
  const why = known?.why ?? 'its answer is none that the bot knows';
  const next = known === undefined ? {} : { next: known.next };
  const shown = postgres(store, 'psql', []).slice(1).join(' ');
  throw new ProblemError({ code: 'dump-server-silent', store: store.name, why, ...next, command: shown });
}

/** A name of PostgreSQL's has 63 bytes at the most. */
function asideOf(database: string, runId: string): string {
  return `${database.slice(0, 40)}_before_${runId.replaceAll('-', '_')}`;
}

function renameInWords(store: PostgresStore, database: string, runId: string): string {
  const sql = `ALTER DATABASE "${database}" RENAME TO "${asideOf(database, runId)}"`.replaceAll('"', '\\"');
  return `sudo ${postgres(store, 'psql', ['-d', 'postgres', '-c']).join(' ')} “${sql.replaceAll('\\"', '')}”`;
}
