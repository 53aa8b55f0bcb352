import { isComplete, newestFirst } from '../../core/catalogue/entry.ts';
import type { FilesReport } from '../../core/model/backup.ts';
import { lossInWords, reportInWords } from '../../core/model/files-report.ts';
import type { FilesSnapshot } from '../../core/model/restic.ts';
import type { Restic } from '../../core/ports/restic.ts';
import { type Problem, ProblemError } from '../../core/problems/problem.ts';
import { runMessageId } from '../../core/run/run-id.ts';
import { readOwnBackups } from '../../runs/own-backups.ts';
import type { Tools } from '../run/run.ts';
import type { StageResult } from '../run/stage.ts';
import { type Followed, followRestic, onRestic, problemOf, resticAccessOf } from './job.ts';
import { type FilesRun, reach } from './reach.ts';
import { leaveRepository, wantRepository } from './upkeep.ts';

const PATIENCE_MS = 3 * 60_000;
const DURING = 'the backup of the files';

/**
 * The stage that backs up the folders beside the image. Whatever it comes to, the backup goes on: what is missing makes it
 * partial, which the verdict says.
 */
export async function backupFiles(run: FilesRun, paths: readonly string[]): Promise<FilesReport> {
  const result = await run.attempt<FilesReport>('files', (tools) => taken(run, tools, paths));
  if (result.ok) return result.value;
  return { state: 'missing', paths: [...paths], problem: result.problem, warnings: [] };
}

async function taken(
  run: FilesRun,
  tools: Tools,
  paths: readonly string[],
): Promise<StageResult<FilesReport>> {
  const { context, target, runId } = run;
  const { clock } = context;
  const since = clock.now();
  const reached = await reach(run, tools);
  const { id: repositoryId, isNew } = await onRestic(run, tools, reached, async (restic) => {
    await restic.version();
    return restic.open();
  });
  if (isNew) await tools.tell('made the repository, which was not there');
  await wantRepository(run, repositoryId);
  const work = followRestic(run, tools, reached, {
    name: `${runId}.files`,
    task: { does: 'backup', host: target, runId, paths },
    during: DURING,
    isThere: async (restic) => (await wholeSnapshot(restic, target, runId)) !== undefined,
  });
  // A process that stops leaves the mark, since restic goes on.
  const followed = await work.finally(() => tools.signal.aborted || leaveRepository(run, repositoryId));
  const access = resticAccessOf(context, target);
  if (followed.kind === 'heard') {
    const ended = problemOf(followed.look, access, { during: DURING, tookMs: clock.now() - since });
    if (ended !== undefined) return { ok: false, problem: ended };
  }
  // Restic's word is not the repository's: what counts is found there.
  const snapshot = await onRestic(run, tools, reached, (restic) => wholeSnapshot(restic, target, runId));
  if (snapshot === undefined) return { ok: false, problem: { code: 'files-unconfirmed', runId } };
  const before = await filesBefore(run, tools);
  const { files = 0, bytes = 0, addedBytes = 0 } = snapshot;
  const problem = doubtOf(followed, snapshot, paths, before?.files);
  const loss = problem === undefined ? lossInWords({ files, bytes }, before) : undefined;
  const afterImageMs = await sinceImage(run);
  const report: FilesReport = {
    state: problem === undefined ? 'in the backup' : 'partial',
    paths: [...paths],
    snapshotId: snapshot.id,
    repositoryId,
    files,
    bytes,
    addedBytes,
    ...(afterImageMs === undefined ? {} : { afterImageMs }),
    ...(problem === undefined ? {} : { problem }),
    warnings: loss === undefined ? [] : [loss],
  };
  return { ok: true, value: report, detail: reportInWords(report) };
}

/** That of this backup, where restic wrote its last word into it. */
async function wholeSnapshot(
  restic: Restic,
  host: string,
  runId: string,
): Promise<FilesSnapshot | undefined> {
  return (await restic.snapshots(host, runId)).find(({ files }) => files !== undefined);
}

/** Why a snapshot that is there is not all of the files. */
function doubtOf(
  followed: Followed,
  { id, files }: FilesSnapshot,
  paths: readonly string[],
  before: number | undefined,
): Problem | undefined {
  if (followed.kind === 'there') return { code: 'files-unheard', snapshotId: id.slice(0, 8) };
  const { errorCount, errors } = followed.look.said;
  if (errorCount > 0 || followed.look.code !== 0)
    return { code: 'files-unread', count: Math.max(1, errorCount), items: errors };
  if (files === 0 && before !== undefined && before > 0)
    return { code: 'files-gone', paths: [...paths], before };
  return undefined;
}

/** What the last complete backup has of files; undefined where none has any, or nobody can say it now. */
async function filesBefore(
  run: FilesRun,
  tools: Tools,
): Promise<{ files: number; bytes: number } | undefined> {
  const { context, target: name, region, runId } = run;
  const { instance, requestedAt } = run.input;
  try {
    const call = { ...tools.ec2Options(PATIENCE_MS), asOf: requestedAt };
    const { entries } = await readOwnBackups({ name, region, instance }, context, call);
    return newestFirst(entries).find(
      (entry) => entry.backupId !== runId && isComplete(entry) && entry.files !== undefined,
    )?.files;
  } catch (error) {
    tools.signal.throwIfAborted();
    if (error instanceof ProblemError && error.problem.code !== 'store-unavailable') return undefined;
    throw error;
  }
}

/** How much later than the image the files were begun. */
async function sinceImage({ context: { store }, runId }: FilesRun): Promise<number | undefined> {
  const message = await store.messages.get(runMessageId(runId));
  const stages = message?.view.kind === 'run' ? message.view.run.stages : [];
  const [image, files] = ['image', 'files'].map(
    (key) => stages.find((stage) => stage.key === key)?.startedAt,
  );
  return image === undefined || files === undefined ? undefined : Math.max(0, files - image);
}
