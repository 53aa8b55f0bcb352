import { hasPolicy, targetNamed } from '../../core/model/target.ts';
import { explain, type Problem, ProblemError } from '../../core/problems/problem.ts';
import type { FailedChange, ReasonedBackup, RetentionResult } from '../../core/retention/result.ts';
import { counted } from '../../core/text/words.ts';
import { runsGoingOn } from '../../runs/retention-reading.ts';
import { unwithhold } from '../../runs/run-message.ts';
import { applyRetention } from '../retention/retention.ts';
import { note } from '../run/run.ts';
import type { BackupRun } from './run.ts';

const PATIENCE_MS = 10 * 60_000;
/** More lines than this in a thread are read by nobody; the audit has them all. */
const TOLD_MAX = 15;

/**
 * Retention after a complete backup, by the policy of today's configuration. It follows the result and holds nobody up. What it
 * cannot do makes the backup no worse: it is told in the thread, and the next run tries again.
 */
export async function retainAfter(run: BackupRun): Promise<void> {
  const { context, input } = run;
  const target = targetNamed(context.targets, input.target);
  if (target === undefined || !hasPolicy(target)) return;
  await run.attempt<RetentionResult>('retention', async ({ ec2Options }) => {
    const { clock } = context;
    const planned = (going: ReasonedBackup[]) => noted(run, { planned: going });
    const deps = { ec2: context.ec2(input.region), clock, store: context.store, planned };
    try {
      const goingOn = await runsGoingOn(context.store, input.runId);
      const result = await applyRetention(deps, target, { ...goingOn, call: ec2Options(PATIENCE_MS) });
      await tell(run, result);
      const trouble = troubleIn(result.failed);
      if (trouble !== undefined) await tellTrouble(run, trouble);
      return { ok: true, value: result, detail: inWords(result) };
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code !== 'store-unavailable')
        await tellTrouble(run, couldNotRun(error.problem));
      throw error;
    }
  });
}

/** Also of a run that was to be told only if it failed. */
async function tellTrouble(run: BackupRun, text: string): Promise<void> {
  await unwithhold(run.context.store, run.runId);
  await note(run, { key: 'retention-trouble', tone: 'warning', mentions: run.calls, text });
}

function couldNotRun(problem: Problem): string {
  const { reason, next } = explain(problem);
  return `retention could not run after this backup, and deletes nothing for now. ${reason} ${next}`;
}

const CALLS = {
  enable: 'enable',
  unmark: 'take the marks off',
  disable: 'disable',
  delete: 'delete',
} as const;

/** Which call of which image was refused, with EC2's answer, and what comes next. */
function troubleIn(failed: readonly FailedChange[]): string | undefined {
  if (failed.length === 0) return undefined;
  const told = failed.slice(0, TOLD_MAX).map(({ what, backupId, imageId, problem }) => {
    const { reason, next } = explain(problem);
    return `It could not ${CALLS[what]} ${backupId} (${imageId}). ${reason} ${next}`;
  });
  const more = failed.length > TOLD_MAX ? ` And ${failed.length - TOLD_MAX} more, see the bot’s audit.` : '';
  return `retention is not done. ${[...new Set(told)].join(' ')}${more} This backup is as good as it says; after the next complete one it tries again.`;
}

function inWords(result: RetentionResult): string {
  const parts = [
    `kept ${result.kept.length}`,
    `deleted ${result.deleted.length}`,
    ...(result.disabled.length > 0 ? [`disabled ${result.disabled.length}`] : []),
    ...(gone(result).length > 0
      ? [`deleted ${counted(gone(result).length, 'snapshot')} of an earlier run`]
      : []),
    ...(result.orphans.length > 0 ? [counted(result.orphans.length, 'orphaned snapshot')] : []),
    ...(result.failed.length > 0 ? [`${result.failed.length} not done`] : []),
  ];
  return parts.join(', ');
}

/** Every backup that went, with its reason, in the run's thread and in the audit. */
async function tell(run: BackupRun, result: RetentionResult): Promise<void> {
  const changes = [
    ...result.deleted.map((one) => `deleted ${one.backupId}: ${one.reason}${left(one.snapshots)}`),
    ...result.disabled.map((one) => `disabled ${one.backupId}: ${one.reason}`),
    ...result.enabled.map((one) => `enabled ${one.backupId} again: ${one.reason}`),
    ...gone(result).map(
      (id) => `deleted snapshot ${id}: an earlier run had deleted its image, and was broken off`,
    ),
    ...result.orphans.map((one) =>
      one.doubt === undefined
        ? `orphaned snapshot ${one.snapshotId} of ${one.runId}: its image is gone${whyLeft(result, one)}`
        : `snapshot ${one.snapshotId} carries the tags of ${one.runId}, and is left alone: ${one.doubt}`,
    ),
  ];
  await noted(run, { ...result });
  if (changes.length === 0) return;
  const more = changes.length - TOLD_MAX;
  const lines = [
    ...changes.slice(0, TOLD_MAX),
    ...(more > 0 ? [`and ${more} more, see the bot’s audit`] : []),
  ];
  await note(run, {
    key: 'retention',
    tone: 'info',
    text: `Retention kept ${counted(result.kept.length, 'backup')}.\n${lines.join('\n')}`,
  });
}

function left(snapshots: RetentionResult['deleted'][number]['snapshots']): string {
  const stayed = snapshots.filter((snapshot) => snapshot.result !== 'success');
  return stayed.length === 0
    ? ''
    : ` (${stayed.map((s) => `${s.snapshotId} stays: EC2 says ${s.result}`).join(', ')})`;
}

/** A row of the audit about what retention is to do, or did. */
async function noted(
  { context: { store, clock }, target, runId }: BackupRun,
  detail: Record<string, unknown>,
): Promise<void> {
  await store.audit.append({ at: clock.now(), kind: 'stage', verb: 'prune', target, runId, detail });
}

/** Snapshots that an earlier run left behind, and this one deleted. */
function gone({ finished }: RetentionResult): string[] {
  return finished.flatMap(({ snapshotId, result }) => (result === 'success' ? [snapshotId] : []));
}

function whyLeft({ finished }: RetentionResult, { snapshotId }: RetentionResult['orphans'][number]): string {
  const tried = finished.find((one) => one.snapshotId === snapshotId);
  return tried === undefined ? '' : ` (it was to be deleted: EC2 says ${tried.result})`;
}
