import type { KeepPolicy } from '../../core/model/keep-policy.ts';
import type { Target, TargetSchedule } from '../../core/model/target.ts';
import { parseSchedule } from '../../core/time/schedule.ts';
import type { Texts } from '../settings/raw-settings.ts';
import { given, needed, value } from '../settings/read-setting.ts';
import type { TargetEntry } from '../targets-file/targets-file.ts';
import { approversOf } from './approval-policy.ts';
import { firstRule, keepPolicy } from './keep-policy.ts';

/** The schedule that BACKUP_SCHEDULE sets; it is kept in the tags of its backups, so it never changes. */
const ONLY_SCHEDULE = 'routine';

/** A target of settings that were checked: those of the environment, and over them its own. */
export function target(name: string, texts: Texts, schedules?: TargetEntry['schedules']): Target {
  const timezone = needed(texts, 'BACKUP_TIMEZONE');
  const keep = keepPolicy(texts);
  const all = schedulesOf(texts, schedules, { timezone, keep });
  const digest = value(texts, 'DIGEST');
  const files = value(texts, 'FILES_PATHS');
  return {
    name,
    region: needed(texts, 'AWS_REGION'),
    instance: needed(texts, 'SERVICES_INSTANCE'),
    ...given('extraTags', value(texts, 'EXTRA_TAGS')),
    ...given('files', files === undefined ? undefined : { paths: files }),
    ...given('storage', value(texts, 'STORAGE')),
    channel: needed(texts, 'BACKUP_CHANNEL'),
    operators: needed(texts, 'OPERATORS'),
    approvers: approversOf(texts),
    approvalsRequired: needed(texts, 'APPROVALS_REQUIRED'),
    approvalExpiresMs: needed(texts, 'APPROVAL_EXPIRES'),
    typeTargetName: needed(texts, 'RESTORE_TYPE_TARGET') === 'yes',
    deadlineMs: needed(texts, 'BACKUP_DEADLINE'),
    ...given('circleciUrl', value(texts, 'CIRCLECI_URL')),
    ...given('circleciToken', value(texts, 'CIRCLECI_TOKEN')),
    devConsole: {
      command: needed(texts, 'DEV_CONSOLE_COMMAND'),
      openMs: needed(texts, 'DEV_CONSOLE_TIMEOUT'),
    },
    schedules: all,
    ...given('keep', keep),
    timezone,
    ...given('maxAgeMs', value(texts, 'BACKUP_MAX_AGE')),
    notify: needed(texts, 'NOTIFY'),
    digest: digest === undefined ? all.length > 0 : digest === 'weekly',
    keepFailedMs: needed(texts, 'KEEP_FAILED'),
    ...given('deleteGraceMs', value(texts, 'DELETE_GRACE')),
  };
}

function schedulesOf(
  texts: Texts,
  entries: TargetEntry['schedules'],
  common: { timezone: string; keep: KeepPolicy | undefined },
): TargetSchedule[] {
  if (entries === undefined) {
    const cron = value(texts, 'BACKUP_SCHEDULE');
    return cron === undefined ? [] : [schedule(ONLY_SCHEDULE, cron, common)];
  }
  return entries.map((entry) => {
    // Its rules stand alone: a weekly schedule that kept the target's 14 days besides would keep 14 weeks.
    const keep = firstRule(entry.texts) === undefined ? common.keep : keepPolicy(entry.texts);
    return schedule(entry.name ?? '', needed(entry.texts, 'BACKUP_SCHEDULE'), { ...common, keep });
  });
}

function schedule(
  name: string,
  cron: string,
  { timezone, keep }: { timezone: string; keep: KeepPolicy | undefined },
): TargetSchedule {
  const reading = parseSchedule({ cron, timezone });
  if (!reading.ok) throw new Error(`${reading.of} was not checked before it was used`);
  return { name, schedule: reading.schedule, ...given('keep', keep) };
}
