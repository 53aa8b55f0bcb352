import { TAG } from '../catalogue/tags.ts';
import { explain, type Problem } from '../problems/problem.ts';
import type { RunEnd, RunStage } from '../run/run-view.ts';
import { durationInWords, listInWords } from '../text/words.ts';
import type { RestoreOrder } from './order.ts';

/** How a restore ended, as the workflow knows it. */
export interface RestoreOutcome {
  kind: /** The plan was carried out to its end. */
    | 'restored'
    /** The new machine is ready, and people left the traffic where it was. */
    | 'not cut over'
    /** People aborted it. */
    | 'aborted'
    /** It stopped before anything was done. */
    | 'refused'
    /** Somebody canceled it before anything was done. */
    | 'canceled';
  problem?: Problem;
  instanceId?: string;
  privateIp?: string;
  publicIp?: string;
  /** What of the launched machine is not as it was planned; a clause each. */
  differs?: readonly string[];
  /** Steps that were done, and those that people left out, by key. */
  done: readonly string[];
  left: readonly string[];
  /** Of an abort: whether what the run made is gone, and whether the cut-over is as before. */
  removed?: boolean;
  /** Why it is not. */
  kept?: Problem;
  /** Files that were changed, with their originals beside them. */
  originals: readonly string[];
  cutOver: 'not begun' | 'begun' | 'undone' | 'done';
}

/** The last word of a restore. Nothing in it is called done unless its step was. */
export function restoreEnd(
  order: RestoreOrder,
  outcome: RestoreOutcome,
  stages: readonly RunStage[],
): Omit<RunEnd, 'finishedAt'> {
  const skipped = stages.filter(({ key }) => outcome.left.includes(key));
  const warnings = [
    ...(outcome.removed === true ? [] : (outcome.differs ?? [])).map(
      (what) => `Not as it was planned: ${what}.`,
    ),
    ...skipped.map((stage) => `Left out: “${stage.title}”. ${stage.skip ?? ''}`.trim()),
    ...liftedInWords(outcome.kept),
    ...(outcome.removed === false
      ? [
          // EC2 may have ended it by itself, and not let the bot see that.
          `What this run launched was not seen to be gone: look in EC2 for the tag ${TAG.run} with ${order.runId}. What is ` +
            'there costs money until somebody removes it.',
        ]
      : []),
    ...(outcome.kind === 'aborted' && outcome.cutOver === 'begun'
      ? [
          'The cut-over is neither done nor undone. Look at both machines and the Elastic IP in the EC2 console now.',
        ]
      : []),
  ];
  return {
    outcome: outcomeOf(outcome, warnings),
    headline: headline(order, outcome),
    ...problemOf(outcome),
    facts: facts(order, outcome),
    lines: [...linesOf(order, outcome, stages)],
    warnings,
    startedAt: order.requestedAt,
  };
}

/** What a removal had lifted for its own sake and could not put back. */
export function liftedInWords(problem: Problem | undefined): string[] {
  return problem?.code === 'machine-unprotected'
    ? [
        `The termination protection of ${problem.instanceId} is off: the bot had lifted it to remove the machine, and could not put it back.`,
      ]
    : [];
}

/** Of what is removed there is nothing to mend: its problem is told, and not what to do about it. */
function problemOf({ problem, removed }: RestoreOutcome): { problem?: Problem } {
  return problem === undefined || problem.code === 'canceled' || removed === true ? {} : { problem };
}

function outcomeOf(
  { kind, problem, removed, cutOver }: RestoreOutcome,
  warnings: readonly string[],
): RunEnd['outcome'] {
  if (kind === 'restored') return warnings.length === 0 ? 'done' : 'partly';
  if (kind === 'not cut over') return 'partly';
  if (kind === 'canceled') return 'canceled';
  if (kind === 'refused') return 'failed';
  if (removed === false || cutOver === 'begun') return 'failed';
  return problem === undefined || problem.code === 'canceled' ? 'canceled' : 'failed';
}

function headline(order: RestoreOrder, { kind, instanceId, problem }: RestoreOutcome): string {
  const { target, way, backup, old } = order;
  const from = backup === undefined ? 'its former root volume' : backup.backupId;
  switch (kind) {
    case 'restored':
      if (way === 'test') return `The test restore of ${target} from ${from} runs on ${instanceId}`;
      if (way === 'in-place') return `${target} runs on ${old?.instanceId} again, from ${from}`;
      return `${target} runs on ${instanceId}, restored from ${from}`;
    case 'not cut over':
      return `A new machine for ${target} is ready (${instanceId}), but ${target} was not moved to it`;
    case 'aborted':
      return problem === undefined || problem.code === 'canceled'
        ? `The restore of ${target} was aborted`
        : `The restore of ${target} FAILED and was aborted`;
    case 'refused':
      return `The restore of ${target} did not begin`;
    case 'canceled':
      return `The restore of ${target} was canceled before anything was done`;
  }
}

function facts(order: RestoreOrder, outcome: RestoreOutcome): [string, string][] {
  const { backup, address, old, way } = order;
  const { instanceId, privateIp, publicIp, kind, cutOver } = outcome;
  const isThere = kind === 'restored' || kind === 'not cut over';
  const public_ = cutOver === 'done' && address !== undefined ? address.publicIp : publicIp;
  return [
    ...(backup === undefined
      ? []
      : [
          [
            'Backup',
            `${backup.backupId}, ${durationInWords(order.requestedAt - backup.createdAt)} old when asked for`,
          ] as [string, string],
        ]),
    ...(isThere && instanceId !== undefined ? [['Machine', instanceId] as [string, string]] : []),
    ...(isThere && privateIp !== undefined ? [['Private address', privateIp] as [string, string]] : []),
    ...(isThere && public_ !== undefined ? [['Public address', public_] as [string, string]] : []),
    ...(old === undefined || way === 'in-place'
      ? []
      : [[way === 'test' ? 'Real machine' : 'Old machine', oldState(order, outcome)] as [string, string]]),
  ];
}

function oldState({ old, way }: RestoreOrder, { cutOver, done }: RestoreOutcome): string {
  const id = old?.instanceId ?? '';
  if (way === 'test' || cutOver === 'not begun') return `${id}, not touched`;
  if (cutOver === 'undone')
    return old?.state === 'running' ? `${id}, stopped for a while, runs again` : `${id}, as it was`;
  if (cutOver === 'done' && done.includes('fence')) return `${id}, stopped, not terminated`;
  return `${id}, look at it in EC2`;
}

function linesOf(order: RestoreOrder, outcome: RestoreOutcome, stages: readonly RunStage[]): string[] {
  const titles = (keys: readonly string[]) =>
    stages.filter(({ key }) => keys.includes(key)).map(({ title }) => title);
  const isEnd = outcome.kind === 'restored';
  const notDone = isEnd
    ? []
    : titles(stages.map(({ key }) => key).filter((key) => !outcome.done.includes(key)));
  const { problem, removed } = outcome;
  return [
    ...(removed !== true || problem === undefined || problem.code === 'canceled'
      ? []
      : [`What stopped it: ${explain(problem).reason}`]),
    ...(isEnd || outcome.done.length === 0 ? [] : [`Done: ${listInWords(titles(outcome.done))}.`]),
    ...(notDone.length === 0 ? [] : [`Not done: ${listInWords(notDone)}.`]),
    ...(outcome.removed === true ? ['What this run launched is removed.'] : []),
    ...(order.way === 'in-place' && outcome.done.includes('root') && order.old?.rootVolumeId !== undefined
      ? [`The former root volume ${order.old.rootVolumeId} is kept: it is the way back.`]
      : []),
    ...(hasOriginals(order, outcome)
      ? [
          `The originals of ${listInWords(outcome.originals)} are on the machine as *.circleci-backup-${order.runId}. They hold Replicated’s token: a button below the list removes them.`,
        ]
      : []),
    ...(isEnd && order.way !== 'test' && order.backup !== undefined
      ? ['Everything that happened in CircleCI after the backup is lost.']
      : []),
  ];
}

/** Whether originals stay on a machine that people go on with; those of a test machine go with it. */
export function hasOriginals(order: RestoreOrder, { kind, originals }: RestoreOutcome): boolean {
  const stays = kind === 'restored' || kind === 'not cut over' || order.way === 'in-place';
  return originals.length > 0 && order.way !== 'test' && stays;
}
