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
  | (typeof APPROVAL_STAGE)['key'];

/** What a backup has besides, which its stages depend on. `ssh`: whether the bot can log in, which only a quiesced one cannot do without. */
interface Has {
  ssh: boolean;
  files: boolean;
}

/** The stages of a backup. */
export function backupStages(mode: BackupMode, { ssh, files }: Has): readonly BackupStage[] {
  const isQuiesced = mode === 'quiesced';
  const login = ssh || isQuiesced ? (mode === 'live' ? [LOOK] : [CONNECT, LOOK]) : [];
  const before = [...login, ...(isQuiesced ? QUIET : [])];
  const after = mode === 'live' ? [] : isQuiesced ? AGAIN : REBOOT;
  return [
    ...(mode === 'live' ? [] : [APPROVAL_STAGE]),
    ...BACKUP_STAGES.flatMap((stage): BackupStage[] =>
      stage.key === 'image'
        ? [...before, stage, ...after, ...(files ? [FILES] : [])]
        : [stage, ...(stage.key === 'retention' && files ? [FORGET] : [])],
    ),
    ...(files ? [UPKEEP] : []),
  ];
}

const AFTER_RETENTION: ReadonlySet<string> = new Set<BackupStageKey>(['retention', 'forget']);

/** The first view of a backup run: nothing has happened yet. */
export function newBackupView(
  run: Omit<RunView, 'stages' | 'kind'>,
  has: { retention: boolean } & Partial<Has>,
): RunView {
  const stages = backupStages(run.mode ?? 'live', { ssh: has.ssh ?? false, files: has.files ?? false });
  return newRunView(
    { ...run, kind: 'backup' },
    stages.filter((stage) => !AFTER_RETENTION.has(stage.key) || has.retention),
  );
}
