import { changed } from '../../core/approval/planned-machine.ts';
import { type Target, targetNamed } from '../../core/model/target.ts';
import { explain, type Problem } from '../../core/problems/problem.ts';
import { pruneChanges } from '../../core/retention/planned-prune.ts';
import type { RetentionTarget } from '../../core/retention/reading.ts';
import type { RetentionResult } from '../../core/retention/result.ts';
import { withoutGrace } from '../../core/retention/without-grace.ts';
import type { RunEnd } from '../../core/run/run-view.ts';
import { counted, listInWords } from '../../core/text/words.ts';
import { proofRecord } from '../../runs/own-backups.ts';
import { againOf, PRUNE, PRUNE_STAGES, type PruneInput } from '../../runs/prune.ts';
import { previewRetention, runsGoingOn } from '../../runs/retention-reading.ts';
import { approvedStage, type Compared } from '../run/approval-stage.ts';
import type { ApprovalContext, Ec2Context, RunContext } from '../run/context.ts';
import { finishRun } from '../run/finish.ts';
import { begunAt, createRun, factsOf, type Run } from '../run/run.ts';
import type { StageResult, Steps } from '../run/stage.ts';
import { applyRetention } from './retention.ts';

const PATIENCE_MS = 10 * 60_000;
/** More lines than this are read by nobody; the audit has them all. */
const LINES_MAX = 25;

type PruneContext = RunContext & ApprovalContext & Ec2Context;

type Unfinished = Omit<RunEnd, 'startedAt' | 'finishedAt'>;

/** Retention at a person's wish, once somebody else has approved the list: nothing besides it. */
export async function prune(
  context: PruneContext,
  steps: Steps,
  input: PruneInput,
): Promise<{ outcome: RunEnd['outcome'] }> {
  const run = createRun(context, steps, factsOf('prune', input), {
    stages: PRUNE_STAGES,
    goesOnWith: (key) => key === 'prune',
  });
  const startedAt = await begunAt(run, input.requestedAt);
  const end = (unfinished: Unfinished) => finishRun(run, { ...unfinished, startedAt });

  const compared = { again: againOf(input), changes: changesOf(context, input) };
  const approved = await approvedStage(run, { workflow: PRUNE, input }, compared);
  if (!approved.ok) return end(failed(input, approved.problem, false));
  const pruned = await pruneStage(run, input);
  return end(pruned.ok ? ended(input, pruned.value) : failed(input, pruned.problem, true));
}

/** Whatever of the list retention would not do any more. */
function changesOf({ ec2, clock, store }: PruneContext, input: PruneInput): Compared['changes'] {
  return async (target, tools) => {
    const now = await previewRetention(ec2(input.region), rulesOf(input, target), {
      now: clock.now(),
      ...(await runsGoingOn(store)),
      record: await proofRecord(target, store),
      call: tools.ec2Options(PATIENCE_MS),
    });
    return [...changed('the region', input.region, target.region), ...pruneChanges(input, now)];
  };
}

function rulesOf({ withoutGrace: isWithout }: PruneInput, target: Target): RetentionTarget {
  return isWithout ? withoutGrace(target) : target;
}

function pruneStage(run: Run<PruneContext>, input: PruneInput): Promise<StageResult<RetentionResult>> {
  const { context } = run;
  const { store, clock } = context;
  return run.attempt<RetentionResult>('prune', async (tools) => {
    const target = targetNamed(context.targets, input.target);
    if (target === undefined)
      return { ok: false, problem: { code: 'approval-target-gone', target: input.target } };
    const isCanceled = (await store.locks.ofRun(run.runId))?.cancel !== undefined;
    const result = await applyRetention(
      { ec2: context.ec2(input.region), clock, store },
      rulesOf(input, target),
      {
        ...(await runsGoingOn(store)),
        call: tools.ec2Options(PATIENCE_MS),
        only: input.only,
        isStopped: () => isCanceled || tools.wanted.aborted,
      },
    );
    return { ok: true, value: result, detail: inWords(result), audit: { ...result } };
  });
}

function inWords({ deleted, disabled, enabled, failed: left, notReached = [] }: RetentionResult): string {
  return listInWords([
    `${deleted.length} deleted`,
    ...(disabled.length > 0 ? [`${disabled.length} disabled`] : []),
    ...(enabled.length > 0 ? [`${enabled.length} enabled again`] : []),
    ...(left.length > 0 ? [`${left.length} could not be deleted`] : []),
    ...(notReached.length > 0 ? [`${notReached.length} not reached`] : []),
  ]);
}

function ended(input: PruneInput, result: RetentionResult): Unfinished {
  const { notReached = [], beyond = [] } = result;
  const lines = [
    ...result.deleted.map((one) => `deleted ${one.backupId}: ${one.reason}${snapshotsLeft(one.snapshots)}`),
    ...result.disabled.map((one) => `disabled ${one.backupId}: ${one.reason}`),
    ...result.enabled.map((one) => `enabled ${one.backupId} again: ${one.reason}`),
    ...result.failed.map((one) => `not done: ${one.backupId}. ${explain(one.problem).reason}`),
    ...notReached.map((one) => `not reached: ${one.backupId}`),
  ];
  const rest = lines.length - LINES_MAX;
  return {
    outcome: notReached.length > 0 ? 'canceled' : result.failed.length > 0 ? 'partly' : 'done',
    headline: `Retention by hand of ${input.target}: ${inWords(result)}`,
    facts: [['Kept', counted(result.kept.length, 'backup')]],
    lines: [
      ...lines.slice(0, LINES_MAX),
      ...(rest > 0 ? [`and ${rest} more, see the bot’s audit`] : []),
      ...(lines.length === 0 ? ['By now there was nothing left to do of the plan.'] : []),
    ],
    warnings: [
      ...goneBefore(input, result),
      ...(beyond.length > 0
        ? [
            `The plan of now would change ${counted(beyond.length, 'backup')} more than the plan says: ` +
              `${listInWords(beyond.slice(0, 10).map((one) => one.backupId))}. That was left; the next retention decides.`,
          ]
        : []),
      ...(result.orphans.length > 0
        ? [
            `${counted(result.orphans.length, 'snapshot')} without an image ${result.orphans.length === 1 ? 'stays' : 'stay'}: /circleci-backup prune shows what is left.`,
          ]
        : []),
    ],
  };
}

/** A run that was interrupted has no list of what it deleted before: what is missing now is said. */
function goneBefore({ only }: PruneInput, result: RetentionResult): string[] {
  const { kept, deleted, disabled, leftAlone, failed: left, beyond = [], notReached = [] } = result;
  const seen = new Set(
    [kept, deleted, disabled, leftAlone, left, beyond, notReached].flat().map((one) => one.imageId),
  );
  const gone = only.deleting.filter((imageId) => !seen.has(imageId));
  if (gone.length === 0) return [];
  return [
    `Gone already: ${listInWords(gone.slice(0, 10))}${gone.length > 10 ? ` and ${gone.length - 10} more` : ''}. ` +
      'This run has deleted them before it was interrupted, or somebody else has.',
  ];
}

function snapshotsLeft(snapshots: RetentionResult['deleted'][number]['snapshots']): string {
  const left = snapshots.filter((one) => one.result !== 'success');
  return left.length === 0
    ? ''
    : ` (${left.map((one) => `${one.snapshotId} stays: EC2 says ${one.result}`).join(', ')})`;
}

function failed(input: PruneInput, problem: Problem, begun: boolean): Unfinished {
  const isCanceled = problem.code === 'canceled';
  return {
    outcome: isCanceled ? 'canceled' : 'failed',
    headline: `Retention by hand of ${input.target} ${isCanceled ? 'was canceled' : 'failed'}`,
    problem,
    facts: [],
    lines: [
      begun && !isCanceled
        ? 'Some backups may be gone: /circleci-backup list shows what is there. Asking again does no harm.'
        : 'Nothing was deleted.',
    ],
    warnings: [],
  };
}
