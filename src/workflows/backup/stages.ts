import type { CallOptions } from '../../core/ports/ec2-call.ts';
import type { BackupInput } from '../../runs/backup.ts';
import type { BackupStageKey } from '../../runs/backup-stages.ts';
import type { WorkflowContext } from '../run/context.ts';
import { CanceledError } from '../run/interruptions.ts';
import { runStage, type StageResult, type StageTools, type Steps } from '../run/stage.ts';
import { troubleHint } from '../run/trouble.ts';
import { verbOf } from './finish.ts';

/**
 * Here a cancel ends the run before anything was made; later an image exists, and `watchSnapshots` tells of it. An
 * application that was stopped is started again first.
 */
const CANCELABLE: ReadonlySet<BackupStageKey> = new Set<BackupStageKey>([
  'find',
  'permissions',
  'connect',
  'stop-app',
  'idle',
  'sync',
  'image',
]);

export interface BackupTools extends StageTools {
  /** Aborts on a cancel of the run, too. */
  cancelOrStop: AbortSignal;
  /** Options for EC2 calls that end on a cancel. */
  options(patienceMs: number): CallOptions;
  /** Options for EC2 calls that must be brought to their end. */
  untilStopped(patienceMs: number): CallOptions;
}

export type BackupStages = <T>(
  key: BackupStageKey,
  work: (tools: BackupTools) => Promise<StageResult<T>>,
) => Promise<StageResult<T>>;

/** Stages of one backup run: each looks for a cancel first, and shows EC2's trouble as a hint in the run's message. */
export function createBackupStages(context: WorkflowContext, steps: Steps, input: BackupInput): BackupStages {
  const run = { runId: input.runId, target: input.target, channel: input.channel, verb: verbOf(input) };
  return (key, work) =>
    runStage(context, steps, run, key, async (tools) => {
      const lock = await context.store.locks.ofRun(input.runId);
      if (lock?.cancel !== undefined && CANCELABLE.has(key)) throw new CanceledError(lock.cancel.by.userId);
      const cancelOrStop = AbortSignal.any([tools.signal, context.cancelSignal(input.runId)]);
      const withSignal = (signal: AbortSignal) => (patienceMs: number) => ({
        signal,
        patienceMs,
        onTrouble: (trouble: Parameters<typeof troubleHint>[0]) => {
          const hint = troubleHint(trouble);
          if (hint !== undefined) void tools.show((view) => ({ ...view, hint })).catch(() => {});
        },
      });
      return work({
        ...tools,
        cancelOrStop,
        options: withSignal(cancelOrStop),
        untilStopped: withSignal(tools.signal),
      });
    });
}
