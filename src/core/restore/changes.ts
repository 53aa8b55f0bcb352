import { actorChanges, changed, selectorChanges } from '../approval/planned-machine.ts';
import type { CatalogueEntry } from '../catalogue/entry.ts';
import { doubtInWords } from '../catalogue/ownership.ts';
import type { InstanceFacts } from '../model/instance.ts';
import type { ElasticAddress, MachineFacts } from '../model/machine-facts.ts';
import { NOMAD_STATE, REPLICATED_PATHS } from '../model/machine-paths.ts';
import type { RestoreOrder } from './order.ts';
import { whyNotRestorable } from './refusal.ts';

/** What EC2 shows of the things a plan names; what it does not show is missing. */
export interface FoundNow {
  entries: readonly CatalogueEntry[];
  old?: MachineFacts;
  address?: ElasticAddress;
  /** What the target's selector finds. */
  found: readonly InstanceFacts[];
}

/** Why a plan no longer fits, a clause each; none where it does. */
export function planChanges(order: RestoreOrder, now: FoundNow): string[] {
  return [
    ...backupChanges(order, now),
    ...oldChanges(order, now),
    ...foundChanges(order, now),
    ...isolationChanges(order, now),
    ...addressChanges(order, now),
    ...pathChanges(order),
  ];
}

/** The same of the machine that is about to be stopped, right before it is: a restore takes its time. */
export function fenceChanges(order: RestoreOrder, now: Pick<FoundNow, 'old' | 'found'>): string[] {
  const { old: planned } = order;
  const { old } = now;
  const isThere = planned !== undefined && old !== undefined && !ENDED.has(old.state);
  return [
    ...(isThere ? changed(`the name of ${planned.instanceId}`, planned.name, old.name) : []),
    ...(isThere
      ? changed(`the private address of ${planned.instanceId}`, planned.privateIp, old.privateIp)
      : []),
    // A machine that has ended since is no reason: nothing is left to be stopped.
    ...(isThere || planned === undefined ? foundChanges(order, { entries: [], ...now }) : []),
  ];
}

function backupChanges({ backup, target }: RestoreOrder, { entries }: FoundNow): string[] {
  if (backup === undefined) return [];
  const entry = entries.find(
    ({ backupId, imageId }) => backupId === backup.backupId && imageId === backup.imageId,
  );
  if (entry === undefined) return [`the backup ${backup.backupId} is gone`];
  if (entry.target !== target) return [`${backup.backupId} is a backup of ${entry.target}`];
  const why = whyNotRestorable(entry);
  if (why !== undefined) return [why];
  const { source, note, doubts } = entry;
  const added = doubts.map(doubtInWords).filter((doubt) => backup.unproven?.includes(doubt) !== true);
  return [
    ...(added.length === 0
      ? []
      : [`${backup.backupId} is not proven to be of ${target}: ${added.join('; ')}`]),
    ...changed(`the private address in ${backup.backupId}`, backup.privateIp, source.privateIp),
    ...changed(`the public address in ${backup.backupId}`, backup.publicIp, source.publicIp),
    ...changed(`the note of ${backup.backupId}`, backup.note, note),
  ];
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
    ...actorChanges(planned.instanceId, planned.actors, old),
    ...changed(`the name of ${planned.instanceId}`, planned.name, old.name),
    ...changed(`the private address of ${planned.instanceId}`, planned.privateIp, old.privateIp),
    ...changed(`the public address of ${planned.instanceId}`, planned.publicIp, old.publicIp),
    ...(way === 'in-place'
      ? changed(`the root volume of ${planned.instanceId}`, planned.rootVolumeId, old.rootVolumeId)
      : []),
  ];
}

/** Whether the machine that is replaced is still the target's, and no other one has become it. */
function foundChanges({ old, selector, way }: RestoreOrder, { found }: FoundNow): string[] {
  if (way === 'test') return [];
  const isTheTargets =
    selector.by === 'id' ? old?.instanceId === selector.id : old?.tags[selector.key] === selector.value;
  return selectorChanges(isTheTargets ? old?.instanceId : undefined, selector, found);
}

/** A group that the real machine has by now isolates nothing. */
function isolationChanges({ way, launch }: RestoreOrder, { old }: FoundNow): string[] {
  const shared = way === 'test' ? (launch?.securityGroupIds ?? []) : [];
  return shared
    .filter((id) => old?.securityGroupIds.includes(id))
    .map(
      (id) =>
        `the security group ${id} is ${old?.instanceId}’s as well by now, so that the test would not be isolated`,
    );
}

/** Another version of the bot may have been started since. */
function pathChanges({ paths }: RestoreOrder): string[] {
  return [
    ...changed('what this version of the bot writes', paths.files.join(' '), REPLICATED_PATHS.join(' ')),
    ...changed('what this version of the bot removes', paths.nomad, NOMAD_STATE),
  ];
}

function addressChanges({ address: planned }: RestoreOrder, { address }: FoundNow): string[] {
  if (planned === undefined) return [];
  if (address === undefined) return [`the Elastic IP ${planned.publicIp} is gone`];
  if (address.instanceId === planned.instanceId) return [];
  return [`the Elastic IP ${planned.publicIp} belongs to ${address.instanceId ?? 'nobody'} now`];
}
