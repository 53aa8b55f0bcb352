import type { Datastore, StoreResult } from '../../core/model/datastore.ts';
import { datastoresInWords } from '../../core/model/datastore.ts';
import type { Target } from '../../core/model/target.ts';
import { allLacking, type Dumping, dumpStore } from '../datastores/dump.ts';
import { beginSnapshot, followSnapshot } from '../datastores/rds.ts';
import { readStore } from '../datastores/read.ts';
import type { Tools } from '../run/run.ts';
import type { StageResult } from '../run/stage.ts';
import type { BackupRun } from './run.ts';

/** Of a run whose target has external datastores. */
export interface Dumped {
  stores: StoreResult[];
  /** In ms. */
  tookMs: number;
}

/** Undefined where the target has none. */
export async function dumpAll(run: BackupRun): Promise<StageResult<Dumped> | undefined> {
  return run.input.datastores === undefined ? undefined : dumpDatastores(run);
}

/** Dumps every datastore, one after the other. What fails is a part that is missing, and no end of the backup. */
function dumpDatastores(run: BackupRun): Promise<StageResult<Dumped>> {
  const { clock } = run.context;
  return run.attempt<Dumped>('datastores', async (tools) => {
    const since = clock.now();
    const stores = await eachStore(run, since, async (store, dumping) => {
      if (store.kind !== 'rds') return dumpStore(run, tools, store, withRestic(dumping));
      const part = await beginSnapshot(run, tools, store, run.input.extraTags);
      return { name: store.name, kind: store.kind, parts: [part], warnings: [] };
    });
    return {
      ok: true,
      value: { stores, tookMs: clock.now() - since },
      detail: datastoresInWords(stores),
    };
  });
}

/** Reads every dump to its end, and follows the snapshots of RDS to theirs. */
export function readDatastores(
  run: BackupRun,
  dumped: readonly StoreResult[],
): Promise<StageResult<StoreResult[]>> {
  return run.attempt<StoreResult[]>('datastores-read', async (tools) => {
    const stores = await eachStore(run, run.context.clock.now(), async (store, reading) => {
      const result = dumped.find(({ name }) => name === store.name);
      if (result === undefined) throw new Error(`${store.name} was not dumped`);
      if (store.kind !== 'rds') return readStore(run, tools, store, result, withRestic(reading));
      return { ...result, parts: await followAll(run, tools, result, reading.until) };
    });
    return { ok: true, value: stores, detail: datastoresInWords(stores) };
  });
}

async function followAll(run: BackupRun, tools: Tools, { parts }: StoreResult, until: number) {
  return Promise.all(parts.map((part) => followSnapshot(run, tools, part, until)));
}

/** Those that belonged to the target when the backup was asked for, with the ways to them that are configured now. */
async function eachStore(
  { context, input }: BackupRun,
  since: number,
  work: (store: Datastore, here: Here) => Promise<StoreResult>,
): Promise<StoreResult[]> {
  const target = context.targets.find(({ name }) => name === input.target);
  const configured = target?.datastores;
  const results: StoreResult[] = [];
  for (const name of input.datastores ?? []) {
    const store = configured?.stores.find((one) => one.name === name);
    results.push(
      target === undefined || configured === undefined || store === undefined
        ? gone(name)
        : await work(store, { target, until: since + configured.timeoutMs }),
    );
  }
  return results;
}

function gone(name: string): StoreResult {
  const why = 'It is not in DATASTORES any more.';
  const next = 'Put it back there, or make a new backup without it';
  return { name, kind: 'postgres', parts: [{ what: 'all', lacks: { why, next } }], warnings: [] };
}

interface Here {
  target: Target;
  /** In ms since epoch. */
  until: number;
}

function withRestic({ target, until }: Here): Dumping {
  const { instance, restic: access } = target;
  if (access === undefined) throw new Error('RESTIC_REPOSITORY was not checked before it was used');
  return { instance, access, until };
}

/** What it is where nothing of them could be done at all. */
export function noneOf(run: BackupRun, lacks: { why: string; next: string }): StoreResult[] {
  const stores = run.context.targets.find(({ name }) => name === run.input.target)?.datastores?.stores ?? [];
  return stores.map((store) => ({
    name: store.name,
    kind: store.kind,
    parts: allLacking(store, lacks),
    warnings: [],
  }));
}
