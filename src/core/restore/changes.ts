import type { CatalogueEntry } from '../catalogue/entry.ts';
import type { ElasticAddress, MachineFacts } from '../model/machine-facts.ts';
import type { RestoreOrder } from './order.ts';
import { whyNotRestorable } from './refusal.ts';

/** What EC2 shows of the things a plan names; what it does not show is missing. */
export interface FoundNow {
  entries: readonly CatalogueEntry[];
  old?: MachineFacts;
  address?: ElasticAddress;
}

/** Why a plan no longer fits, a clause each; none where it does. */
export function planChanges(order: RestoreOrder, now: FoundNow): string[] {
  return [...backupChanges(order, now), ...oldChanges(order, now), ...addressChanges(order, now)];
}

function backupChanges({ backup, target }: RestoreOrder, { entries }: FoundNow): string[] {
  if (backup === undefined) return [];
  const entry = entries.find(
    ({ backupId, imageId }) => backupId === backup.backupId && imageId === backup.imageId,
  );
  if (entry === undefined) return [`the backup ${backup.backupId} is gone`];
  if (entry.target !== target) return [`${backup.backupId} is a backup of ${entry.target}`];
  const why = whyNotRestorable(entry);
  return why === undefined ? [] : [why];
}

const ENDED = new Set(['terminated', 'shutting-down']);

function oldChanges({ old: planned, way }: RestoreOrder, { old }: FoundNow): string[] {
  if (planned === undefined || way === 'test') return [];
  const isGone = old === undefined || ENDED.has(old.state);
  if (isGone)
    return way === 'in-place'
      ? [`the machine ${planned.instanceId} is gone`]
      : [`the old machine ${planned.instanceId} was removed`];
  return [
    ...(old.state === planned.state
      ? []
      : [`${planned.instanceId} is ${old.state} and was ${planned.state}`]),
    ...(old.privateIp === planned.privateIp ? [] : [`${planned.instanceId} has another private address`]),
    ...(way === 'in-place' && old.rootVolumeId !== planned.rootVolumeId
      ? [`${planned.instanceId} has another root volume`]
      : []),
  ];
}

function addressChanges({ address: planned }: RestoreOrder, { address }: FoundNow): string[] {
  if (planned === undefined) return [];
  if (address === undefined) return [`the Elastic IP ${planned.publicIp} is gone`];
  if (address.instanceId === planned.instanceId) return [];
  return [`the Elastic IP ${planned.publicIp} belongs to ${address.instanceId ?? 'nobody'} now`];
}
