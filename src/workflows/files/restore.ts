import type { RestoredFiles } from '../../core/model/restic.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { questionId } from '../../core/run/question.ts';
import { bytesInWords, counted, durationInWords } from '../../core/text/words.ts';
import type { MachineRun, Reached } from '../run/machine.ts';
import type { Tools } from '../run/run.ts';
import { followRestic, onRestic, problemOf, resticAccessOf } from './job.ts';

const KEY = 'files-back';
const DURING = 'the restore of the files';

/**
 * Brings the files of a backup back to where they were, and has restic read all of it again: killed and run again it goes
 * on, since what is equal is left. People may leave it out.
 */
export function restoreFiles(run: MachineRun, reached: Reached, files: RestoredFiles): Promise<string> {
  return run.stage<string>(
    KEY,
    async (tools) => {
      const detail = await restored(run, tools, reached, files);
      return { ok: true, value: detail, detail };
    },
    'left',
  );
}

async function restored(
  run: MachineRun,
  tools: Tools,
  reached: Reached,
  { snapshotId, repository, paths }: RestoredFiles,
): Promise<string> {
  const { context, target, runId } = run;
  const { clock } = context;
  const access = resticAccessOf(context, target);
  const since = clock.now();
  const expected = await onRestic(run, tools, reached, async (restic) => {
    await restic.version();
    const id = await restic.repository();
    if (!id.startsWith(repository))
      throw new ProblemError({
        code: 'repository-other',
        repository: access.repository,
        backupId: 'this backup',
      });
    const found = (await restic.snapshots(target)).find((one) => one.id === snapshotId);
    if (found === undefined)
      throw new ProblemError({
        code: 'files-snapshot-gone',
        snapshotId: snapshotId.slice(0, 8),
        repository: access.repository,
      });
    // The approval binds where it writes.
    if (!found.paths.every((path) => paths.includes(path)))
      throw new ProblemError({ code: 'files-elsewhere', paths: found.paths, planned: paths });
    return restic.sizeOf(snapshotId);
  });
  const followed = await followRestic(run, tools, reached, {
    name: `${runId}.files-${await timeOf(run)}`,
    task: { does: 'restore', snapshotId },
    during: DURING,
  });
  // Nothing else than its last words says that a restore is whole.
  if (followed.kind === 'there') throw new Error('a restore was looked for as a snapshot');
  const { look } = followed;
  const tookMs = clock.now() - since;
  const problem = problemOf(look, access, { during: DURING, tookMs });
  if (problem !== undefined) throw new ProblemError(problem);
  const found = look.said.restore ?? { nodes: 0, bytes: 0 };
  if (look.said.errorCount > 0 || found.nodes !== expected.nodes || found.bytes !== expected.bytes)
    throw new ProblemError({ code: 'files-differ', expected, found });
  return `${counted(found.nodes, 'file or folder', 'files and folders')} of ${bytesInWords(found.bytes)}, read again after they were written, within ${durationInWords(tookMs)}`;
}

/** What people have tried again is another job; what a process began that was killed is the same. */
async function timeOf({ context: { store }, runId }: MachineRun): Promise<number> {
  for (let time = 1; ; time += 1) {
    const question = await store.questions.get(questionId(runId, `${KEY}/${time}`));
    if (question?.value.answered === undefined) return time;
  }
}
