import type { BackupMode, BackupResult } from '../model/backup.ts';
import type { Requester } from '../model/person.ts';
import type { Problem } from '../problems/problem.ts';
import type { QuestionOption } from './question.ts';

/** What a run does. Each kind is a workflow of the same name. */
export type RunKind = 'backup' | 'restore' | 'cleanup' | 'prune' | 'release' | 'removal' | 'datastores';

/** How a run that is no backup has ended; a backup has its `BackupResult`. */
export interface RunEnd {
  /** `partly`: something of it is done and something is not, and both are told. */
  outcome: 'done' | 'partly' | 'failed' | 'canceled';
  /** One line that is true, e.g. `prod is restored to i-0abc from bk-20261123-0314-x4qz`. */
  headline: string;
  problem?: Problem;
  /** At most ten pairs, as `['Machine', 'i-0abc']`. */
  facts: [name: string, value: string][];
  /** What was done, what was not, what is next; plain text, a line each. */
  lines: string[];
  warnings: string[];
  /** ms since epoch. */
  startedAt: number;
  finishedAt: number;
}

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

/** A stage as the table of its workflow has it. */
export interface RunStage extends Pick<Stage, 'key' | 'title'> {
  /**
   * Set: people may go on without it. What that means, for the question before they do and for the end. What is not
   * checked is then said not to be.
   */
  skip?: string;
  /** The button that leaves it out, where its words are not the usual ones. */
  skipLabel?: string;
  /** Nobody leaves it out alone: what that does cannot be undone, and the plan says otherwise. */
  skipNeedsSecond?: true;
}

/** What the one message of a run shows; kept with the message, so that a restarted bot goes on editing it. */
export interface RunView {
  runId: string;
  kind: RunKind;
  target: string;
  region: string;
  /** Of a backup. */
  mode?: BackupMode;
  /** What the run works with, e.g. `from bk-20261123-0314-x4qz`, `a new machine`; plain text. */
  about?: string[];
  requester: Requester;
  requestedAt: number;
  note?: string;
  stages: Stage[];
  /** 0 to 100, while volumes are copied. */
  percent?: number;
  /** The newest trouble or hint, in words; gone when it healed. */
  hint?: string;
  cancelRequestedBy?: string;
  /** What the run waits for people to decide. */
  question?: {
    key: string;
    text: string;
    options: QuestionOption[];
    /** Somebody has pressed what needs more people: who, and how many are missing. */
    wanted?: { label: string; by: string[]; missing: number };
  };
  /**
   * Keys of stages that follow the last word, each in its own time: nothing of the result depends on them. Until they are
   * over the message goes on changing.
   */
  follows?: string[];
  /** How a backup has ended. */
  result?: BackupResult;
  /** How another run has ended. */
  end?: RunEnd;
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

const NAME: Record<RunKind, string> = {
  backup: 'Backup',
  restore: 'Restore',
  cleanup: 'Clean-up',
  prune: 'Retention by hand',
  release: 'Release of a held backup',
  removal: 'Removal of a restored machine',
  datastores: 'Restore of datastores',
};

/** E.g. `Restore of prod`. */
export function titleOf(run: Pick<RunView, 'kind' | 'target'>): string {
  return `${NAME[run.kind]} of ${run.target}`;
}

/** Whether the run has its last word. */
export function isEnded(view: RunView): boolean {
  return view.result !== undefined || view.end !== undefined;
}

/** The first view of any run, with these stages ahead of it. */
export function newRunView(
  run: Omit<RunView, 'stages'>,
  stages: readonly Pick<Stage, 'key' | 'title'>[],
): RunView {
  return { ...run, stages: stages.map(({ key, title }) => ({ key, title, state: 'pending' })) };
}

/** Stages that never ran are marked so at the end: the message must not look as if something were to come that is not. */
export function skipPending(view: RunView): RunView {
  return view.stages
    .filter((stage) => stage.state === 'pending' && view.follows?.includes(stage.key) !== true)
    .reduce((skipped, stage) => withStage(skipped, stage.key, { state: 'skipped' }), view);
}
