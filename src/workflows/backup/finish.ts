import type { BackupResult, Outcome } from '../../core/model/backup.ts';
import { isPerson } from '../../core/model/person.ts';
import { explain } from '../../core/problems/problem.ts';
import { durationInWords } from '../../core/text/words.ts';
import type { BackupInput } from '../../runs/backup.ts';
import type { BackupStageKey } from '../../runs/backup-stages.ts';
import { finish, type LastWord } from '../run/finish.ts';
import type { UnfinishedResult } from './result.ts';
import type { BackupContext, BackupRun } from './run.ts';

/** The last step of a backup. */
export async function finishBackup(
  run: BackupRun,
  unfinished: UnfinishedResult,
  follows: readonly BackupStageKey[],
): Promise<{ outcome: Outcome }> {
  const { context, input } = run;
  return finish<BackupResult>(
    run,
    (view) => view.result,
    async (_store, finishedAt) => {
      const result: BackupResult = { ...unfinished, finishedAt };
      const { outcome, startedAt } = result;
      tellPing(context, result);
      context.metrics.runEnded(input.target, outcome, finishedAt - startedAt);
      if (outcome === 'complete') context.metrics.newestComplete(input.target, startedAt);
      return { outcome, ended: { result }, follows, note: endNote(input, result) };
    },
  );
}

/** Only a complete backup resets the dead-man switch: partial and failed are both failures to it. */
function tellPing({ ping }: BackupContext, result: BackupResult): void {
  const said = `${result.target}: ${result.runId} ended as ${result.outcome}`;
  const why = result.problem === undefined ? '' : `. ${explain(result.problem).reason}`;
  ping.tell(result.outcome === 'complete' ? 'success' : 'fail', said + why);
}

/** An edited message notifies nobody: the end is told in the thread, and a bad end in the channel. */
function endNote(input: BackupInput, result: BackupResult): LastWord['note'] {
  const took = durationInWords(result.finishedAt - result.startedAt);
  if (result.app?.state === 'down') {
    return {
      tone: 'bad',
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
      tone: 'good',
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
      tone: 'info',
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
    tone: result.outcome === 'partial' ? 'warning' : 'bad',
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
