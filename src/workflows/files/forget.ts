import type { FilesForget } from '../../core/catalogue/proof.ts';
import { explain, ProblemError } from '../../core/problems/problem.ts';
import { counted, listInWords } from '../../core/text/words.ts';
import { unwithhold } from '../../runs/run-message.ts';
import { note, type Tools } from '../run/run.ts';
import { onRestic, resticAccessOf } from './job.ts';
import { type FilesRun, reach } from './reach.ts';

const PATIENCE_MS = 3 * 60_000;

/** What became of the snapshots that were to be forgotten, by the backups they were of. */
interface Forgotten {
  gone: string[];
  /** Why they stay, in words. */
  left: { backupId: string; why: string }[];
}

/**
 * Forgets the files' snapshots of backups whose images retention has deleted: those it has written down before, that carry
 * the backup's tag and the target's name, in the repository they were made in. What stays is told, and tried again.
 */
export async function forgetFiles(run: FilesRun & { calls: readonly string[] }): Promise<void> {
  await run.attempt<Forgotten>('forget', async (tools) => {
    try {
      const done = await forgotten(run, tools);
      if (done.left.length > 0)
        await tell(
          run,
          done.left.map(({ backupId, why }) => `${backupId}: ${why}`),
        );
      return { ok: true, value: done, detail: inWords(done), audit: { ...done } };
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code !== 'store-unavailable')
        await tell(run, [explain(error.problem).reason.replace(/\.$/, '')]);
      throw error;
    }
  });
}

async function forgotten(run: FilesRun, tools: Tools): Promise<Forgotten> {
  const { context, target, region } = run;
  const noted = await context.store.forgets.open();
  const mine = noted.filter(({ value }) => value.target === target && value.region === region);
  const done: Forgotten = { gone: [], left: [] };
  if (mine.length === 0) return done;
  const shown = await context.ec2(region).catalogue(tools.ec2Options(PATIENCE_MS));
  const wanted = mine.filter(({ value }) => !shown.some(({ imageId }) => imageId === value.imageId));
  if (wanted.length === 0) return done;
  const reached = await reach(run, tools);
  const { repository } = resticAccessOf(context, target);
  const stays = await onRestic(run, tools, reached, async (restic) => {
    await restic.version();
    const { id } = await restic.open();
    const snapshots = await restic.snapshots(target);
    const why = (forget: FilesForget): string | undefined => {
      if (!id.startsWith(forget.repository)) return `its files are in another repository than ${repository}`;
      const found = snapshots.find((one) => one.id === forget.snapshotId);
      // What somebody else has tagged so is not what this backup made.
      return found === undefined || found.tags.includes(`run=${forget.backupId}`)
        ? undefined
        : 'the snapshot is tagged otherwise than this backup’s';
    };
    const doubts = new Map(wanted.map(({ value }) => [value.snapshotId, why(value)]));
    const ids = snapshots
      .map((one) => one.id)
      .filter((one) => doubts.has(one) && doubts.get(one) === undefined);
    for (const one of await restic.forget(ids))
      doubts.set(one, 'restic says that it is gone, and it is there');
    return doubts;
  });
  for (const { id, version, value } of wanted) {
    const why = stays.get(value.snapshotId);
    if (why !== undefined) done.left.push({ backupId: value.backupId, why });
    else {
      done.gone.push(value.backupId);
      await context.store.forgets.replace(id, version, value, false);
    }
  }
  return done;
}

function inWords({ gone, left }: Forgotten): string {
  if (gone.length + left.length === 0) return 'nothing to forget';
  const stay = left.length === 0 ? '' : `; ${left.length} ${left.length === 1 ? 'stays' : 'stay'}`;
  return `${counted(gone.length, 'snapshot')} forgotten${gone.length === 0 ? '' : `: ${listInWords(gone.slice(0, 5))}`}${stay}`;
}

/** Also of a run that was to be told only if it failed. */
async function tell(run: FilesRun & { calls: readonly string[] }, whys: readonly string[]): Promise<void> {
  await unwithhold(run.context.store, run.runId);
  await note(run, {
    key: 'forget',
    tone: 'warning',
    mentions: run.calls,
    text: `files of deleted backups are still in the repository. ${whys.slice(0, 5).join('; ')}. After the next complete backup it tries again.`,
  });
}
