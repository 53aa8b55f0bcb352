import type { BackupRecord } from '../core/catalogue/backup-record.ts';
import type { CatalogueEntry } from '../core/catalogue/entry.ts';
import { judged, type OwnMachines, ownMachines, type ProofRecord } from '../core/catalogue/proof.ts';
import { type InstanceSelector, selectorInWords, type Target } from '../core/model/target.ts';
import type { Ec2, Ec2Regions } from '../core/ports/ec2.ts';
import type { CallOptions } from '../core/ports/ec2-call.ts';
import type { Store } from '../core/store/store.ts';

export type OfTarget = Pick<Target, 'name' | 'region' | 'instance'>;

/** What the bot's own database knows of machines, deletions and backups. */
export type ProofStore = Pick<Store, 'machines' | 'deletions' | 'backups'>;

/** What it takes to tell our own from what others made. */
export interface ProofDeps {
  ec2: Ec2Regions;
  store: ProofStore;
}

/** A target's backups in its region, in any order, each with all that speaks against its being the target's own. */
export interface OwnBackups {
  entries: CatalogueEntry[];
  machines: OwnMachines;
}

/** What the bot's own database knows of a target, and of the machines of its region. */
export async function proofRecord(
  { name, region }: Pick<OfTarget, 'name' | 'region'>,
  store: ProofStore,
): Promise<ProofRecord> {
  const [machines, deletions, backups] = await Promise.all([
    store.machines.open(),
    store.deletions.open(),
    store.backups.open(),
  ]);
  const isOf = (one: { target: string; region: string }) => one.region === region && one.target === name;
  return {
    machines: machines.map(({ value }) => value).filter((one) => one.region === region),
    deletions: deletions.map(({ value }) => value).filter(isOf),
    backups: backups.map(({ value }) => value).filter(isOf),
  };
}

/** Asks EC2 for its catalogue, and judges what carries the target's name. */
export async function readOwnBackups(
  target: OfTarget,
  deps: ProofDeps,
  call: CallOptions & { asOf?: number },
): Promise<OwnBackups> {
  const ec2 = deps.ec2(target.region);
  return judgeBackups(target, await ec2.catalogue(call), { ec2, store: deps.store }, call);
}

/** Judges what of the region's catalogue carries the target's name. */
export async function judgeBackups(
  target: OfTarget,
  catalogue: readonly CatalogueEntry[],
  { ec2, store }: { ec2: Pick<Ec2, 'findInstances'>; store: ProofStore },
  { signal, patienceMs }: CallOptions,
): Promise<OwnBackups> {
  const { machines: known, backups } = await proofRecord(target, store);
  const find = (selector: InstanceSelector) => ec2.findInstances(selector, { signal, patienceMs });
  const machines = await ownMachines(target, catalogue, known, find);
  return { machines, entries: judged(catalogue, target.name, machines, backups) };
}

/** Notes that a machine is the target's own: it was backed up for it, or a restore put it in place of another. */
export async function learnMachine(
  { name, region, instance }: OfTarget,
  instanceId: string,
  { machines }: Pick<Store, 'machines'>,
): Promise<void> {
  const value = { instanceId, target: name, region, selector: selectorInWords(instance) };
  if (await machines.insert(instanceId, value, true)) return;
  const kept = await machines.get(instanceId);
  if (kept === undefined || (kept.value.target === name && kept.value.selector === value.selector)) return;
  // Whoever was faster has learned the same machine; the next backup notes what still differs.
  await machines.replace(instanceId, kept.version, value, true);
}

type AboutBackup = Pick<BackupRecord, 'backupId' | 'imageId' | 'target' | 'region'>;

/** Writes down more of a backup than is written of it already. */
export async function noteBackup(
  { backupId, imageId, target, region }: AboutBackup,
  { backups }: Pick<Store, 'backups'>,
  change: (kept: BackupRecord) => BackupRecord,
): Promise<void> {
  for (;;) {
    const kept = await backups.get(backupId);
    const next = change(kept?.value ?? { backupId, imageId, target, region });
    const isNoted =
      kept === undefined
        ? await backups.insert(backupId, next, true)
        : await backups.replace(backupId, kept.version, next, true);
    if (isNoted) return;
  }
}

/** What is gone from EC2 is not remembered for ever. `shown`: all images of the region, as they are now. */
export async function forgetGone(
  { name, region }: Pick<OfTarget, 'name' | 'region'>,
  shown: readonly { imageId: string }[],
  store: Pick<Store, 'backups' | 'locks'>,
): Promise<void> {
  const ids = new Set(shown.map(({ imageId }) => imageId));
  // An image that was made a moment ago may not be shown yet; and an answer without any is hardly one.
  const going = new Set((await store.locks.all()).map(({ runId }) => runId));
  if (ids.size === 0) return;
  for (const { id, version, value } of await store.backups.open())
    if (value.target === name && value.region === region && !ids.has(value.imageId) && !going.has(id))
      await store.backups.replace(id, version, value, false);
}
