import type { ImageFacts } from '../model/image.ts';
import type { InstanceFacts } from '../model/instance.ts';
import type { TaggedVolume } from '../model/machine-facts.ts';
import { type InstanceSelector, selectorInWords } from '../model/target.ts';
import { cut } from '../text/text.ts';
import { counted, listInWords } from '../text/words.ts';
import { type BackupRecord, byRecord } from './backup-record.ts';
import type { CatalogueEntry } from './entry.ts';

/**
 * What is ours, by facts that nobody can set with a tag (DESIGN, promise 11). ARCHITECTURE, "What is ours", has the table.
 * Everything that deletes, stops, terminates or counts asks here; what fails is left alone and told.
 */

/** A machine that the bot's own database has as one of a target. */
export interface KnownMachine {
  instanceId: string;
  target: string;
  region: string;
  /** What SERVICES_INSTANCE was when it was learned, in words: another setting is the administrator's word, and is believed. */
  selector: string;
}

/** The files' snapshot of a backup whose image retention is to delete, written down before that goes. */
export interface FilesForget {
  backupId: string;
  imageId: string;
  target: string;
  region: string;
  snapshotId: string;
  /** How its repository's id begins. */
  repository: string;
}

/** A deletion that retention began, written down before its image went. */
export interface BegunDeletion {
  imageId: string;
  backupId: string;
  target: string;
  region: string;
  snapshotIds: string[];
}

/** Volumes of what a run launched, written down before that was terminated. */
export interface LaunchedVolumes {
  volumeIds: string[];
}

/** The machines whose backups are a target's. */
export interface OwnMachines {
  ids: ReadonlySet<string>;
  /**
   * Machines that it was restored from by EC2's word alone, as after the loss of the database: their backups count and are
   * restored, but never deleted, for a copy of somebody else's machine would look the same.
   */
  inherited: ReadonlySet<string>;
  /** What the selector finds although nothing but a tag makes it the target's machine. */
  stranger?: InstanceFacts;
}

/** What the bot's own database says; empty where it was lost. */
export interface ProofRecord {
  /** Of all targets of the region. */
  machines: readonly KnownMachine[];
  /** Of the target. */
  deletions: readonly BegunDeletion[];
  backups: readonly BackupRecord[];
}

const ENDED = new Set(['shutting-down', 'terminated']);

/**
 * A target's machines: those in the record, the one that the selector finds, and those that a restore of ours put it in place
 * of. A setting by id is believed. A tag is believed until a machine was learned by it; from then on it leads only to machines
 * that are known, or that were launched from a backup of a known one that runs no more. `entries` is the region's catalogue, `known`
 * what the database has of all targets of the region: a tag cannot make one target's machine another's.
 */
export async function ownMachines(
  target: { name: string; instance: InstanceSelector },
  entries: readonly CatalogueEntry[],
  known: readonly KnownMachine[],
  find: (selector: InstanceSelector) => Promise<readonly InstanceFacts[]>,
): Promise<OwnMachines> {
  const { name, instance } = target;
  const mine = known.filter((machine) => machine.target === name);
  const ids = new Set(mine.map(({ instanceId }) => instanceId));
  const inherited = new Set<string>();
  if (instance.by === 'id') ids.add(instance.id);

  /** The machine from whose backup this one was launched, where that one does not run (any more). */
  async function replacedBy({ imageId, instanceId }: InstanceFacts) {
    const from = entries.find((one) => one.imageId === imageId && one.target === name);
    const source = from?.doubts.length === 0 ? from.sourceInstanceId : undefined;
    if (source === undefined || source === instanceId) return undefined;
    const [facts] = await find({ by: 'id', id: source });
    return facts === undefined || facts.state === 'stopped' || ENDED.has(facts.state)
      ? { source, facts }
      : undefined;
  }

  const present = oneOf(await find(instance));
  if (present === undefined) return { ids, inherited };
  if (!ids.has(present.instanceId)) {
    const isOthers = known.some(({ instanceId }) => instanceId === present.instanceId);
    const isLearned = mine.some(({ selector }) => selector === selectorInWords(instance));
    const replaced = isLearned && !isOthers ? await replacedBy(present) : undefined;
    const isHeir = replaced !== undefined && ids.has(replaced.source);
    if (isOthers || (isLearned && !isHeir))
      return { ids, inherited, ...(ENDED.has(present.state) ? {} : { stranger: present }) };
    ids.add(present.instanceId);
  }
  // Back from restore to restore, as far as EC2 shows the machines; a test that somebody launched from a backup is no heir.
  const seen = new Set<string>();
  let heir: InstanceFacts | undefined = present;
  while (heir !== undefined && !seen.has(heir.instanceId) && isLaunchOfRestore(heir.clientToken)) {
    seen.add(heir.instanceId);
    const replaced: Awaited<ReturnType<typeof replacedBy>> = await replacedBy(heir);
    if (replaced !== undefined && !ids.has(replaced.source)) inherited.add(replaced.source);
    heir = replaced?.facts;
  }
  return { ids, inherited };
}

/** The one that runs, else the only one there is, else the only one that was: EC2 shows what ended for about an hour. */
function oneOf(found: readonly InstanceFacts[]): InstanceFacts | undefined {
  const alive = found.filter(({ state }) => !ENDED.has(state));
  const running = alive.filter(({ state }) => state === 'running');
  const [only, ...others] = [running, alive, found].find((some) => some.length > 0) ?? [];
  return others.length === 0 ? only : undefined;
}

/** Whether EC2 launched it with a restore's own client token, which only who launches can give. */
function isLaunchOfRestore(clientToken: string | undefined): boolean {
  return /^rs-\d{8}-\d{4}-[a-z2-9]{4}(?:-\d{1,3})?$/.test(clientToken ?? '');
}

/** Whether EC2 launched a machine for this run: `RUN`, or `RUN-2` where another type or place was chosen. */
export function isLaunchOf(runId: string, clientToken: string | undefined): boolean {
  if (clientToken === undefined || !clientToken.startsWith(runId)) return false;
  return /^(?:-\d{1,3})?$/.test(clientToken.slice(runId.length));
}

/** A target's backups with all that speaks against each, its machine included. */
export function judged(
  entries: readonly CatalogueEntry[],
  target: string,
  { ids, inherited }: Pick<OwnMachines, 'ids' | 'inherited'>,
  records: readonly BackupRecord[] = [],
): CatalogueEntry[] {
  const recorded = new Map(records.map((record) => [record.imageId, record]));
  return entries
    .filter((entry) => entry.target === target)
    .map((said) => {
      const entry = byRecord(said, recorded.get(said.imageId));
      const source = entry.sourceInstanceId;
      const isSaid = entry.doubts.some(({ code }) => code === 'source-differs');
      if (source === undefined || ids.has(source) || isSaid) return entry;
      if (inherited.has(source)) return { ...entry, isInherited: true };
      return { ...entry, doubts: [...entry.doubts, { code: 'other-machine', source, target }] };
    });
}

/** What of a target's name or tag in EC2 is not proven to be its own, a sentence each. `entries`: as judged. */
export function unprovenInWords(
  target: string,
  entries: readonly CatalogueEntry[],
  { ids, stranger }: OwnMachines,
): string[] {
  return [
    ...othersInWords(target, entries, ids.size > 0),
    ...retaggedInWords(target, entries),
    ...(stranger === undefined ? [] : [strangerInWords(target, stranger, [...ids])]),
  ];
}

function othersInWords(target: string, entries: readonly CatalogueEntry[], isKnown: boolean): string[] {
  const isStripped = ({ doubts }: CatalogueEntry) => doubts.some(({ code }) => code === 'tags-removed');
  const stripped = entries.filter(isStripped);
  const others = entries.filter((entry) => entry.doubts.length > 0 && !isStripped(entry));
  const foreign = others.filter((entry) => otherMachineOf(entry) !== undefined);
  const carry = (count: number) =>
    `${count === 1 ? 'carries' : 'carry'} the name of ${target}: not counted, left alone.`;
  const ids = [...new Set(foreign.flatMap((entry) => otherMachineOf(entry) ?? []))].sort();
  const shown = shortList(ids);
  const machine = isKnown ? 'another machine' : 'a machine that is not known';
  const whose = `of ${ids.length === 1 ? machine : 'other machines'} (${shown})`;
  const rest = others.length - foreign.length;
  return [
    ...(foreign.length === 0
      ? []
      : [`${counted(foreign.length, 'backup')} ${whose} ${carry(foreign.length)}`]),
    ...(rest === 0 ? [] : [`${counted(rest, 'image')} without proof ${carry(rest)}`]),
    ...(stripped.length === 0
      ? []
      : [
          `${counted(stripped.length, 'image')} with the name of a backup of ${target} (${shortList(stripped.map(({ backupId }) => backupId))}) ${stripped.length === 1 ? 'has' : 'have'} lost tags of mine: not counted, left alone.`,
        ]),
  ];
}

function shortList(ids: readonly string[]): string {
  return listInWords([...ids.slice(0, 3), ...(ids.length > 3 ? [`${ids.length - 3} more`] : [])]);
}

function retaggedInWords(target: string, entries: readonly CatalogueEntry[]): string[] {
  const ids = entries.filter(({ retagged }) => retagged !== undefined).map(({ backupId }) => backupId);
  if (ids.length === 0) return [];
  return [
    `The tags of ${counted(ids.length, 'backup')} of ${target} (${shortList(ids)}) are not as I wrote them: my own record counts, and the list says what differs.`,
  ];
}

function otherMachineOf({ doubts }: CatalogueEntry): string | undefined {
  return doubts.flatMap((one) => ('source' in one ? [one.source] : []))[0];
}

function strangerInWords(target: string, { instanceId, name }: InstanceFacts, ids: string[]): string {
  const who = `${instanceId}${name === undefined ? '' : ` (${cut(name, 60)})`}`;
  const known = ids.length === 0 ? 'a machine of it' : listInWords(ids.slice(0, 3));
  return `The tag of ${target} leads to ${who}, which is neither ${known} nor restored from its backups: left alone.`;
}

/** The image and machine that CreateImage made a snapshot for, as EC2 wrote it into the description. */
export function madeFor(
  description: string | undefined,
): { instanceId: string; imageId: string } | undefined {
  const found = /^Created by CreateImage\(([\w-]{1,40})\) for ([\w-]{1,40})(?: from [\w-]{1,40})?$/.exec(
    description ?? '',
  );
  const [, instanceId, imageId] = found ?? [];
  return instanceId === undefined || imageId === undefined ? undefined : { instanceId, imageId };
}

/**
 * Whether EC2 itself says that a snapshot is part of an image: by the image's mapping, or by what it wrote of the snapshot
 * while it made the image, whose mapping may not show it yet.
 */
export function isPartOf(
  { snapshotId, description }: { snapshotId: string | undefined; description: string | undefined },
  { imageId, mappings }: Pick<ImageFacts, 'imageId' | 'mappings'>,
): boolean {
  const isMapped = snapshotId !== undefined && mappings.some((one) => one.snapshotId === snapshotId);
  return isMapped || madeFor(description)?.imageId === imageId;
}

/** Why a snapshot without an image is not proven to be left over from a deletion of ours; undefined where it is. */
export function orphanDoubt(
  {
    snapshotId,
    madeFor: of,
    otherTool,
  }: { snapshotId: string; madeFor?: ReturnType<typeof madeFor>; otherTool?: string },
  deletions: readonly BegunDeletion[],
): string | undefined {
  if (otherTool !== undefined) return `it carries another tool’s tag ${otherTool}`;
  const begun = deletions.find(({ snapshotIds }) => snapshotIds.includes(snapshotId));
  if (begun === undefined)
    return of === undefined
      ? 'nothing but its tags says that it was part of a backup of mine'
      : `EC2 made it of ${of.instanceId} for ${of.imageId}, and I know of no backup of mine with that image`;
  if (of !== undefined && of.imageId !== begun.imageId)
    return `EC2 made it for ${of.imageId}, not for ${begun.imageId}`;
  return undefined;
}

/** What shows that a volume comes from what a run launched. */
export interface VolumeProof {
  runId: string;
  /** Volume ids that were written down while their machine was there. */
  recorded: ReadonlySet<string>;
  /** Machines of the run, ended ones included. */
  launches: readonly { instanceId: string; launchedAt?: number }[];
  /** Snapshots of the image that was launched; none where it is gone. */
  snapshotIds: ReadonlySet<string>;
}

/** Why a volume that carries a run's tag is not proven to come from what the run launched; undefined where it is. */
export function volumeDoubt(volume: TaggedVolume, proof: VolumeProof): string | undefined {
  const { volumeId, snapshotId, createdAt, instanceId } = volume;
  const isAttached = proof.launches.some((one) => one.instanceId === instanceId);
  if (instanceId !== undefined && !isAttached)
    return `it is attached to ${instanceId}, which ${proof.runId} did not launch`;
  if (proof.recorded.has(volumeId)) return undefined;
  const isOfImage = snapshotId !== undefined && proof.snapshotIds.has(snapshotId);
  // EC2 makes a machine's volumes in the moment of its launch.
  const isOfLaunch = proof.launches.some(
    ({ launchedAt }) =>
      launchedAt !== undefined && createdAt !== undefined && Math.abs(createdAt - launchedAt) <= AT_LAUNCH_MS,
  );
  if (isAttached ? isOfImage || isOfLaunch : isOfImage && isOfLaunch) return undefined;
  return 'nothing but its tag says that the run made it';
}

const AT_LAUNCH_MS = 60_000;

/** Why a machine is not to be terminated for a run; undefined where EC2 itself says that the run launched it. */
export function launchDoubt(
  machine: InstanceFacts,
  {
    runId,
    imageId,
    neverThese,
  }: { runId: string; imageId?: string; neverThese?: ReadonlyMap<string, string> },
): string | undefined {
  const kept = neverThese?.get(machine.instanceId);
  if (kept !== undefined) return kept;
  if (!isLaunchOf(runId, machine.clientToken))
    return `it carries the tag of ${runId}, but EC2 launched it for something else`;
  if (imageId !== undefined && machine.imageId !== imageId)
    return `EC2 launched it from ${machine.imageId ?? 'another image'}, not from ${imageId}`;
  return undefined;
}
