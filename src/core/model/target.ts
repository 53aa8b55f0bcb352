import type { Schedule } from '../time/schedule.ts';
import type { Datastores } from './datastore.ts';
import type { KeepPolicy } from './keep-policy.ts';
import type { ResticAccess } from './restic.ts';
import type { SshAccess } from './ssh-access.ts';

/** How the Services machine of a target is found in EC2: by id, or by one tag. */
export type InstanceSelector = { by: 'id'; id: string } | { by: 'tag'; key: string; value: string };

export function selectorInWords(selector: InstanceSelector): string {
  return selector.by === 'id' ? selector.id : `tag ${selector.key}=${selector.value}`;
}

/** One CircleCI installation. */
export interface Target {
  /** Lower-case letters, digits and dashes; part of image names and tags. */
  name: string;
  region: string;
  instance: InstanceSelector;
  /** On everything that the bot makes in EC2 for it, e.g. `CostCentre`; organizations demand such tags. */
  extraTags?: Record<string, string>;
  /** The folders of the Services machine where its large objects are said to be: absolute, none inside another. Needs `ssh`. */
  files?: { paths: string[] };
  /** How `files` are backed up beside the machine's image; missing: they are not. */
  restic?: ResticAccess;
  /** The operator's word that its large objects are in an object store; shown as such. */
  storage?: 'external';
  /** Base URL of CircleCI, where it is known; its host is kept with each backup. */
  circleciUrl?: string;
  /** For CircleCI's API v1.1. Secret: it is never stored, logged or shown. */
  circleciToken?: string;
  /** How its dev-console is opened, and how long that may take, in ms. */
  devConsole: { command: string; openMs: number };
  /** Slack channel id where this target's runs are shown. */
  channel: string;
  /** Slack user (U…, W…) and user-group (S…) ids who may change something. */
  operators: string[];
  /** Who may approve what needs an approval, as in `operators`; nobody approves their own request. */
  approvers: string[];
  approvalsRequired: number;
  /** How long a request waits for its approval, in ms. */
  approvalExpiresMs: number;
  /** Whoever approves a restore types the target's name. */
  typeTargetName: boolean;
  /** How long a backup may take before the bot gives up watching it, in ms. */
  deadlineMs: number;
  /** When backups are made by themselves; names are unique, none means by hand only. */
  schedules: TargetSchedule[];
  /** Which backups made by hand stay; missing: all of them. */
  keep?: KeepPolicy;
  /** An IANA name: of the schedules, and of the days and months that retention counts by. */
  timezone: string;
  /** How old the newest complete backup may be before its silence is an alarm, in ms. */
  maxAgeMs?: number;
  /** `failures`: a routine backup that succeeds says nothing in the channel. */
  notify: 'all' | 'failures';
  /** Each Monday the channel is told how the week was. */
  digest: boolean;
  /** How long partial, failed and abandoned backups stay, in ms. */
  keepFailedMs: number;
  /** How the bot logs in to its machines; missing: it cannot. */
  ssh?: SshAccess;
  /** Databases and files of CircleCI's that lie outside its machine's image; missing: none. */
  datastores?: Datastores;
  /** Set: retention disables an image first and deletes it this much later, in ms. */
  deleteGraceMs?: number;
}

/** Undefined where it is not configured here (any more). */
export function targetNamed<T extends Pick<Target, 'name'>>(
  targets: readonly T[],
  name: string | undefined,
): T | undefined {
  return targets.find((target) => target.name === name);
}

/** Whether retention has anything to go by. */
export function hasPolicy(target: Pick<Target, 'keep' | 'schedules'>): boolean {
  return target.keep !== undefined || target.schedules.some((schedule) => schedule.keep !== undefined);
}

/** One schedule of a target, with its own retention. */
export interface TargetSchedule {
  /** Lower-case letters, digits and dashes; kept in the tags of its backups. */
  name: string;
  schedule: Schedule;
  /** Missing: its backups all stay. */
  keep?: KeepPolicy;
}
