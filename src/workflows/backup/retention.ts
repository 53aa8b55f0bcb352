import { hasPolicy } from '../../core/model/target.ts';
import type { ReasonedBackup, RetentionResult } from '../../core/retention/result.ts';
import { counted } from '../../core/text/words.ts';
import { applyRetention } from '../retention/retention.ts';
import { note } from '../run/run.ts';
import type { BackupRun } from './run.ts';

const PATIENCE_MS = 10 * 60_000;
/** More lines than this in a thread are read by nobody; the audit has them all. */
const TOLD_MAX = 15;

/**
 * Retention after a complete backup, by the policy of today's configuration. What it cannot delete makes the backup no
 * worse: it is told as a warning, and the next run tries again.
 */
export async function retainAfter(run: BackupRun): Promise<{ warnings: string[] }> {
  const { context, input } = run;
  const target = context.targets.find((t) => t.name === input.target);
  if (target === undefined || !hasPolicy(target)) return { warnings: [] };
  const done = await run.attempt<RetentionResult>('retention', async ({ ec2Options }) => {
    const locks = await context.store.locks.all();
    const running = new Set(locks.map((lock) => lock.runId).filter((runId) => runId !== input.runId));
    const { clock } = context;
    const planned = (going: ReasonedBackup[]) => noted(run, { planned: going });
    const deps = { ec2: context.ec2(input.region), clock, store: context.store, planned };
    const result = await applyRetention(deps, target, { running, call: ec2Options(PATIENCE_MS) });
    await tell(run, result);
    return { ok: true, value: result, detail: inWords(result) };
  });
  if (!done.ok)
    return { warnings: [`Retention could not run (${done.problem.code}); nothing was deleted by it.`] };
  const left = done.value.failed.map((f) => f.backupId);
  return {
    warnings:
      left.length === 0 ? [] : [`Retention could not delete ${left.join(', ')}; the next run tries again.`],
  };
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
    ...(result.failed.length > 0 ? [`${result.failed.length} could not be deleted`] : []),
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
