import { type Dump, partsOf } from '../../core/datastores/dumps.ts';
import { missingTables, readingCommand, readSeen } from '../../core/datastores/reading.ts';
import type { HostedStore, PartResult, StoreResult } from '../../core/model/datastore.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { listInWords } from '../../core/text/words.ts';
import type { Tools } from '../run/run.ts';
import { type Dumping, lacking } from './dump.ts';
import { followTask, type HostRun, hostOf } from './host.ts';

/** Reads every dump of a store again to its end: what cannot be read, or lacks CircleCI's tables, does not count. */
export async function readStore(
  run: HostRun,
  tools: Tools,
  store: HostedStore,
  result: StoreResult,
  reading: Dumping,
): Promise<StoreResult> {
  const dumps = partsOf(store);
  const parts: PartResult[] = [];
  for (const [index, part] of result.parts.entries()) {
    const dump = dumps.find((one): one is Dump => one.form !== 'folder' && one.file === part.file);
    parts.push(dump === undefined ? part : await readPart(run, tools, { store, part, dump, index, reading }));
  }
  return { ...result, parts };
}

interface OneDump {
  store: HostedStore;
  part: PartResult;
  dump: Dump;
  index: number;
  reading: Dumping;
}

async function readPart(run: HostRun, tools: Tools, one: OneDump): Promise<PartResult> {
  const { store, part, dump, index, reading } = one;
  const { snapshotId, lacks } = part;
  if (snapshotId === undefined || lacks !== undefined) return part;
  try {
    const host = await hostOf(run, tools, store, reading.instance);
    const { said } = await followTask(run, tools, {
      host,
      access: reading.access,
      name: `${run.runId}.${store.name}.${index}.read`,
      task: {
        does: 'read',
        into: (print) => readingCommand(dump.form, 'tools' in store ? store.tools : undefined, print),
        snapshotId,
        file: dump.file,
        limitMs: Math.max(1_000, reading.until - run.context.clock.now()),
      },
      what: `reading ${part.what} of ${store.name} again`,
      until: reading.until,
    });
    const seen = readSeen([...said.other, ...said.errors]);
    if (!seen.ok)
      return {
        ...part,
        lacks: { why: `The dump ${seen.why}.`, next: 'See whether the repository is whole (restic check)' },
      };
    const missing = missingTables(dump, seen.tables);
    if (missing.length === 0) return part;
    return {
      ...part,
      lacks: {
        why: `The dump has no data of CircleCI’s table ${listInWords(missing)}.`,
        next: 'See whether this is the database of CircleCI, and whether its user may read all of it',
      },
    };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { ...part, lacks: lacking(error.problem) };
  }
}
