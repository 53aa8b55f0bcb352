import fc from 'fast-check';
import {
  readSetting,
  SETTING_NAMES,
  SETTINGS,
  type SettingName,
} from '../../../src/config/settings/settings.ts';

const ADDRESS = {
  host: 'db',
  port: 5432,
  database: 'ci',
  user: 'bot',
  tls: 'verify-full',
  schema: 'circleci_backup',
};

test.each(SETTING_NAMES)('%s: its own example and fallback are accepted, its help is a sentence', (name) => {
  const { example, fallback, help } = SETTINGS[name];
  expect(readSetting(name, example)).toMatchObject({ ok: true });
  if (fallback !== undefined) expect(readSetting(name, fallback)).toMatchObject({ ok: true });
  expect(help).toMatch(/^[A-Z].*\.$/);
});

test.each<[SettingName, string, unknown]>([
  ['SERVICES_INSTANCE', 'i-0123456789abcdef0', { by: 'id', id: 'i-0123456789abcdef0' }],
  ['SERVICES_INSTANCE', 'i-01234567', { by: 'id', id: 'i-01234567' }],
  ['SERVICES_INSTANCE', 'tag:Name=a=b c', { by: 'tag', key: 'Name', value: 'a=b c' }],
  ['SERVICES_INSTANCE', 'tag:aws:x:y=z', { by: 'tag', key: 'aws:x:y', value: 'z' }],
  [
    'OPERATORS',
    'U0123456789, S0123456789 W0123456789,,U0123456789',
    ['U0123456789', 'S0123456789', 'W0123456789'],
  ],
  ['EXTRA_TAGS', 'CostCentre=1234', { CostCentre: '1234' }],
  ['EXTRA_TAGS', ' Owner = ci team ,team:x=a=b,, empty=', { Owner: 'ci team', 'team:x': 'a=b', empty: '' }],
  ['FILES_PATHS', '/data/circle/objects', ['/data/circle/objects']],
  ['FILES_PATHS', " /data//a b/ ,/data/ab,, /data/a b , /x'$(y)", ['/data/a b', '/data/ab', "/x'$(y)"]],
  ['STORAGE', 'external', 'external'],
  ['AWS_REGION', 'us-gov-west-1', 'us-gov-west-1'],
  ['AWS_REGION', 'eusc-de-east-1', 'eusc-de-east-1'],
  ['CIRCLECI_URL', 'https://CI.example.com/', 'https://ci.example.com'],
  ['CIRCLECI_URL', 'http://10.20.1.12:8080', 'http://10.20.1.12:8080'],
  ['SLACK_API_URL', 'http://127.0.0.1:4000/api', 'http://127.0.0.1:4000/api/'],
  ['DATABASE_URL', 'sqlite:/data', { kind: 'sqlite', folder: '/data' }],
  ['DATABASE_URL', 'sqlite:///data', { kind: 'sqlite', folder: '/data' }],
  ['DATABASE_URL', 'sqlite:data', { kind: 'sqlite', folder: 'data' }],
  ['DATABASE_URL', 'postgres://bot@db/ci', { kind: 'postgres', address: ADDRESS }],
  [
    'DATABASE_URL',
    'postgresql://b%40t:p%3Fss%2Fword@db:6543/c%20i?sslmode=require&schema=two',
    {
      kind: 'postgres',
      address: {
        ...ADDRESS,
        user: 'b@t',
        password: 'p?ss/word',
        port: 6543,
        database: 'c i',
        tls: 'require',
        schema: 'two',
      },
    },
  ],
  [
    'DATABASE_URL',
    'postgres://bot@localhost/ci?host=/run/postgresql',
    { kind: 'postgres', address: { ...ADDRESS, host: '/run/postgresql', tls: 'disable' } },
  ],
  [
    'DATABASE_URL',
    'postgres://bot@[::1]/ci',
    { kind: 'postgres', address: { ...ADDRESS, host: '::1', tls: 'disable' } },
  ],
  [
    'DATABASE_URL',
    'postgres://bot@127.0.0.1/ci?sslmode=verify-full',
    { kind: 'postgres', address: { ...ADDRESS, host: '127.0.0.1' } },
  ],
  ['BACKUP_CHANNEL', 'G01ABCDEFGH', 'G01ABCDEFGH'],
  ['BACKUP_DEADLINE', '1h30m', 5_400_000],
  [
    'DEV_CONSOLE_COMMAND',
    'sudo docker exec -it frontend lein repl',
    'sudo docker exec -it frontend lein repl',
  ],
  ['DEV_CONSOLE_TIMEOUT', '90s', 90_000],
  ['OPS_PORT', '0', 0],
  ['OPS_HOST', '::1', '::1'],
  ['BACKUP_SCHEDULE', '0 3 * * MON-FRI', '0 3 * * MON-FRI'],
  ['BACKUP_SCHEDULE', '0 */6 * * *', '0 */6 * * *'],
  ['BACKUP_TIMEZONE', 'europe/berlin', 'Europe/Berlin'],
  ['BACKUP_TIMEZONE', 'US/Eastern', 'US/Eastern'],
  ['BACKUP_MAX_AGE', '26h', 93_600_000],
  ['NOTIFY', 'failures', 'failures'],
  ['DIGEST', 'off', 'off'],
  ['KEEP_LAST', '0', '0'],
  ['KEEP_YEARLY', 'unlimited', 'unlimited'],
  ['KEEP_WITHIN', '1y2m3d4h', '1y2m3d4h'],
  ['KEEP_FAILED', '2d', 172_800_000],
  ['DELETE_GRACE', '1w', 604_800_000],
  ['PING_URL', 'https://u:password@hc.test/a', 'https://u:password@hc.test/a'],
])('%s accepts %s', (name, text, value) => {
  expect(readSetting(name, text)).toEqual({ ok: true, value });
});

test.each<[SettingName, string, string]>([
  ['SLACK_BOT_TOKEN', 'xoxp-123456', 'is not a bot token'],
  ['SLACK_APP_TOKEN', 'xoxb-123456', 'is not an app-level token'],
  ['EXTRA_TAGS', 'CostCentre', 'is not a key, “=” and a value'],
  ['EXTRA_TAGS', '=1234', 'is not a key, “=” and a value'],
  ['EXTRA_TAGS', ',', 'names no tag'],
  ['EXTRA_TAGS', 'a=1,a=2', 'names a key twice'],
  ['EXTRA_TAGS', 'AWS:cost=1', 'begins with aws:, which AWS keeps for itself'],
  ['EXTRA_TAGS', 'Name=x', 'is a tag that the bot sets itself'],
  ['EXTRA_TAGS', 'circleci-backup:run=x', 'is a tag that the bot sets itself'],
  ['EXTRA_TAGS', 'a=x\u200by', 'holds a character that EC2 does not take'],
  ['EXTRA_TAGS', `${'k'.repeat(129)}=1`, 'has a key of more than 128 characters'],
  ['EXTRA_TAGS', `k=${'v'.repeat(257)}`, 'has a value of more than 256 characters'],
  ['EXTRA_TAGS', Array.from({ length: 11 }, (_, i) => `k${i}=v`).join(), 'names 11 tags'],
  ['FILES_PATHS', 'data/objects', 'is not an absolute path'],
  ['FILES_PATHS', '~/objects', 'is not an absolute path'],
  ['FILES_PATHS', '/data/a,b', 'is not an absolute path'],
  ['FILES_PATHS', '//', 'is the whole machine'],
  ['FILES_PATHS', '/data/../etc', 'holds . or .. as a folder'],
  ['FILES_PATHS', '/data/.', 'holds . or .. as a folder'],
  ['FILES_PATHS', '/data/a\nb', 'holds a character that ends a line or cannot be seen'],
  ['FILES_PATHS', '/data/\ufffd', 'is not UTF-8'],
  ['FILES_PATHS', `/${'é'.repeat(2_048)}`, 'is longer than 4095 bytes'],
  ['FILES_PATHS', '/data/a/b,/data/a', 'lies inside another one of them'],
  ['FILES_PATHS', ',', 'names no folder'],
  ['FILES_PATHS', Array.from({ length: 21 }, (_, i) => `/f${i}`).join(), 'names 21 folders'],
  ['STORAGE', 'none', 'is not known here'],
  ['SLACK_SIGNING_SECRET', 'short', 'is not a signing secret'],
  ['PORT', '0', 'is not a whole number from 1 to 65535'],
  ['PORT', '3000 ', 'is not a whole number from 1 to 65535'],
  ['OPS_PORT', '65536', 'is not a whole number from 0 to 65535'],
  ['OPS_PORT', '1e3', 'is not a whole number from 0 to 65535'],
  ['SLACK_API_URL', 'slack.com', 'is not a web address'],
  ['SLACK_API_URL', 'https://u:pw@slack.test', 'holds a password too short to be kept out of logs'],
  ['BACKUP_CHANNEL', '#ops', 'is not the id of a channel'],
  ['BACKUP_CHANNEL', 'D0123456789', 'is a direct message'],
  ['OPERATORS', ' , ', 'is not the id of a person or a user group'],
  ['OPERATORS', 'U0123456789;U1234567890', 'is not the id of a person or a user group'],
  ['AWS_REGION', 'us-east-1a', 'is an availability zone'],
  ['AWS_REGION', 'Virginia', 'is not an AWS region'],
  ['SERVICES_INSTANCE', 'i-0123', 'is neither an instance id nor a tag'],
  ['SERVICES_INSTANCE', 'i-0123456789ABCDEF0', 'is neither an instance id nor a tag'],
  ['SERVICES_INSTANCE', 'tag:Name', 'is neither an instance id nor a tag'],
  ['SERVICES_INSTANCE', 'tag:Name=', 'is neither an instance id nor a tag'],
  ['CIRCLECI_URL', 'ci.example.com', 'has no scheme'],
  ['CIRCLECI_URL', 'https://ci.example.com/gh/acme', 'is more than scheme and host'],
  ['CIRCLECI_URL', 'https://u:secret@ci.example.com', 'holds a user name or password'],
  ['AWS_ENDPOINT_URL_EC2', 'ftp://ec2', 'is not a web address'],
  ['DEV_CONSOLE_COMMAND', 'circleci dev-console\nid', 'is not one line of at most 300 characters'],
  ['DEV_CONSOLE_TIMEOUT', '5s', 'is not between 10s and 1h'],
  ['AWS_SECRET_ACCESS_KEY', 'abc', 'is shorter than 6 characters, too short to be kept out of logs'],
  ['DATABASE_URL', 'postgres://db/bot', 'names no user'],
  ['DATABASE_URL', 'postgres://bot@/ci', 'is not the address of a database'],
  ['DATABASE_URL', 'postgres://bot@db', 'names no database'],
  ['DATABASE_URL', 'postgres://bot@db/ci/more', 'names no database'],
  ['DATABASE_URL', 'postgres://bot:a%zz@db/ci', 'is not the address of a database'],
  ['DATABASE_URL', 'postgres://bot:short@db/ci', 'holds a password too short to be kept out of logs'],
  ['DATABASE_URL', 'postgres://bot@db/ci?sslmode=prefer', 'has an sslmode that this bot does not know'],
  [
    'DATABASE_URL',
    'postgres://bot@db/ci?sslrootcert=/ca.pem',
    'names an sslrootcert, which is not read here',
  ],
  [
    'DATABASE_URL',
    'postgres://bot:12?rest-of-it@db/ci',
    'has something behind its ? that this bot does not know',
  ],
  ['DATABASE_URL', 'postgres://bot@db/ci?schema=a-b', 'has a schema that is not a schema’s name'],
  [
    'DATABASE_URL',
    'postgres://bot@db/ci?host=other',
    'has a host behind its ? that is not the folder of a socket',
  ],
  ['DATABASE_URL', 'mysql://db/bot', 'is not a kind of database this bot knows'],
  ['DATABASE_URL', './data', 'does not say where the bot keeps its data'],
  ['DATABASE_URL', 'sqlite:', 'names no folder'],
  ['DATABASE_URL', 'sqlite::memory:', 'names no folder'],
  ['DATABASE_URL', 'sqlite://data', 'names no folder'],
  ['LOG_LEVEL', 'INFO', 'is not a log level'],
  ['STOP_GRACE', '1h', 'is not between 0s and 10m'],
  ['BACKUP_DEADLINE', '3w', 'is not between 1s and 2w'],
  ['TARGET_NAME', 'Prod', 'is not a name for a target'],
  ['TARGET_NAME', 'a'.repeat(41), 'is not a name for a target'],
  ['BACKUP_SCHEDULE', 'daily', 'is not a cron expression'],
  ['BACKUP_SCHEDULE', '@daily', 'is not a cron expression'],
  ['BACKUP_SCHEDULE', '61 3 * * *', 'is not a cron expression'],
  ['BACKUP_SCHEDULE', '0 0 3 * * *', 'has six fields, and seconds are not supported'],
  ['BACKUP_TIMEZONE', 'Berlin', 'is not a time zone'],
  ['BACKUP_TIMEZONE', '+02:00', 'is not a time zone'],
  ['BACKUP_MAX_AGE', '30s', 'is not between 1m and 52w'],
  ['NOTIFY', 'none', 'is not known here'],
  ['KEEP_FAILED', '0s', 'is not between 1m and 520w'],
  ['DELETE_GRACE', '3 days', 'is not a duration'],
  ['PING_URL', 'hc-ping.com/a', 'is not a web address'],
  ['PING_URL', 'https://hc.test/a?create=1', 'has a ? or # in it, behind which no /fail can be put'],
  ['SSH_HOST_KEY', 'aa:bb', 'is not a host key'],
])('%s refuses “%s”: %s', (name, text, what) => {
  expect(readSetting(name, text)).toMatchObject({ ok: false, fault: { what } });
});

test('any text at all is either a value or a fault', () => {
  const texts = fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.webUrl(), fc.ipV6(), fc.string());
  fc.assert(
    fc.property(fc.constantFrom(...SETTING_NAMES), texts, (name, text) => {
      const reading = readSetting(name, text);
      return reading.ok || reading.fault.what.length > 0;
    }),
    { numRuns: 1000 },
  );
});
