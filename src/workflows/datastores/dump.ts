import {
  datastoreHost,
  datastoreTags,
  type Part,
  partInWords,
  partsOf,
} from '../../core/datastores/dumps.ts';
import { sawDatabase } from '../../core/datastores/reading.ts';
import { dumpTrouble } from '../../core/datastores/trouble.ts';
import type { Datastore, HostedStore, PartResult, StoreResult } from '../../core/model/datastore.ts';
import { type FilesSnapshot, RESTIC_EXIT, type ResticAccess } from '../../core/model/restic.ts';
import type { InstanceSelector } from '../../core/model/target.ts';
import type { ResticLook, ResticTask } from '../../core/ports/restic.ts';
import { explain, type Problem, ProblemError } from '../../core/problems/problem.ts';
import type { Tools } from '../run/run.ts';
import { followTask, type HostRun, hostOf, nameOf, onHost, onRestic, type StoreHost } from './host.ts';
import { lookAt, partsToMake } from './look.ts';

/** What all stores of a run share. */
export interface Dumping {
  instance: InstanceSelector;
  access: ResticAccess;
  /** In ms since epoch. */
  until: number;
}

/** Dumps every part of a store. What fails is told of that part alone; a wish to stop and a stopping process go on to whoever waits. */
export async function dumpStore(
  run: HostRun,
  tools: Tools,
  store: HostedStore,
  dumping: Dumping,
): Promise<StoreResult> {
  const result: StoreResult = { name: store.name, kind: store.kind, parts: [], warnings: [] };
  try {
    const host = await hostOf(run, tools, store, dumping.instance);
    const looked = await onHost(run, tools, host, (jobs) => lookAt(jobs, store));
    await onRestic(run, tools, host, dumping.access, async (restic) => {
      await restic.version();
      await restic.open();
    });
    result.warnings.push(...looked.warnings);
    for (const [index, part] of partsToMake(store, looked).entries())
      result.parts.push(await dumpPart(run, tools, { store, part, index, host, ...dumping }));
    return result;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { ...result, parts: allLacking(store, lacking(error.problem)) };
  }
}

/** Every part of a store that was not come to. */
export function allLacking(store: Datastore, lacks: NonNullable<PartResult['lacks']>): PartResult[] {
  if (store.kind === 'rds') return [{ what: `a snapshot of ${store.instance}`, lacks }];
  return partsOf(store).map(({ what }) => ({ what, lacks }));
}

export function lacking(problem: Problem): NonNullable<PartResult['lacks']> {
  const { reason, next } = explain(problem);
  return { why: reason, next };
}

interface OnePart extends Dumping {
  store: HostedStore;
  part: Part;
  index: number;
  host: StoreHost;
}

async function dumpPart(run: HostRun, tools: Tools, one: OnePart): Promise<PartResult> {
  const { store, part } = one;
  const from = run.context.clock.now();
  const about = { what: part.what, ...(part.form === 'folder' ? {} : { file: part.file }), from };
  try {
    // A process before this one, or a connection that broke off, may have left it done.
    const before = await snapshotOf(run, tools, one);
    const ended = before === undefined ? await followTask(run, tools, taskOf(run, one)) : undefined;
    const lacks = ended === undefined ? undefined : whyNot(one, ended);
    if (lacks !== undefined) return { ...about, lacks };
    const kept = before ?? (await snapshotOf(run, tools, one));
    if (kept === undefined) throw new ProblemError({ code: 'files-unconfirmed', runId: run.runId });
    const to = run.context.clock.now();
    return { ...about, from: kept.at, to, snapshotId: kept.id, bytes: kept.bytes ?? 0 };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    run.context.log.warn({ run: run.runId, store: store.name, problem: error.problem }, 'a dump failed');
    return { ...about, lacks: lacking(error.problem) };
  }
}

function taskOf(run: HostRun, { store, part, index, host, access, until }: OnePart) {
  const { runId } = run;
  const name = `${runId}.${store.name}.${index}`;
  const limitMs = Math.max(1_000, until - run.context.clock.now());
  const task: ResticTask =
    part.form === 'folder'
      ? { does: 'backup', host: datastoreHost(run.target, store), runId, paths: [part.folder] }
      : {
          does: 'dump',
          host: datastoreHost(run.target, store),
          tags: datastoreTags(runId),
          file: part.file,
          command: part.command,
          limitMs,
        };
  return { host, access, name, task, what: partInWords(store, part), until };
}

/** A whole snapshot of the part that this run has made. */
async function snapshotOf(
  run: HostRun,
  tools: Tools,
  { store, part, host, access }: OnePart,
): Promise<FilesSnapshot | undefined> {
  const all = await onRestic(run, tools, host, access, (restic) =>
    restic.snapshots(datastoreHost(run.target, store), run.runId),
  );
  const path = part.form === 'folder' ? part.folder : `/${part.file}`;
  return all.find(({ paths, files }) => paths.includes(path) && files !== undefined && files > 0);
}

function whyNot(
  { store, part }: OnePart,
  { code, said }: ResticLook,
): NonNullable<PartResult['lacks']> | undefined {
  const lines = [...said.other, ...said.errors, ...(said.fatal === undefined ? [] : [said.fatal])];
  if (code === RESTIC_EXIT.done && said.errorCount === 0) {
    // mongodump makes an empty archive of a database that is not there, and calls it done.
    const isEmpty = part.form === 'archive' && !sawDatabase(part.database ?? '', lines);
    if (!isEmpty) return undefined;
    return {
      why: `The server of ${nameOf(store)} has nothing in ${part.what}.`,
      next: 'Set databases: to those that it has, or see what became of it',
    };
  }
  const known = dumpTrouble(lines);
  const failed = `It was not dumped${code === undefined ? '' : ` (exit code ${code})`}`;
  return known === undefined
    ? { why: `${failed}.`, next: `Run the dump by hand on the host of ${store.name} to see why` }
    : { why: `${failed}: ${known.why}.`, next: known.next.charAt(0).toUpperCase() + known.next.slice(1) };
}
