import type { BackupMode } from '../core/model/backup.ts';
import { APPROVAL_STAGE } from '../core/run/approval-stage.ts';
import { newRunView, type RunView } from '../core/run/run-view.ts';

/** A stage of a backup, as its message shows it. Each is one durable step of the same name. */
interface BackupStage {
  key: string;
  title: string;
}

/** Those of a backup that touches nothing on the machine; size and retention follow its result, with the lock given back. */
export const BACKUP_STAGES = [
  { key: 'find', title: 'Find the Services machine' },
  { key: 'permissions', title: 'Check permissions' },
  { key: 'image', title: 'Create the image' },
  { key: 'snapshots', title: 'Copy the volumes' },
  { key: 'compare', title: 'Compare the volumes' },
  { key: 'size', title: 'Measure what was added' },
  { key: 'record', title: 'Record the outcome' },
  { key: 'retention', title: 'Apply retention' },
] as const satisfies readonly BackupStage[];

const LOOK = { key: 'look', title: 'Look at what the machine keeps' } as const;

/** Databases first: their records point at what the image has of a little later, and newer files do no harm. */
const DATASTORES = { key: 'datastores', title: 'Dump the datastores' } as const;
/** Nobody waits for it, neither the image nor an application that is away. */
const READ = { key: 'datastores-read', title: 'Read the dumps to their end' } as const;

const CONNECT = { key: 'connect', title: 'Log in to the machine' } as const;
const VERIFY = { key: 'verify-app', title: 'See that CircleCI answers' } as const;

/** Before the image of a quiesced backup: from the first one on the application is away. */
const QUIET = [
  { key: 'stop-app', title: 'Stop the application' },
  { key: 'idle', title: 'See that no builds run' },
  { key: 'sync', title: 'Have the machine write everything to disk' },
] as const satisfies readonly BackupStage[];

/** After it: what the machine writes from the first one on is not in the backup, so the application may come back. */
const AGAIN = [
  { key: 'begun', title: 'See that the snapshots have begun' },
  { key: 'start-app', title: 'Start the application' },
  VERIFY,
] as const satisfies readonly BackupStage[];

/** Beside EC2's own work on the snapshots; what the files point at is in the image before them. */
const FILES = { key: 'files', title: 'Back up the files' } as const;

/** A snapshot of files lives as long as its image. */
const FORGET = { key: 'forget', title: 'Forget the files of deleted backups' } as const;

const UPKEEP = { key: 'upkeep', title: 'Look after the repository of files' } as const;

const REBOOT = [{ key: 'reboot', title: 'Wait for the machine to be up again' }, VERIFY] as const;

export type BackupStageKey =
  | (typeof BACKUP_STAGES | typeof QUIET | typeof AGAIN | typeof REBOOT)[number]['key']
  | (typeof LOOK | typeof CONNECT | typeof FILES | typeof FORGET | typeof UPKEEP)['key']
  | (typeof DATASTORES | typeof READ)['key']
  | (typeof APPROVAL_STAGE)['key'];

/** What a backup has besides, which its stages depend on. `ssh`: whether the bot can log in, which only a quiesced one cannot do without. */
export interface BackupHas {
  ssh: boolean;
  files: boolean;
  datastores: boolean;
}

/** The stages of a backup in their order. */
export function backupStages(
  mode: BackupMode,
  { ssh, files, datastores }: BackupHas,
): readonly BackupStage[] {
  const isQuiesced = mode === 'quiesced';
  const login = ssh || isQuiesced ? (mode === 'live' ? [LOOK] : [CONNECT, LOOK]) : [];
  const dumps = datastores ? [DATASTORES] : [];
  // Dumps of a quiesced backup are made while the application is away, so that they are all of one instant.
  const quiet = QUIET.flatMap((stage): BackupStage[] => (stage.key === 'sync' ? [...dumps, stage] : [stage]));
  const before = [...login, ...(isQuiesced ? quiet : dumps)];
  const after = mode === 'live' ? [] : isQuiesced ? AGAIN : REBOOT;
  const stages = BACKUP_STAGES.flatMap((stage): BackupStage[] => {
    if (stage.key === 'image') return [...before, stage, ...after, ...(files ? [FILES] : [])];
    if (stage.key === 'snapshots') return [stage, ...(datastores ? [READ] : [])];
    return [stage, ...(stage.key === 'retention' && files ? [FORGET] : [])];
  });
  return [...(mode === 'live' ? [] : [APPROVAL_STAGE]), ...stages, ...(files ? [UPKEEP] : [])];
}

const AFTER_RETENTION: ReadonlySet<string> = new Set<BackupStageKey>(['retention', 'forget']);

/** The first view of a backup run: nothing has happened yet. */
export function newBackupView(
  run: Omit<RunView, 'stages' | 'kind'>,
  has: { retention: boolean } & Partial<BackupHas>,
): RunView {
  const { ssh = false, files = false, datastores = false } = has;
  const stages = backupStages(run.mode ?? 'live', { ssh, files, datastores });
  return newRunView(
    { ...run, kind: 'backup' },
    stages.filter((stage) => !AFTER_RETENTION.has(stage.key) || has.retention),
  );
}
