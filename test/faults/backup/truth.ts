import type { BackupResult } from '../../../src/core/model/backup.ts';
import type { StepEvent } from '../../../src/core/ports/step-event.ts';
import type { RunView } from '../../../src/core/run/run-view.ts';
import { brokenByRetention } from '../retention/truth.ts';
import { type AccountWorld, appOf } from '../schedules/account.ts';
import type { Left } from '../schedules/left.ts';
import { isEnd, postsIn, shownIn } from '../schedules/messages.ts';
import { broken, type Check, unapproved } from '../schedules/promises.ts';

/** What EC2 had of a run's image when the run had seen enough of it. */
export interface SeenImage {
  isAvailable: boolean;
  /** Devices of the machine without a completed snapshot in it. */
  missing: string[];
}

/** Looks at the images of a run at the moment on which its verdict rests. */
export function observeImages({ ec2, guard, seen }: AccountWorld, { runId, step, phase }: StepEvent): void {
  if (step !== 'snapshots' || phase !== 'done') return;
  const image = imageOf({ guard }, runId);
  const isDone = (device: string) => {
    const snapshotId = image?.mappings.find((mapping) => mapping.device === device)?.snapshotId;
    return ec2.snapshots.get(snapshotId ?? '')?.state === 'completed';
  };
  seen.set(runId, {
    isAvailable: image !== undefined && ec2.images.has(image.imageId) && image.state === 'available',
    missing: guard.machine.devices.map(({ device }) => device).filter((device) => !isDone(device)),
  });
}

function imageOf({ guard }: Pick<AccountWorld, 'guard'>, runId: string) {
  return [...guard.images.values()].find(({ name }) => name === `circleci-backup/prod/${runId}`);
}

/** Promises of backups that were broken. */
export function brokenByBackups(world: AccountWorld, left: Left): string[] {
  const checks = left.begun.flatMap(({ view }): Check[] =>
    view.kind !== 'backup' || view.result === undefined ? [] : ofBackup(world, left, view, view.result),
  );
  return [...broken([...checks, ...ofApplication(world, left)]), ...brokenByRetention(world, left)];
}

function ofBackup(world: AccountWorld, left: Left, { runId }: RunView, result: BackupResult): Check[] {
  const { outcome, problem, app, mode, warnings } = result;
  const image = imageOf(world, runId);
  const said = postsIn(world)
    .filter((message) => isEnd(message) && shownIn(message).includes(runId))
    .map(shownIn)
    .join('\n');
  const { isAvailable, missing } = world.seen.get(runId) ?? { isAvailable: false, missing: ['all'] };
  const canceled = left.audit.some((row) => row.kind === 'cancel' && row.runId === runId);
  const about = (text: RegExp, isTrue: boolean, fault = String(text)): Check[] =>
    text.test(said) ? [[isTrue, `${runId} says ${fault}, which is not so`]] : [];
  const headlines = /Backup of prod (?:is complete|is PARTIAL|FAILED|was canceled)/;
  return [
    [headlines.test(said), `nothing is known of what “${said.split('\n')[0]}” claims`],
    ...about(/Backup of prod is complete/, outcome === 'complete' && isAvailable && missing.length === 0),
    ...about(
      /Backup of prod is PARTIAL/,
      outcome === 'partial' && isAvailable && (missing.length > 0 || problem?.code !== 'volumes-missing'),
    ),
    ...about(/Backup of prod FAILED/, outcome === 'failed' && problem !== undefined),
    ...about(/Backup of prod was canceled/, canceled),
    ...about(/nothing was made/, image === undefined),
    ...about(/CircleCI\*?\nis up|is up again/, app?.state === 'up'),
    ...about(/NOT UP/, app?.state === 'down'),
    [outcome !== 'complete' || problem === undefined, `${runId} is complete with a problem`],
    [
      image === undefined ||
        world.guard.outcomes.get(image.imageId) === outcome ||
        problem?.code === 'image-vanished' ||
        result.imageId === undefined ||
        warnings.length > 0,
      `its tags say ${world.guard.outcomes.get(image?.imageId ?? '')} of ${runId}, its message ${outcome}`,
    ],
    [
      mode === 'live' || outcome !== 'complete' || world.appAt.get(image?.imageId ?? '') === AT_IMAGE[mode],
      `at the image of ${runId} CircleCI was ${world.appAt.get(image?.imageId ?? '')}`,
    ],
  ];
}

const AT_IMAGE = { quiesced: 'stopped', reboot: 'away' } as const;

/** It is up in the end, or the last word says that it is not. */
export function ofApplication(world: AccountWorld, left: Left): Check[] {
  const { machines, guard } = world;
  const away = left.begun.filter(({ view }) => view.kind === 'backup' && view.mode !== 'live');
  const orders = machines.running.get(guard.machine.instanceId)?.orders ?? [];
  const stops = orders.filter((order) => order === 'stopping').length;
  const isTold = away.some(({ view }) => view.result?.app?.state === 'down');
  const isAllowed = away.some(({ view }) => !unapproved(left).includes(view.runId));
  const strangers = [...machines.running.values()].filter(({ instanceId }) => !guard.isOwn(instanceId));
  return [
    [
      appOf(world) === 'started' || isTold || guard.machine.state !== 'running',
      `in the end CircleCI is ${appOf(world)}`,
    ],
    [stops <= 1, `CircleCI was stopped ${stops} times`],
    [guard.machine.reboots <= 1, `the machine was restarted ${guard.machine.reboots} times`],
    [isAllowed || orders.length + guard.machine.reboots === 0, 'CircleCI was stopped without an approval'],
    [strangers.every((one) => one.orders.length === 0), 'an application of others was told something'],
  ];
}
