import { isPerson } from '../../core/model/person.ts';
import type { Ping } from '../../core/ports/ping.ts';
import { type BackupInput, logsIn } from '../../runs/backup.ts';
import { type BackupStageKey, backupStages } from '../../runs/backup-stages.ts';
import type { DatastoresContext } from '../datastores/host.ts';
import type { ApprovalContext, MachineContext, RunContext } from '../run/context.ts';
import { createRun, type Run } from '../run/run.ts';
import type { Steps } from '../run/stage.ts';

export type BackupContext = RunContext &
  ApprovalContext &
  MachineContext &
  DatastoresContext & {
    /** The dead-man switch outside. */
    ping: Ping;
  };

export interface BackupRun extends Run<BackupContext> {
  input: BackupInput;
}

/**
 * Here a cancel ends the run before anything was made; later an image exists, and `watchSnapshots` tells of it. An
 * application that was stopped is started again first.
 */
const CANCELABLE: ReadonlySet<string> = new Set<BackupStageKey>([
  'approval',
  'find',
  'permissions',
  'datastores',
  'connect',
  'look',
  'stop-app',
  'idle',
  'sync',
  'image',
  'files',
]);

/** A backup asks nobody on its way: what fails ends it, and whatever was stopped is started again. */
export function createBackupRun(context: BackupContext, steps: Steps, input: BackupInput): BackupRun {
  const { runId, target, region, channel, alert: calls } = input;
  const facts = { runId, kind: 'backup', target, region, channel, calls, verb: verbOf(input) } as const;
  const run = createRun(context, steps, facts, {
    stages: backupStages(input.mode, {
      ssh: logsIn(input),
      files: input.files !== undefined,
      datastores: input.datastores !== undefined,
    }),
    heedsCancel: (key) => CANCELABLE.has(key),
    // An image may exist before its id is known.
    goesOnWith: (key) => key === 'image',
  });
  return Object.assign(run, { input });
}

/** The verb that the audit knows a backup by: somebody's `now`, or the schedule's. */
export function verbOf(input: BackupInput): string {
  return isPerson(input.requester) ? 'now' : 'schedule';
}
