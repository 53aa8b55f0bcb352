import { type Disk, textAt } from '../../../sandbox/machine/disk/disk.ts';
import { addressChanges } from '../../../src/core/restore/address-changes.ts';
import type { RestoreOrder } from '../../../src/core/restore/order.ts';
import { rewriteAddresses } from '../../../src/core/restore/rewrite-addresses.ts';
import type { Known, RestoreWorld } from './world.ts';

/** What a machine writes by itself, or a restore removes as a whole. */
const OWN = /^\/(?:opt\/nomad|var|proc|dev|tmp|etc\/hostname$|etc\/ssh\/ssh_host)/;
const REPLICATED = /^\/etc\/(?:default|sysconfig)\/replicated(?:-operator|-agent)?$/;

/**
 * What is wrong with the files of a machine that runs from the backup, at any moment of the restore or after it: each of
 * Replicated's is as it was or as it should be, with the original beside it, and no other has changed.
 */
export function faultsOfFiles(world: RestoreWorld, order: RestoreOrder, instanceId: string): string[] {
  const known = world.known.get(instanceId);
  if (known === undefined) return [];
  const { disk } = known;
  return [...world.inBackup].flatMap(([path, text]) => {
    if (REPLICATED.test(path)) return faultsOfFile(disk, order, path, text, rewritten(known, order, text));
    return OWN.test(path) || (textAt(disk, path) ?? '') === text ? [] : [`${path} has changed`];
  });
}

/** Whether all of Replicated's files hold the new addresses. */
export function isRewritten(world: RestoreWorld, order: RestoreOrder, instanceId: string): boolean {
  const known = world.known.get(instanceId);
  return (
    known !== undefined &&
    [...world.inBackup].every(
      ([path, text]) => !REPLICATED.test(path) || textAt(known.disk, path) === rewritten(known, order, text),
    )
  );
}

function faultsOfFile(
  disk: Disk,
  { runId }: RestoreOrder,
  path: string,
  before: string,
  after: string,
): string[] {
  const now = textAt(disk, path);
  const kept = `${path}.circleci-backup-${runId}`;
  const original = textAt(disk, kept);
  const node = disk.files.get(path);
  return [
    ...(now === before || now === after ? [] : [`${path} is neither as it was nor as it should be: ${now}`]),
    ...(now === before || original === before
      ? []
      : [`${path} was changed, and ${kept} is not its original`]),
    ...(original === undefined || original === before ? [] : [`${kept} is half an original`]),
    ...(node?.mode === 0o644 && node.uid === 0 && node.gid === 0
      ? []
      : [`${path} has another owner or mode`]),
  ];
}

function rewritten({ privateIp, publicIp }: Known, order: RestoreOrder, text: string): string {
  return rewriteAddresses(
    text,
    addressChanges(order, { privateIp, ...(publicIp !== undefined && { publicIp }) }),
  ).text;
}
