/**
 * EC2's tags are the catalogue: everything a restore needs is on the image itself, so that losing the bot's database
 * loses no backup. A value has at most 256 characters and a resource 50 tags (EC2 user guide, "Tag restrictions").
 */
export const TAG = {
  run: 'circleci-backup:run',
  target: 'circleci-backup:target',
  mode: 'circleci-backup:mode',
  schedule: 'circleci-backup:schedule',
  outcome: 'circleci-backup:outcome',
  problem: 'circleci-backup:problem',
  createdAt: 'circleci-backup:created-at',
  requester: 'circleci-backup:requested-by',
  note: 'circleci-backup:note',
  sourceInstance: 'circleci-backup:source-instance',
  privateIp: 'circleci-backup:private-ip',
  publicIp: 'circleci-backup:public-ip',
  publicKind: 'circleci-backup:public-ip-kind',
  instanceType: 'circleci-backup:instance-type',
  zone: 'circleci-backup:zone',
  vpc: 'circleci-backup:vpc',
  subnet: 'circleci-backup:subnet',
  securityGroups: 'circleci-backup:security-groups',
  key: 'circleci-backup:key',
  profile: 'circleci-backup:profile',
  hostname: 'circleci-backup:hostname',
  machineName: 'circleci-backup:machine-name',
  metadata: 'circleci-backup:metadata',
  ebsOptimized: 'circleci-backup:ebs-optimized',
  traits: 'circleci-backup:traits',
  machineTags: 'circleci-backup:machine-tags',
  volumes: 'circleci-backup:volumes',
  snapshots: 'circleci-backup:snapshots',
  /** File systems and folders of the machine that hold its data. */
  data: 'circleci-backup:data',
  addedBytes: 'circleci-backup:added-bytes',
  totalBytes: 'circleci-backup:total-bytes',
  /** How long the application was away for it, in seconds. */
  downtime: 'circleci-backup:downtime-seconds',
  /** The files' snapshot: its id, its repository's (10 digits), how many files, how many bytes. */
  files: 'circleci-backup:files',
  held: 'circleci-backup:held',
  disabledAt: 'circleci-backup:disabled-at',
  /** On the snapshots of an image that is about to be deregistered. */
  deleting: 'circleci-backup:deleting',
  verifiedAt: 'circleci-backup:verified-at',
  /** On a machine: the backup it was launched from, or its root volume was replaced from. */
  restoredFrom: 'circleci-backup:restored-from',
  /** On a machine that a restore has stopped for good: the run that did. */
  fencedBy: 'circleci-backup:fenced-by',
  /** On a former root volume: the instance it was the root of, and the run that replaced it. */
  rootOf: 'circleci-backup:root-of',
  replacedBy: 'circleci-backup:replaced-by',
  replacedAt: 'circleci-backup:replaced-at',
  /** On a task of EC2's: the client token it was asked for with. */
  token: 'circleci-backup:token',
} as const;

/** Tags whose value names something, here or in the bot's own database. */
export const ID_TAGS: ReadonlySet<string> = new Set([
  TAG.run,
  TAG.target,
  TAG.sourceInstance,
  TAG.restoredFrom,
  TAG.fencedBy,
  TAG.rootOf,
  TAG.replacedBy,
  TAG.token,
]);

/**
 * The image's name is the idempotency key of CreateImage, which has no ClientToken (facts: ec2.md). Letters, digits,
 * `/` and `-` only; at most 128 characters, which config's limit on target names keeps.
 */
export function imageName(target: string, runId: string): string {
  return `circleci-backup/${target}/${runId}`;
}

/** The id of the run whose image has this name. */
export function runIdIn(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Which backup a name of ours is of, which nobody can change; undefined for another name. */
export function namedBackup(name: string): { target: string; backupId: string } | undefined {
  const [, target, backupId] = /^circleci-backup\/([^/]+)\/(bk-[a-z0-9-]{1,40})$/.exec(name) ?? [];
  return target === undefined || backupId === undefined ? undefined : { target, backupId };
}
