import { checkApprovals, hasApprovalPolicy } from '../checks/approval-policy.ts';
import { checkTexts } from '../checks/check.ts';
import { checkExtraTags } from '../checks/cross-checks.ts';
import { checkDatastores } from '../checks/datastores.ts';
import type { Finding, Quote } from '../checks/issue.ts';
import { checkPolicy, firstRule } from '../checks/keep-policy.ts';
import { createCheckMaxAge, hasOwnTimes } from '../checks/max-age.ts';
import type { ReadFile } from '../checks/read-file.ts';
import { checkRestic } from '../checks/restic.ts';
import { checkSsh } from '../checks/ssh.ts';
import type { Texts } from '../settings/raw-settings.ts';
import { SETTINGS } from '../settings/settings.ts';
import { checkName, SCHEDULE_NAME, TARGET_NAME } from './check-name.ts';
import type { Entry } from './entry.ts';
import type { TargetEntry } from './targets-file.ts';

/** Looks at the targets of a file: their names, their own settings, their schedules. `texts`: the environment's. */
export function checkEntries(
  entries: readonly TargetEntry[],
  texts: Texts,
  quote: Quote,
  readFile: ReadFile,
): Finding[] {
  const names = checkName(TARGET_NAME, quote);
  const maxAge = createCheckMaxAge();
  return entries.flatMap((entry) => {
    const where = (at: string) => `${ofTarget(entry, quote)} (${entry.place(at)})`;
    const ownTimes = hasOwnTimes(entry.texts, entry.schedules);
    return [
      ...names(entry),
      ...checkTexts(entry.texts, quote, where),
      ...(firstRule(entry.texts) === undefined ? [] : checkPolicy({ ...texts, ...entry.texts }, where)),
      ...(hasApprovalPolicy(entry.texts) ? checkApprovals({ ...texts, ...entry.texts }, where) : []),
      ...(ownTimes ? maxAge({ ...texts, ...entry.texts }, entry.schedules, where) : []),
      ...checkSsh(entry.texts, readFile, where),
      ...checkRestic(entry.texts, readFile, where),
      ...(entry.texts.DATASTORES === undefined
        ? []
        : checkDatastores({ ...texts, ...entry.texts }, quote, readFile, where)),
      ...(entry.texts.EXTRA_TAGS === undefined && entry.texts.SERVICES_INSTANCE === undefined
        ? []
        : checkExtraTags({ ...texts, ...entry.texts }, where)),
      ...oneWay(entry, where),
      ...checkSchedules(entry, quote),
    ];
  });
}

/** The environment's policies alone, where some target has none of its own. */
export function checkCommonPolicies(texts: Texts, entries: readonly TargetEntry[] | undefined): Finding[] {
  const without = (has: (texts: Texts, schedules?: readonly Entry[]) => boolean) =>
    entries?.some((entry) => !has(entry.texts, entry.schedules)) ?? true;
  return [
    ...(without((own) => firstRule(own) !== undefined) ? checkPolicy(texts) : []),
    ...(without(hasApprovalPolicy) ? checkApprovals(texts) : []),
    ...(without(hasOwnTimes) ? createCheckMaxAge()(texts) : []),
  ];
}

function checkSchedules(entry: TargetEntry, quote: Quote): Finding[] {
  const names = checkName(SCHEDULE_NAME, quote);
  return (entry.schedules ?? []).flatMap((schedule) => {
    const named = schedule.name === undefined ? '' : ` of schedule ${quote(schedule.name)}`;
    const where = (at: string) => `${named}${ofTarget(entry, quote)} (${schedule.place(at)})`;
    return [
      ...names(schedule),
      ...lacksTimes(schedule, where),
      ...checkTexts(schedule.texts, quote, where),
      ...checkPolicy(schedule.texts, where),
    ];
  });
}

function lacksTimes({ texts, unread }: Entry, where: (at: string) => string): Finding[] {
  const at = 'BACKUP_SCHEDULE';
  if (texts[at] !== undefined || unread.includes(at)) return [];
  const text = `not set. Each schedule needs its own, for example ${at}: ${SETTINGS[at].example}`;
  return [{ at, where: where(at), text }];
}

function oneWay({ schedules, texts }: TargetEntry, where: (at: string) => string): Finding[] {
  const at = 'BACKUP_SCHEDULE';
  if (schedules === undefined || texts[at] === undefined) return [];
  const text =
    'set together with schedules:. Keep either BACKUP_SCHEDULE for one schedule, or schedules: for several, and ' +
    'remove the other.';
  return [{ at, where: where(at), text }];
}

export function ofTarget({ name }: Entry, quote: Quote): string {
  return name === undefined ? '' : ` of target ${quote(name)}`;
}
