import type { BackupResult, Outcome } from '../../core/model/backup.ts';
import { isPerson } from '../../core/model/person.ts';
import { explain } from '../../core/problems/problem.ts';
import { runMessageId } from '../../core/run/run-id.ts';
import { skipPending } from '../../core/run/run-view.ts';
import { durationInWords } from '../../core/text/words.ts';
import type { BackupInput } from '../../runs/backup.ts';
import { putNote, unwithhold, updateRun } from '../../runs/run-message.ts';
import type { WorkflowContext } from '../run/context.ts';
import { runFinalStep, type Steps } from '../run/stage.ts';
import type { UnfinishedResult } from './result.ts';

/** The verb that the audit knows a run by: somebody's `now`, or the schedule's. */
export function verbOf(input: BackupInput): string {
  return isPerson(input.requester) ? 'now' : 'schedule';
}

/**
 * The last step: the final message, its notification, the audit row and the end of the lock in one transaction, so
 * that a run is either still going on or truly told.
 */
export async function finishBackup(
  context: WorkflowContext,
  steps: Steps,
  input: BackupInput,
  unfinished: UnfinishedResult,
): Promise<{ outcome: Outcome }> {
  const run = { runId: input.runId, target: input.target, channel: input.channel, verb: verbOf(input) };
  return runFinalStep(context, steps, run, async (store) => {
    const message = await store.messages.get(runMessageId(input.runId));
    const told = message?.view.kind === 'run' ? message.view.run.result : undefined;
    // A process that was killed between this and the engine's own record has told the end already.
    if (told !== undefined) return { outcome: told.outcome };
    const now = context.clock.now();
    const result: BackupResult = { ...unfinished, finishedAt: now };
    await updateRun(
      { ...context, store },
      input.runId,
      (view) => {
        const { hint: _hint, ...ended } = skipPending(view);
        return { ...ended, result };
      },
      true,
    );
    if (result.outcome !== 'complete') await unwithhold(store, input.runId);
    const note = endNote(input, result);
    if (note !== undefined) await putNote(store, now, run, note);
    await store.audit.append({
      at: now,
      kind: 'result',
      verb: verbOf(input),
      target: input.target,
      runId: input.runId,
      detail: { ...result },
    });
    await store.locks.release(input.runId);
    tellPing(context, result);
    context.metrics.runEnded(input.target, result.outcome, result.finishedAt - result.startedAt);
    if (result.outcome === 'complete') context.metrics.newestComplete(input.target, result.startedAt);
    return { outcome: result.outcome };
  });
}

/** Only a complete backup resets the dead-man switch: partial and failed are both failures to it. */
function tellPing({ ping }: WorkflowContext, result: BackupResult): void {
  const said = `${result.target}: ${result.runId} ended as ${result.outcome}`;
  const why = result.problem === undefined ? '' : `. ${explain(result.problem).reason}`;
  ping.tell(result.outcome === 'complete' ? 'success' : 'fail', said + why);
}

/** An edited message notifies nobody: the end is told in the thread, and a bad end in the channel. */
function endNote(input: BackupInput, result: BackupResult) {
  const took = durationInWords(result.finishedAt - result.startedAt);
  if (result.app?.state === 'down') {
    return {
      key: 'end',
      tone: 'bad' as const,
      broadcast: true,
      mentions: input.alert,
      text: [
        `the backup of ${input.target} has ended as ${result.outcome} after ${took}.`,
        ...result.warnings,
      ].join(' '),
    };
  }
  if (result.outcome === 'complete') {
    // A routine success is one quiet message.
    if (!isPerson(input.requester)) return undefined;
    return {
      key: 'end',
      tone: 'good' as const,
      mentions: input.alert,
      text: [
        `your backup of ${input.target} is complete after ${took}.`,
        ...awayInWords(result),
        ...result.warnings,
      ].join(' '),
    };
  }
  if (result.problem?.code === 'canceled') {
    return {
      key: 'end',
      tone: 'info' as const,
      mentions: input.alert,
      text: [
        `the backup of ${input.target} was canceled after ${took}. It does not count as a backup.`,
        ...awayInWords(result),
      ].join(' '),
    };
  }
  const why = result.problem === undefined ? '' : ` ${explain(result.problem).reason}`;
  const what =
    result.outcome === 'partial'
      ? `the backup of ${input.target} is only partial.`
      : `the backup of ${input.target} failed after ${took}.`;
  return {
    key: 'end',
    tone: result.outcome === 'partial' ? ('warning' as const) : ('bad' as const),
    broadcast: true,
    mentions: input.alert,
    text: [what + why, ...awayInWords(result)].join(' '),
  };
}

/** Of a backup for which the application or its machine was stopped. */
function awayInWords({ app }: BackupResult): string[] {
  if (app?.state !== 'up' || app.downtimeMs === undefined) return [];
  return [`CircleCI was away for ${durationInWords(app.downtimeMs)} and is up again.`];
}
