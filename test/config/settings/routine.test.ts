import { readConfig } from '../../../src/config/config.ts';
import { filesOf, LEAST } from '../environment.ts';

const DAY = 86_400_000;

function read(env: Record<string, string>, yaml?: string) {
  const files = yaml === undefined ? {} : { 'targets.yml': yaml };
  const file = yaml === undefined ? {} : { TARGETS_FILE: 'targets.yml' };
  return readConfig({ ...LEAST, ...file, ...env }, filesOf(files));
}

/** The lines between the first and the last of the message. */
function findings(env: Record<string, string>, yaml?: string): string[] {
  const result = read(env, yaml);
  return result.ok ? ['accepted'] : result.message.split('\n').slice(2, -2);
}

/** What the targets have, with the schedules as texts. */
function routines(env: Record<string, string>, yaml?: string) {
  const result = read(env, yaml);
  if (!result.ok) throw new Error(result.message);
  return result.config.targets.map(({ name, keep, schedules }) => ({
    name,
    keep,
    schedules: schedules.map(({ name: of, schedule, keep: rules }) => [
      of,
      `${schedule.cron} ${schedule.timezone}`,
      rules,
    ]),
  }));
}

const RULES = 'KEEP_LAST, KEEP_WITHIN, KEEP_HOURLY, KEEP_DAILY, KEEP_WEEKLY, KEEP_MONTHLY and KEEP_YEARLY';

test('the environment sets one schedule, and one policy for it and for backups made by hand', () => {
  const result = read({
    BACKUP_SCHEDULE: ' 15  3 * * *',
    BACKUP_TIMEZONE: 'europe/berlin',
    BACKUP_MAX_AGE: '26h',
    NOTIFY: 'failures',
    DIGEST: 'off',
    KEEP_DAILY: '14',
    KEEP_WITHIN: '3d',
    KEEP_FAILED: '2d',
    DELETE_GRACE: '3d',
  });
  const keep = { daily: 14, within: { years: 0, months: 0, days: 3, hours: 0 } };
  expect(result.ok && result.config.targets).toMatchObject([
    {
      schedules: [
        {
          name: 'routine',
          schedule: { cron: '15 3 * * *', timezone: 'Europe/Berlin', timesOfDay: [195] },
          keep,
        },
      ],
      keep,
      timezone: 'Europe/Berlin',
      maxAgeMs: 26 * 3_600_000,
      notify: 'failures',
      digest: false,
      keepFailedMs: 2 * DAY,
      deleteGraceMs: 3 * DAY,
    },
  ]);
});

test('without KEEP_* everything stays, without BACKUP_SCHEDULE nothing is made', () => {
  expect(routines({ BACKUP_SCHEDULE: '15 3 * * *' })).toEqual([
    { name: 'circleci', keep: undefined, schedules: [['routine', '15 3 * * * UTC', undefined]] },
  ]);
  expect(routines({ KEEP_LAST: '3' })).toEqual([{ name: 'circleci', keep: { last: 3 }, schedules: [] }]);
});

test('the week is told where there is a schedule, or as DIGEST says', () => {
  const digests = (env: Record<string, string>, yaml?: string) => {
    const result = read(env, yaml);
    return result.ok ? result.config.targets.map(({ digest }) => digest) : result.message;
  };
  expect(digests({})).toEqual([false]);
  expect(digests({ BACKUP_SCHEDULE: '15 3 * * *' })).toEqual([true]);
  expect(digests({ BACKUP_SCHEDULE: '15 3 * * *', DIGEST: 'off' })).toEqual([false]);
  expect(digests({ DIGEST: 'weekly' })).toEqual([true]);
  const yaml = `targets:
  - { name: as-all }
  - { name: own, DIGEST: weekly }
  - { name: by-hand, schedules: [] }
`;
  expect(digests({ BACKUP_SCHEDULE: '15 3 * * *', DIGEST: 'off' }, yaml)).toEqual([false, true, false]);
  expect(digests({ BACKUP_SCHEDULE: '15 3 * * *' }, yaml)).toEqual([true, true, false]);
});

test('a target has the last word, and each of its schedules its own rules', () => {
  const yaml = `
targets:
  - name: as-all
  - name: own
    BACKUP_SCHEDULE: 0 4 * * SUN
    BACKUP_TIMEZONE: Asia/Tokyo
    KEEP_LAST: 3
  - name: several
    schedules:
      - name: nightly
        BACKUP_SCHEDULE: 15 3 * * *
      - { name: weekly, BACKUP_SCHEDULE: 0 5 * * MON, KEEP_WEEKLY: 8 }
  - name: by-hand
    schedules: []
  - name: blank
    schedules:
`;
  const env = { BACKUP_SCHEDULE: '0 2 * * *', KEEP_DAILY: '7' };
  const daily = { daily: 7 };
  expect(routines(env, yaml)).toEqual([
    { name: 'as-all', keep: daily, schedules: [['routine', '0 2 * * * UTC', daily]] },
    {
      name: 'own',
      keep: { daily: 7, last: 3 },
      schedules: [['routine', '0 4 * * SUN Asia/Tokyo', { daily: 7, last: 3 }]],
    },
    {
      name: 'several',
      keep: daily,
      schedules: [
        ['nightly', '15 3 * * * UTC', daily],
        ['weekly', '0 5 * * MON UTC', { weekly: 8 }],
      ],
    },
    { name: 'by-hand', keep: daily, schedules: [] },
    { name: 'blank', keep: daily, schedules: [['routine', '0 2 * * * UTC', daily]] },
  ]);
});

const FIELDS =
  'Use five fields: minute, hour, day of the month, month, day of the week, for example 15 3 * * *.';
const COUNT = 'is not a whole number from 0 to 10000, nor the word unlimited. Use digits only, for example';

test.each<[Record<string, string>, string]>([
  [{ BACKUP_SCHEDULE: 'every night' }, `"every night" is not a cron expression. ${FIELDS}`],
  [{ BACKUP_SCHEDULE: '15 3 * *' }, `"15 3 * *" is not a cron expression. ${FIELDS}`],
  [{ BACKUP_SCHEDULE: '15 25 * * *' }, `"15 25 * * *" is not a cron expression. ${FIELDS}`],
  [
    { BACKUP_SCHEDULE: '0 15 3 * * *' },
    `"0 15 3 * * *" has six fields, and seconds are not supported. ${FIELDS}`,
  ],
  [
    { BACKUP_SCHEDULE: '* * * * *' },
    '"* * * * *" fires more often than every 30 minutes (at 00:00 and 00:01). Leave at least 30 minutes between two backups, for example 15 3 * * *.',
  ],
  [
    { BACKUP_SCHEDULE: '0 3 30 2 *' },
    '"0 3 30 2 *" never fires: no such day exists. Name a day that its months have, for example 15 3 * * *.',
  ],
  [
    { BACKUP_TIMEZONE: 'Europe/Berlim' },
    '"Europe/Berlim" is not a time zone. Did you mean Europe/Berlin? Use a name of the IANA list, for example Europe/Berlin.',
  ],
  [
    { BACKUP_TIMEZONE: 'CEST+1' },
    '"CEST+1" is not a time zone. Use a name of the IANA list, for example Europe/Berlin.',
  ],
  [{ BACKUP_MAX_AGE: '1 day' }, '"1 day" is not a duration. Use a number and a unit, for example 26h.'],
  [{ NOTIFY: 'never' }, '"never" is not known here. Use one of all, failures, for example failures.'],
  [{ DIGEST: 'daily' }, '"daily" is not known here. Use one of weekly, off, for example weekly.'],
  [{ KEEP_LAST: '-1' }, `"-1" ${COUNT} 7.`],
  [{ KEEP_DAILY: '1.5' }, `"1.5" ${COUNT} 14.`],
  [{ KEEP_WEEKLY: 'many' }, `"many" ${COUNT} 8.`],
  [
    { KEEP_WITHIN: '2w' },
    '"2w" is not a length of time. Use years, months, days and hours, each once (a week is 7d), for example 1y2m3d4h.',
  ],
  [{ KEEP_FAILED: '-7d' }, '"-7d" is not a duration. Use a number and a unit, for example 2d.'],
  [{ DELETE_GRACE: '0d' }, '"0d" is not between 1m and 52w. Use a number and a unit, for example 3d.'],
  [
    { PING_URL: 'https://hc.test/some-uuid?a=b' },
    'the value has a ? or # in it, behind which no /fail can be put. Leave that out, for example https://hc-ping.com/copied-from-the-service.',
  ],
  [
    { KEEP_DAILY: '0', KEEP_WITHIN: '0d' },
    `KEEP_WITHIN is “0d” and KEEP_DAILY is “0”: that would keep nothing. Set at least one of ${RULES} above zero, for example KEEP_DAILY=14.`,
  ],
  [{ KEEP_MINUTELY: '5' }, `"KEEP_MINUTELY" is not a rule. The rules are ${RULES}. Rename it, or remove it.`],
  [{ KEEP_DALY: '5' }, 'there is no such setting. Did you mean KEEP_DAILY? Rename it, or remove it.'],
])('%j is refused in words', (env, text) => {
  const [name = ''] = text.includes('keep nothing') ? ['KEEP_WITHIN'] : Object.keys(env);
  expect(findings(env)).toEqual([`At '${name}': ${text}`]);
});

test('a second word for a rule is refused beside the right one, other programs’ names are not', () => {
  expect(findings({ KEEP_DAILY: '7', KEEP_DAYLY: '14' })).toEqual([
    expect.stringContaining(`At 'KEEP_DAYLY': "KEEP_DAYLY" is not a rule.`),
  ]);
  expect(findings({ KEEP_ALIVE: '5', KEEP_ALIVE_TIMEOUT: '5', KEEP_DAYS: '', KEEPALIVE: '1' })).toEqual([
    'accepted',
  ]);
});

test('every mistake of a targets file is told with its line', () => {
  const yaml = `targets:
  - name: prod
    BACKUP_SCHEDULE: 15 3 * * *
    schedules:
      - name: nightly
        BACKUP_SCHEDULE: "* 3 * * *"
        KEEP_DAILY: 1.5
      - name: Weekly
        BACKUP_SCHEDULE: 0 5 * * MON
        KEEP_WEEKLY: 0
      - name: nightly
        BACKUP_TIMEZONE: UTC
        LOG_LEVEL: info
        KEEP_DAYLY: 7
        KEEP_MINUTELY: 7
        when: later
      - BACKUP_SCHEDUL: 0 5 * * MON
      - just text
  - name: stage
    Schedules: []
    BACKUP_TIMEZONE: Europe/Berlim
    KEEP_LAST: 0
  - name: third
    schedules: nightly
    KEEP_LAST: [1, [2]]
`;
  expect(findings({}, yaml)).toEqual([
    `At 'targets.yml', line 12: BACKUP_TIMEZONE is for the whole target. Set it beside schedules:.`,
    `At 'targets.yml', line 13: LOG_LEVEL is for the whole bot. Set it in the environment.`,
    `At 'targets.yml', line 14: "KEEP_DAYLY" is not a setting. Did you mean KEEP_DAILY?`,
    `At 'targets.yml', line 15: "KEEP_MINUTELY" is not a rule. The rules are ${RULES}.`,
    `At 'targets.yml', line 16: "when" is not a setting of a schedule; targets.example.yml and .env.example show them all.`,
    `At 'targets.yml', line 17: "BACKUP_SCHEDUL" is not a setting. Did you mean BACKUP_SCHEDULE?`,
    `At 'targets.yml', line 18: this item is not a schedule. Write a list under “schedules:”, each item with a name:, a BACKUP_SCHEDULE: and its KEEP_*; see targets.example.yml.`,
    `At 'targets.yml', line 20: "Schedules" is not a setting. Did you mean schedules?`,
    `At 'targets.yml', line 25: KEEP_LAST is neither a text nor a list of texts. Write it as in the environment.`,
    `At 'targets.yml', line 24: schedules is not a list. Write a list under “schedules:”, each item with a name:, a BACKUP_SCHEDULE: and its KEEP_*; see targets.example.yml.`,
    `At 'BACKUP_SCHEDULE' of target "prod" (targets.yml, line 3): set together with schedules:. Keep either BACKUP_SCHEDULE for one schedule, or schedules: for several, and remove the other.`,
    `At 'BACKUP_SCHEDULE' of schedule "nightly" of target "prod" (targets.yml, line 6): "* 3 * * *" fires more often than every 30 minutes (at 03:00 and 03:01). Leave at least 30 minutes between two backups, for example 15 3 * * *.`,
    `At 'KEEP_DAILY' of schedule "nightly" of target "prod" (targets.yml, line 7): "1.5" ${COUNT} 14.`,
    `At 'name' (targets.yml, line 8): "Weekly" is not a name for a schedule. Use up to 40 lower-case letters, digits and dashes, for example nightly.`,
    `At 'KEEP_WEEKLY' of schedule "Weekly" of target "prod" (targets.yml, line 10): KEEP_WEEKLY is “0”: that would keep nothing. Set at least one of ${RULES} above zero, for example KEEP_DAILY=14.`,
    `At 'name' (targets.yml, line 11): "nightly" is the name of another schedule (targets.yml, line 5). Choose another one.`,
    `At 'BACKUP_SCHEDULE' of schedule "nightly" of target "prod" (targets.yml, line 11): not set. Each schedule needs its own, for example BACKUP_SCHEDULE: 15 3 * * *`,
    `At 'name' (targets.yml, line 17): not set. Give the schedule a name, for example nightly.`,
    `At 'BACKUP_TIMEZONE' of target "stage" (targets.yml, line 21): "Europe/Berlim" is not a time zone. Did you mean Europe/Berlin? Use a name of the IANA list, for example Europe/Berlin.`,
    `At 'KEEP_LAST' of target "stage" (targets.yml, line 22): KEEP_LAST is “0”: that would keep nothing. Set at least one of ${RULES} above zero, for example KEEP_DAILY=14.`,
  ]);
});

test('a policy of the environment counts only with what the targets make of it', () => {
  const one = (rest: string) => `targets:\n  - name: a\n${rest}`;
  expect(findings({ KEEP_DAILY: '0' }, one('    KEEP_LAST: 3\n'))).toEqual(['accepted']);
  expect(findings({ KEEP_DAILY: '7' }, one('    KEEP_LAST: 0\n'))).toEqual(['accepted']);
  expect(findings({ KEEP_DAILY: '0' }, one(''))).toEqual([
    expect.stringContaining("At 'KEEP_DAILY': KEEP_DAILY is “0”"),
  ]);
  expect(findings({ KEEP_DAILY: '7' }, one('    KEEP_DAILY: 0\n'))).toEqual([
    expect.stringContaining(`At 'KEEP_DAILY' of target "a" (targets.yml, line 3): KEEP_DAILY is “0”`),
  ]);
});

describe('a promise that the schedules cannot keep', () => {
  const night = { BACKUP_SCHEDULE: '15 3 * * *', BACKUP_TIMEZONE: 'Europe/Berlin' };
  const why = 'and a backup takes a while, so that silence would be an alarm although all is well.';

  test.each<[Record<string, string>, string]>([
    [
      { ...night, BACKUP_MAX_AGE: '24h' },
      `“24h” is too short: the schedule can leave 1 d 1 h between two backups (as from 2027-10-30 01:15 UTC to 2027-10-31 02:15 UTC), ${why} Set BACKUP_MAX_AGE=25h30m or more, or let the schedule fire more often.`,
    ],
    [
      { BACKUP_SCHEDULE: '0 * * * *', BACKUP_MAX_AGE: '65m', BACKUP_DEADLINE: '10m' },
      `“65m” is too short: the schedule can leave 1 h between two backups (as from 2027-01-01 01:00 UTC to 2027-01-01 02:00 UTC), ${why} Set BACKUP_MAX_AGE=1h10m or more, or let the schedule fire more often.`,
    ],
    [
      { BACKUP_SCHEDULE: '0 3 1 1 *', BACKUP_MAX_AGE: '52w' },
      `“52w” is too short: the schedule can leave 366 d between two backups (as from 2028-01-01 03:00 UTC to 2029-01-01 03:00 UTC), ${why} Let the schedule fire more often, or remove BACKUP_MAX_AGE.`,
    ],
  ])('%j is refused with both values, and what to set', (env, text) => {
    expect(findings(env)).toEqual([`At 'BACKUP_MAX_AGE': ${text}`]);
  });

  test.each([
    { ...night, BACKUP_MAX_AGE: '25h30m' },
    { BACKUP_SCHEDULE: '15 3 * * *', BACKUP_MAX_AGE: '24h10m', BACKUP_DEADLINE: '10m' },
    { BACKUP_MAX_AGE: '1h' },
  ])('%j is accepted', (env) => {
    expect(findings(env)).toEqual(['accepted']);
  });

  test('the schedules of a target count together, and each target by what it has in the end', () => {
    const yaml = `targets:
  - name: together
    schedules:
      - { name: weekdays, BACKUP_SCHEDULE: 0 3 * * 1-5 }
      - { name: weekends, BACKUP_SCHEDULE: '0 3 * * 0,6' }
  - name: weekdays
    schedules:
      - { name: weekdays, BACKUP_SCHEDULE: 0 3 * * 1-5 }
  - name: rare
    BACKUP_SCHEDULE: 0 3 * * 1
  - name: impatient
    BACKUP_MAX_AGE: 12h
  - name: elsewhere
    BACKUP_TIMEZONE: Europe/Berlin
  - name: by-hand
    schedules: []
  - name: as-all
`;
    const env = { BACKUP_SCHEDULE: '0 3 * * *', BACKUP_MAX_AGE: '25h' };
    expect(findings(env, yaml).map((line) => line.replace(/ \(as from.*well\./, ''))).toEqual([
      `At 'BACKUP_MAX_AGE' of target "weekdays" (targets.yml, line 6): “25h” is too short: the schedule can leave 3 d between two backups Set BACKUP_MAX_AGE=72h30m or more, or let the schedule fire more often.`,
      `At 'BACKUP_MAX_AGE' of target "rare" (targets.yml, line 9): “25h” is too short: the schedule can leave 7 d between two backups Set BACKUP_MAX_AGE=168h30m or more, or let the schedule fire more often.`,
      `At 'BACKUP_MAX_AGE' of target "impatient" (targets.yml, line 12): “12h” is too short: the schedule can leave 1 d between two backups Set BACKUP_MAX_AGE=24h30m or more, or let the schedule fire more often.`,
      `At 'BACKUP_MAX_AGE' of target "elsewhere" (targets.yml, line 13): “25h” is too short: the schedule can leave 1 d 1 h between two backups Set BACKUP_MAX_AGE=25h30m or more, or let the schedule fire more often.`,
    ]);
    // What all have in common is told once.
    expect(findings({ ...env, BACKUP_MAX_AGE: '20h' }, 'targets: [{ name: a }, { name: b }]').length).toBe(1);
  });
});
