import fc from 'fast-check';
import { parseSchedule } from '../../../src/core/time/schedule.ts';
import { scheduleInWords } from '../../../src/core/time/schedule-words.ts';
import { scheduleOf } from './schedule-of.ts';

function problemOf(cron: string, timezone = 'UTC'): string {
  const read = parseSchedule({ cron, timezone });
  return read.ok ? 'accepted' : read.problem;
}

const FIELDS =
  'Use five fields: minute, hour, day of the month, month, day of the week, for example 15 3 * * *.';

test.each([
  ['daily', `“daily” is not a cron expression. ${FIELDS}`],
  ['@daily', `“@daily” is not a cron expression. ${FIELDS}`],
  ['', `“” is not a cron expression. ${FIELDS}`],
  ['0 3 * *', `“0 3 * *” is not a cron expression. ${FIELDS}`],
  ['0 24 * * *', `“0 24 * * *” is not a cron expression. ${FIELDS}`],
  ['60 3 * * *', `“60 3 * * *” is not a cron expression. ${FIELDS}`],
  ['*/0 3 * * *', `“*/0 3 * * *” is not a cron expression. ${FIELDS}`],
  ['0 3 * * *,5', `“0 3 * * *,5” is not a cron expression. ${FIELDS}`],
  ['0 20-8 * * *', `“0 20-8 * * *” is not a cron expression. ${FIELDS}`],
  ['0 3 ? * *', `“0 3 ? * *” is not a cron expression. ${FIELDS}`],
  ['0 3 15 * +5', `“0 3 15 * +5” is not a cron expression. ${FIELDS}`],
  ['0 3 * * FRIDAYS', `“0 3 * * FRIDAYS” is not a cron expression. ${FIELDS}`],
  ['0 0 3 * * *', `“0 0 3 * * *” has six fields, and seconds are not supported. ${FIELDS}`],
  [
    '0 3 31 2 *',
    '“0 3 31 2 *” never fires: no such day exists. Name a day that its months have, for example 15 3 * * *.',
  ],
  [
    '* * * * *',
    '“* * * * *” fires more often than every 30 minutes (at 00:00 and 00:01). Leave at least 30 minutes between two backups, for example 15 3 * * *.',
  ],
  [
    '*/20 3 * * *',
    '“*/20 3 * * *” fires more often than every 30 minutes (at 03:00 and 03:20). Leave at least 30 minutes between two backups, for example 15 3 * * *.',
  ],
  [
    '0,50 0,23 * * *',
    '“0,50 0,23 * * *” fires more often than every 30 minutes (at 23:50 and 00:00). Leave at least 30 minutes between two backups, for example 15 3 * * *.',
  ],
])('“%s” is refused', (cron, problem) => {
  expect(problemOf(cron)).toBe(problem);
});

test.each([
  ['Berlin', ' Did you mean Europe/Berlin?'],
  ['new york', ' Did you mean America/New_York?'],
  ['Europe/Berlim', ' Did you mean Europe/Berlin?'],
  ['Mars/Olympus', ''],
  ['+02:00', ''],
  ['', ''],
])('the time zone “%s” is refused', (zone, guess) => {
  expect(problemOf('0 3 * * *', zone)).toBe(
    `“${zone}” is not a time zone.${guess} Use a name of the IANA list, for example Europe/Berlin.`,
  );
});

test('a refusal says for which of the two it is, and gives the configuration its pieces', () => {
  expect(parseSchedule({ cron: 'daily', timezone: 'UTC' })).toMatchObject({ ok: false, of: 'cron' });
  expect(parseSchedule({ cron: '0 3 * * *', timezone: 'Berlin' })).toMatchObject({
    of: 'timezone',
    fault: {
      what: 'is not a time zone',
      use: 'Did you mean Europe/Berlin? Use a name of the IANA list',
    },
  });
});

test.each([
  ['0 3 * * *', 'Europe/Berlin', 'At 03:00, every day (Europe/Berlin)'],
  ['  0   3 * * *', ' europe/berlin', 'At 03:00, every day (Europe/Berlin)'],
  ['15 15 * * mon-fri', 'UTC', 'At 15:15, Monday through Friday (UTC)'],
  ['30 2,14 * * *', 'Asia/Kolkata', 'At 02:30 and 14:30, every day (Asia/Kolkata)'],
  ['0 */6 * * *', 'UTC', 'At 00:00, 06:00, 12:00 and 18:00, every day (UTC)'],
  ['0 */5 * * *', 'UTC', 'At 00:00, 05:00, 10:00, 15:00 and 20:00, every day (UTC)'],
  ['30 2-4 * * *', 'UTC', 'At 02:30, 03:30 and 04:30, every day (UTC)'],
  ['*/30 * * * *', 'UTC', 'Every 30 minutes, every hour, every day (UTC)'],
  ['0 */2 * * *', 'UTC', 'On the hour, every 2 hours, every day (UTC)'],
  ['0 3 L * *', 'UTC', 'At 03:00, on the last day of the month (UTC)'],
  ['0 3 * * 5#2', 'UTC', 'At 03:00, on the second Friday of the month (UTC)'],
  ['0 3 1W,15W * *', 'UTC', '“0 3 1W,15W * *” (UTC)'],
  ['0 3 13 * 5', 'UTC', 'At 03:00, on day 13 of the month, and on Friday (UTC)'],
])('“%s” in %s reads “%s”', (cron, timezone, words) => {
  expect(scheduleInWords(scheduleOf(cron, timezone))).toBe(words);
});

test('targets with the same cron and zone share one schedule', () => {
  expect(scheduleOf('0  3 * * *', 'europe/berlin')).toBe(scheduleOf('0 3 * * *', 'Europe/Berlin'));
  expect(scheduleOf('0 3 * * *', 'UTC')).not.toBe(scheduleOf('0 3 * * *', 'Europe/Berlin'));
});

test('whatever is typed, the answer is a schedule that can be said in words, or a problem', () => {
  const list = (max: number, ...special: string[]) => {
    const n = fc.integer({ min: 0, max: max + 1 }).map(String);
    const range = fc.tuple(n, n).map(([from, to]) => `${from}-${to}`);
    const step = fc.tuple(fc.oneof(fc.constant('*'), range), n).map(([of, by]) => `${of}/${by}`);
    const item = fc.oneof(fc.constant('*'), n, n, range, step, fc.constantFrom('', '?', ...special));
    return fc.array(item, { minLength: 1, maxLength: 2 }).map((items) => items.join(','));
  };
  const days = list(31, 'L', 'LW', '15W', 'L-3');
  const weekdays = list(7, 'MON', 'FRI-SUN', '5L', '5#2', 'FRI#1', 'MON#L', 'sun');
  const fields = fc.tuple(list(59), list(23), days, list(12, 'JAN', 'feb-apr'), weekdays);
  const cron = fc.oneof(
    fc.string(),
    fields.map((all) => all.join(' ')),
  );
  fc.assert(
    fc.property(cron, fc.constantFrom('UTC', 'Europe/Berlin', 'x'), (text, timezone) => {
      const read = parseSchedule({ cron: text, timezone });
      if (read.ok) expect(scheduleInWords(read.schedule)).toMatch(/^(?!.*undefined).+ \(.+\)$/);
      else expect(read.problem).toMatch(/^“.*” .+\.$/u);
    }),
    { numRuns: 3_000 },
  );
});
