import type { InstanceRecord } from '../../../sandbox/ec2/state.ts';
import { type Disk, textAt } from '../../../sandbox/machine/disk/disk.ts';
import { TAG } from '../../../src/core/catalogue/tags.ts';
import { restoreInput } from '../../../src/runs/restore.ts';
import { type Left, leftOf } from '../schedules/left.ts';
import { isEnd, postsIn, shownIn } from '../schedules/messages.ts';
import { broken, brokenByAny, type Check } from '../schedules/promises.ts';
import { faultsOfFiles } from './files.ts';
import { isUntouched, type RestoreLeft, untruths } from './truth.ts';
import { launchedIn, type RestoreWorld } from './world.ts';

/**
 * Which promises one restore has broken, whatever happened to it; none when all were kept. The bot must have stopped, and
 * the restore must have its last word.
 */
export async function brokenPromises(world: RestoreWorld): Promise<string[]> {
  const left = await leftOf(world.dataFolder);
  const isBegun = left.begun.length > 0;
  return [
    ...(isBegun ? [] : ['no restore was begun']),
    ...brokenByAny(world, left),
    ...brokenByRestore(world, left),
  ];
}

/** Those that a restore alone gives. */
export function brokenByRestore(world: RestoreWorld, all: Left): string[] {
  const left = restoreIn(all);
  if (left === undefined)
    return broken([
      [launchedIn(world).length === 0, 'a machine was launched without an approval'],
      [isUntouched(world), 'the old machine was touched without an approval'],
    ]);
  return [
    ...broken([...ofMachines(world, left), ...ofOld(world, left)]),
    ...filesOf(world, left),
    ...postsIn(world)
      .filter((message) => isEnd(message) && shownIn(message).includes(left.order.runId))
      .flatMap((message) => untruths(world, left, message)),
  ];
}

function restoreIn({ begun, approvals, audit }: Left): RestoreLeft | undefined {
  const view = begun.find((one) => one.view.kind === 'restore')?.view;
  const approval = approvals.find(({ runId }) => runId === view?.runId);
  if (view === undefined || approval === undefined) return undefined;
  return { order: restoreInput.parse(approval.plan.start.input), approval, view, audit };
}

/** Of the machine that the restore made. */
function filesOf(world: RestoreWorld, { order }: RestoreLeft): string[] {
  const { old, known, oldDisk } = world;
  const made = [...known.keys()].filter(
    (id) => world.guard.isOwn(id) && (id !== old.instanceId || known.get(id)?.disk !== oldDisk),
  );
  return made.flatMap((id) => faultsOfFiles(world, order, id));
}

function ofMachines(world: RestoreWorld, { order }: RestoreLeft): Check[] {
  const { ec2, surplus, guard } = world;
  const launched = launchedIn(world);
  const tasks = [...ec2.tasks.values()].filter(({ state }) => state === 'succeeded');
  return [
    // One that EC2 itself has ended may be followed by another.
    [surplus.length === 0, `launched beside another one: ${surplus.join()}`],
    [order.way !== 'in-place' || launched.length === 0, `${launched.length} machines were launched`],
    [
      launched.every((one) => guard.changed.has(one.instanceId) || one.tags[TAG.run] === order.runId),
      'a machine does not carry the tag of the run',
    ],
    [launched.every(({ userData }) => userData === undefined), 'user data was copied'],
    [launched.every(hasProtection), 'a machine is not protected from termination'],
    [tasks.length <= (order.way === 'in-place' ? 1 : 0), `${tasks.length} root volumes were replaced`],
    [
      ec2.volumes.has(order.old?.rootVolumeId ?? '') || order.old === undefined,
      'the old root volume is gone',
    ],
  ];
}

/** An abort takes it off, just before the machine goes. */
function hasProtection({ disableApiTermination, state }: InstanceRecord): boolean {
  return disableApiTermination || state === 'terminated' || state === 'shutting-down';
}

function ofOld(world: RestoreWorld, { order, audit }: RestoreLeft): Check[] {
  const { old, ec2 } = world;
  const ended = ec2.calls.filter(
    ({ action, dryRun, params }) =>
      !dryRun && action === 'TerminateInstances' && JSON.stringify(params).includes(old.instanceId),
  );
  const isAllowed =
    (order.way === 'replace' && order.cutOver === 'planned') ||
    audit.some(({ kind, verb, detail }) => kind === 'request' && verb === 'answer' && detail.answer === 'go');
  const mayFence = order.way === 'replace' && isAllowed;
  return [
    [ended.length === 0, 'the old machine was to be terminated'],
    [
      order.way === 'in-place' || mayFence || isUntouched(world),
      'the old machine was touched before its time',
    ],
    [order.way === 'in-place' || isUnchanged(world), 'files of the old machine were changed'],
  ];
}

/** It ran on all the time, or was only stopped: nobody worked on it. */
function isUnchanged({ oldDisk, inBackup }: RestoreWorld): boolean {
  return [...inBackup].every(([path, text]) => path === '/etc/hostname' || textOf(oldDisk, path) === text);
}

function textOf(disk: Disk, path: string): string {
  return textAt(disk, path) ?? '';
}
