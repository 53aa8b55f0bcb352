import type { BackupMode, BackupResult } from '../model/backup.ts';
import type { InstanceFacts } from '../model/instance.ts';
import { isPerson, type Requester } from '../model/person.ts';
import { oneLine } from '../text/text.ts';
import { metadataText } from './metadata-text.ts';
import { cutToValue, fitting, isOfAws, MOST_TAGS, VALUE_MAX } from './tag-limits.ts';
import { packed, pairs } from './tag-values.ts';
import { imageName, TAG } from './tags.ts';

export interface BackupOrigin {
  runId: string;
  target: string;
  mode: BackupMode;
  createdAt: number;
  requester: Requester;
  note?: string | undefined;
  hostname?: string | undefined;
  instance: InstanceFacts;
  /** Of the target's settings (EXTRA_TAGS): on everything that is made. */
  extraTags?: Record<string, string> | undefined;
}

/** What the end of a backup, a hold, retention and a check by a restore write on it later, and some room for others. */
const LATER_TAGS = 13;
/** Values of a list that name the snapshots of so many volumes. */
const SNAPSHOTS_A_VALUE = 5;
/** More values than these for the machine's own tags would be more than all the rest. */
const MACHINE_TAG_VALUES = 4;

/**
 * Tags of the image at its creation: who, what, and all a restore must know when the machine is gone. What comes last is
 * missed least: it is left out where an image would have more tags than EC2 takes, those of later included.
 */
export function imageTags(origin: BackupOrigin): Record<string, string> {
  const later = LATER_TAGS + Math.ceil(origin.instance.volumes.length / SNAPSHOTS_A_VALUE);
  return fitting(allImageTags(origin), MOST_TAGS - later).tags;
}

/** What found no room in them, by key. */
export function leftOutOfImage(origin: BackupOrigin): string[] {
  const kept = imageTags(origin);
  return Object.keys(allImageTags(origin)).filter((key) => !Object.hasOwn(kept, key));
}

function allImageTags(origin: BackupOrigin): Record<string, string> {
  const { instance, requester, extraTags = {} } = origin;
  return present({
    Name: imageName(origin.target, origin.runId),
    [TAG.run]: origin.runId,
    [TAG.target]: origin.target,
    [TAG.mode]: origin.mode,
    [TAG.schedule]: isPerson(requester) ? undefined : requester.schedule,
    [TAG.createdAt]: new Date(origin.createdAt).toISOString(),
    [TAG.requester]: isPerson(requester) ? `${requester.teamId}/${requester.userId}` : undefined,
    [TAG.sourceInstance]: instance.instanceId,
    ...extraTags,
    [TAG.privateIp]: instance.privateIp,
    [TAG.publicIp]: instance.publicIp,
    [TAG.publicKind]: instance.publicIp === undefined ? undefined : instance.publicKind,
    [TAG.instanceType]: instance.type,
    [TAG.zone]: instance.zone,
    [TAG.vpc]: instance.vpcId,
    [TAG.subnet]: instance.subnetId,
    ...packed(TAG.securityGroups, instance.securityGroupIds),
    [TAG.key]: instance.keyName,
    [TAG.profile]: instance.profileArn,
    [TAG.hostname]: origin.hostname,
    [TAG.machineName]: instance.name,
    [TAG.metadata]: instance.metadata === undefined ? undefined : metadataText(instance.metadata),
    [TAG.ebsOptimized]: instance.ebsOptimized === undefined ? undefined : String(instance.ebsOptimized),
    [TAG.note]: origin.note === undefined ? undefined : cutToValue(oneLine(origin.note)),
    ...packed(TAG.traits, pairs(instance.traits ?? {}).items),
    ...packed(
      TAG.volumes,
      instance.volumes.map((volume) => `${volume.volumeId}=${volume.device}`),
    ),
    ...machineTags(instance.tags ?? {}),
  });
}

/** The machine's own tags, for the machine that takes its place; the last item tells how many found no room. */
function machineTags(tags: Record<string, string>): Record<string, string> {
  const own = Object.entries(tags).filter(
    ([key]) => !isOfAws(key) && !key.startsWith('circleci-backup:') && key !== 'Name',
  );
  const { items, left } = pairs(Object.fromEntries(own));
  const kept = [...items];
  const values = () => {
    const missing = left + items.length - kept.length;
    return packed(TAG.machineTags, [...kept, ...(missing === 0 ? [] : [`+${missing}`])]);
  };
  while (Object.keys(values()).length > MACHINE_TAG_VALUES) kept.pop();
  return values();
}

/** Tags of each snapshot at its creation: enough to prove whose it is. */
export function snapshotTags(origin: BackupOrigin): Record<string, string> {
  return {
    ...origin.extraTags,
    Name: imageName(origin.target, origin.runId),
    [TAG.run]: origin.runId,
    [TAG.target]: origin.target,
    [TAG.sourceInstance]: origin.instance.instanceId,
  };
}

/** Tags added when the run ends. */
export function outcomeTags(result: Omit<BackupResult, 'finishedAt'>): Record<string, string> {
  return present({
    [TAG.outcome]: result.outcome,
    [TAG.problem]: result.problem?.code,
    ...packed(
      TAG.snapshots,
      result.volumes.flatMap((v) => (v.snapshotId === undefined ? [] : [`${v.volumeId}=${v.snapshotId}`])),
    ),
    [TAG.files]: filesTag(result.files),
    [TAG.addedBytes]: result.added.known ? String(result.added.bytes) : undefined,
    [TAG.totalBytes]: result.totalBytes === undefined ? undefined : String(result.totalBytes),
    [TAG.mode]: result.mode,
    [TAG.downtime]:
      result.app?.downtimeMs === undefined ? undefined : String(Math.round(result.app.downtimeMs / 1000)),
  });
}

/** So much of a repository's id tells it from others. */
const REPOSITORY_DIGITS = 10;

function filesTag(report: BackupResult['files']): string | undefined {
  if (report?.snapshotId === undefined || report.repositoryId === undefined) return undefined;
  const { snapshotId, repositoryId, files = 0, bytes = 0 } = report;
  return [snapshotId, repositoryId.slice(0, REPOSITORY_DIGITS), files, bytes].join(' ');
}

function present(tags: Record<string, string | undefined>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(tags)) {
    // EC2 refuses the whole image for one long value, and half an ARN is worse than none.
    if (value !== undefined && value !== '' && value.length <= VALUE_MAX) kept[key] = value;
  }
  return kept;
}
