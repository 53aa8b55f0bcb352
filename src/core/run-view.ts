import type { BackupMode, BackupResult, Requester } from './model.ts';

export type StageState = 'pending' | 'running' | 'done' | 'failed' | 'skipped';

export interface Stage {
  key: string;
  title: string;
  state: StageState;
  /** ms since epoch. */
  startedAt?: number;
  endedAt?: number;
  detail?: string;
}

/** What the one message of a run shows; kept with the message, so that a restarted bot goes on editing it. */
export interface RunView {
  runId: string;
  target: string;
  region: string;
  mode: BackupMode;
  requestedBy: Requester;
  requestedAt: number;
  note?: string;
  stages: Stage[];
  /** 0 to 100, while volumes are copied. */
  percent?: number;
  /** The newest trouble or hint, in words; gone when it healed. */
  hint?: string;
  cancelRequestedBy?: string;
  result?: BackupResult;
  /** Set when Slack did not confirm the run's first message, and this one takes its place. */
  continued?: boolean;
  insteadOf?: InsteadOf;
}

/** Set on a direct message that stands in for one which its channel did not take, with Slack's error code. */
export interface InsteadOf {
  channel: string;
  code: string;
}

/** A view with one stage changed; unknown keys change nothing. */
export function withStage(view: RunView, key: string, change: Partial<Stage>): RunView {
  return {
    ...view,
    stages: view.stages.map((stage) => (stage.key === key ? { ...stage, ...change } : stage)),
  };
}

/** The stage that runs now, else the last that ended. */
export function currentStage(view: RunView): Stage | undefined {
  return view.stages.find((s) => s.state === 'running') ?? view.stages.findLast((s) => s.state !== 'pending');
}

/** The stages of a backup in their order, as its message shows them. Each is one durable step of the same name. */
export const BACKUP_STAGES = [
  { key: 'find', title: 'Find the Services machine' },
  { key: 'permissions', title: 'Check permissions' },
  { key: 'image', title: 'Create the image' },
  { key: 'snapshots', title: 'Copy the volumes' },
  { key: 'compare', title: 'Compare the volumes' },
  { key: 'size', title: 'Measure what was added' },
  { key: 'record', title: 'Record the outcome' },
  { key: 'retention', title: 'Apply retention' },
] as const satisfies readonly Pick<Stage, 'key' | 'title'>[];

/** The first view of a backup run: nothing has happened yet. */
export function newBackupView(run: Omit<RunView, 'stages'>, has: { retention: boolean }): RunView {
  const stages = BACKUP_STAGES.filter((stage) => stage.key !== 'retention' || has.retention);
  return { ...run, stages: stages.map((stage) => ({ ...stage, state: 'pending' })) };
}

/** Stages that never ran are marked so at the end: the message must not look as if something were still to come. */
export function skipPending(view: RunView): RunView {
  return view.stages
    .filter((stage) => stage.state === 'pending')
    .reduce((skipped, stage) => withStage(skipped, stage.key, { state: 'skipped' }), view);
}
