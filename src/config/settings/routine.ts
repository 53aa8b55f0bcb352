import { cron, timeZone } from '../formats/cron.ts';
import { duration } from '../formats/duration.ts';
import { oneOf } from '../formats/format.ts';
import { keepRule } from '../formats/keep.ts';
import { pingAddress } from '../formats/url.ts';
import type { Setting } from './setting.ts';

const NOTIFY = ['all', 'failures'] as const;
const DIGEST = ['weekly', 'off'] as const;

/** When backups are made by themselves, how long they stay, and who hears of it. */
export const ROUTINE = {
  BACKUP_SCHEDULE: {
    format: cron,
    scope: 'target',
    help: 'When backups are made by themselves, as a cron expression; by hand only when not set.',
    example: '15 3 * * *',
  },
  BACKUP_TIMEZONE: {
    format: timeZone,
    scope: 'target',
    fallback: 'UTC',
    help: 'The time zone of the schedules, and of the days and months that KEEP_* counts by.',
    example: 'Europe/Berlin',
  },
  BACKUP_MAX_AGE: {
    format: duration('1m', '52w'),
    scope: 'target',
    help: 'How old the newest complete backup may be before its silence is an alarm; no alarm when not set.',
    example: '26h',
  },
  NOTIFY: {
    format: oneOf(NOTIFY, { what: 'is not known here', use: `Use one of ${NOTIFY.join(', ')}` }),
    scope: 'target',
    fallback: 'all',
    help: 'Which routine backups the channel hears of: all, or failures alone.',
    example: 'failures',
  },
  DIGEST: {
    format: oneOf(DIGEST, { what: 'is not known here', use: `Use one of ${DIGEST.join(', ')}` }),
    scope: 'target',
    help: 'Whether the channel is told each Monday at 09:00 how its week was: weekly, or off. When not set, weekly if there is a schedule.',
    example: 'weekly',
  },
  PING_URL: {
    format: pingAddress,
    scope: 'bot',
    secret: 'whole',
    help: 'A dead-man switch as of healthchecks.io: it gets /start, the address alone for a success, and /fail.',
    example: 'https://hc-ping.com/copied-from-the-service',
  },
  KEEP_LAST: {
    format: keepRule('KEEP_LAST'),
    scope: 'target',
    help: 'How many of the newest complete backups stay. While no KEEP_* is set, all stay. Each KEEP_* may be unlimited.',
    example: '7',
  },
  KEEP_WITHIN: {
    format: keepRule('KEEP_WITHIN'),
    scope: 'target',
    help: 'Backups that are at most this much older than the newest stay: years, months, days and hours.',
    example: '1y2m3d4h',
  },
  KEEP_HOURLY: {
    format: keepRule('KEEP_HOURLY'),
    scope: 'target',
    help: 'For how many hours with backups the newest of each stays.',
    example: '24',
  },
  KEEP_DAILY: {
    format: keepRule('KEEP_DAILY'),
    scope: 'target',
    help: 'For how many days with backups the newest of each stays.',
    example: '14',
  },
  KEEP_WEEKLY: {
    format: keepRule('KEEP_WEEKLY'),
    scope: 'target',
    help: 'For how many weeks with backups the newest of each stays.',
    example: '8',
  },
  KEEP_MONTHLY: {
    format: keepRule('KEEP_MONTHLY'),
    scope: 'target',
    help: 'For how many months with backups the newest of each stays.',
    example: '12',
  },
  KEEP_YEARLY: {
    format: keepRule('KEEP_YEARLY'),
    scope: 'target',
    help: 'For how many years with backups the newest of each stays.',
    example: 'unlimited',
  },
  KEEP_FAILED: {
    format: duration('1m', '520w'),
    scope: 'target',
    fallback: '7d',
    help: 'How long partial, failed and abandoned backups stay. They never count as kept.',
    example: '2d',
  },
  DELETE_GRACE: {
    format: duration('1m', '52w'),
    scope: 'target',
    help: 'How long a backup is only disabled before it is deleted; deleted at once when not set.',
    example: '3d',
  },
} as const satisfies Record<string, Setting<unknown>>;
