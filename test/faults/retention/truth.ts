import type { ImageRecord } from '../../../sandbox/ec2/state.ts';
import { TAG } from '../../../src/core/catalogue/tags.ts';
import type { RunEnd, RunView, Stage } from '../../../src/core/run/run-view.ts';
import { pruneInput } from '../../../src/runs/prune.ts';
import { releaseInput } from '../../../src/runs/release.ts';
import type { AccountWorld } from '../schedules/account.ts';
import type { Left } from '../schedules/left.ts';
import { broken, type Check } from '../schedules/promises.ts';

/** Promises of retention that were broken: after a backup, by hand, and of holds. */
export function brokenByRetention(world: AccountWorld, left: Left): string[] {
  const ends = left.begun.flatMap(({ view }): Check[] => {
    if (view.end === undefined) return [];
    if (view.kind === 'prune') return ofPrune(world, left, view, view.end);
    return view.kind === 'release' ? ofRelease(world, left, view, view.end) : [];
  });
  return broken([...ofDeletions(world, left), ...ends]);
}

/** Of whatever the bot deleted. */
function ofDeletions({ ec2, guard, maxAgeMs }: AccountWorld, left: Left): Check[] {
  const reasons = left.audit
    .filter(({ detail }) => 'deleted' in detail || 'planned' in detail || 'summary' in detail)
    .map(({ detail }) => JSON.stringify(detail))
    .join('\n');
  const told = [reasons, ...left.notes, ...left.begun.map(({ view }) => JSON.stringify(view))].join('\n');
  return guard.deletions.flatMap(({ imageId, at, newestAt }): Check[] => {
    const snapshots = guard.images.get(imageId)?.mappings.map(({ snapshotId }) => snapshotId) ?? [];
    const stayed = snapshots.filter((id) => ec2.snapshots.has(id));
    return [
      [newestAt !== undefined, `${imageId} was deleted while no complete backup was there`],
      [at - (newestAt ?? at) <= maxAgeMs, `${imageId} was deleted while the newest complete one was overdue`],
      [told.includes(imageId), `${imageId} went without a reason`],
      [stayed.every((id) => told.includes(id)), `${stayed.join()} of ${imageId} stayed without a word`],
    ];
  });
}

function ofPrune(world: AccountWorld, left: Left, { runId, stages }: RunView, end: RunEnd): Check[] {
  const { guard, ec2 } = world;
  const approval = left.approvals.find((one) => one.runId === runId);
  const { only, backups } = pruneInput.parse(approval?.plan.start.input);
  const planned = Object.values(only).flat();
  const gone = deletedIn(world, left, runId, stages);
  const imageOf = (backupId: string) => Object.keys(backups).find((id) => backups[id] === backupId) ?? '';
  const said = [end.headline, ...end.lines, ...end.warnings].join('\n');
  const about = (verb: string, isTrue: (imageId: string) => boolean): Check[] =>
    end.lines.flatMap((line): Check[] => {
      const [, backupId] = new RegExp(`^${verb}:? (bk-[\\w-]+)`).exec(line) ?? [];
      const imageId = imageOf(backupId ?? '');
      return backupId === undefined
        ? []
        : [[isTrue(imageId) || guard.changed.has(imageId), `“${line}” is not so`]];
    });
  const counted = Number(/: (\d+) deleted/.exec(end.headline)?.[1] ?? 0);
  return [
    [gone.every((id) => only.deleting.includes(id)), `${gone.join()} were not all in the plan`],
    [said.includes('and ') || counted === about('deleted', () => true).length, `it says “${end.headline}”`],
    [!said.includes('Nothing was deleted.') || gone.length === 0, `it says that of ${gone.join()}`],
    [
      gone.every((id) => said.includes(backups[id] ?? id) || said.includes(id) || end.problem !== undefined),
      `${gone.join()} are not all told`,
    ],
    ...about('deleted', (id) => gone.includes(id)),
    ...about('disabled', (id) => ec2.images.get(id)?.state === 'disabled' || !ec2.images.has(id)),
    ...about('not done', (id) => planned.includes(id) && !gone.includes(id)),
    ...about('not reached', (id) => !gone.includes(id)),
  ];
}

/** Images that went while a run's own stage deleted, and no other run's retention. */
function deletedIn({ guard }: AccountWorld, left: Left, runId: string, stages: readonly Stage[]): string[] {
  const others = left.begun.flatMap(({ view }) => (view.runId === runId ? [] : view.stages));
  return guard.deletions
    .filter(({ at }) => isDuring(stages, 'prune', at) && !isDuring(others, 'retention', at))
    .map(({ imageId }) => imageId);
}

function isDuring(stages: readonly Stage[], key: string, at: number): boolean {
  return stages.some(
    (stage) => stage.key === key && at >= (stage.startedAt ?? at + 1) && at <= (stage.endedAt ?? at),
  );
}

function ofRelease({ guard, ec2 }: AccountWorld, left: Left, { runId }: RunView, end: RunEnd): Check[] {
  const approval = left.approvals.find((one) => one.runId === runId);
  const { backup } = releaseInput.parse(approval?.plan.start.input);
  const { imageId } = backup;
  const image = guard.images.get(imageId);
  const said = [end.headline, ...end.lines, ...end.warnings].join('\n');
  const isHeldAnew = left.audit.some(
    (row) => row.verb === 'hold' && row.kind === 'request' && row.runId === backup.backupId,
  );
  const taken = ec2.calls.filter(
    ({ action, dryRun, at, params }) =>
      action === 'DisableImageDeregistrationProtection' &&
      !dryRun &&
      params.ImageId === imageId &&
      at + guard.aheadMs >= end.startedAt &&
      at + guard.aheadMs <= end.finishedAt,
  );
  return [
    [
      !/is released$/m.test(end.headline) ||
        image === undefined ||
        !isHeld(image) ||
        end.outcome === 'partly' ||
        isHeldAnew ||
        guard.changed.has(imageId),
      `it says “${end.headline}”`,
    ],
    [!said.includes('has taken no hold off') || taken.length === 0, 'it says that it has taken no hold off'],
  ];
}

function isHeld({ tags, protection }: ImageRecord): boolean {
  return tags[TAG.held] !== undefined || protection !== 'disabled';
}
