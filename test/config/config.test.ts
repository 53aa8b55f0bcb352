import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config/config.ts';
import { loadDotenv } from '../../src/config/environment.ts';
import { filesOf, LEAST } from './environment.ts';
import { newPrivateKey } from './private-keys.ts';

const noFiles = filesOf({});

function messageOf(env: Record<string, string>): string {
  const result = readConfig(env, noFiles);
  return result.ok ? 'accepted' : result.message;
}

test('a value in quotes, as docker hands on an .env file, is the value', () => {
  const quoted = Object.fromEntries(Object.entries(LEAST).map(([name, value]) => [name, `"${value}"`]));
  expect(readConfig({ ...quoted, TARGET_NAME: "'circleci'" }, noFiles)).toEqual(readConfig(LEAST, noFiles));
  expect(messageOf({ ...LEAST, AWS_REGION: '""' })).toContain('AWS_REGION');
});

test('the least that is needed gives a whole configuration', () => {
  expect(readConfig(LEAST, noFiles)).toEqual({
    ok: true,
    config: {
      warnings: [],
      slack: {
        botToken: 'xoxb-test-bot-token',
        delivery: { kind: 'socket', appToken: 'xapp-test-app-token' },
      },
      aws: {},
      targets: [
        {
          name: 'circleci',
          region: 'us-east-1',
          instance: { by: 'tag', key: 'Name', value: 'circleci_services' },
          channel: 'C0123456789',
          operators: ['S0123456789'],
          approvers: ['S0123456789'],
          approvalsRequired: 1,
          approvalExpiresMs: 3_600_000,
          typeTargetName: false,
          deadlineMs: 86_400_000,
          schedules: [],
          timezone: 'UTC',
          notify: 'all',
          digest: false,
          keepFailedMs: 7 * 86_400_000,
          devConsole: { command: 'circleci dev-console', openMs: 600_000 },
        },
      ],
      database: { kind: 'sqlite', folder: './data' },
      ops: { host: '127.0.0.1', port: 9090 },
      logLevel: 'info',
      stopGraceMs: 25_000,
      commandLine: { folder: './data', users: {} },
      secrets: ['xoxb-test-bot-token', 'xapp-test-app-token'],
    },
  });
});

test('everything that can be set arrives, and every secret is listed', () => {
  const { SLACK_APP_TOKEN: _socket, ...http } = LEAST;
  const env = {
    ...http,
    SLACK_SIGNING_SECRET: '0123456789abcdef0123456789abcdef',
    PORT: '3000',
    SLACK_API_URL: 'https://proxy:p%40ssword@slack.test/api',
    TARGET_NAME: 'prod',
    CIRCLECI_URL: 'https://ci.example.com',
    CIRCLECI_TOKEN: 'circle-token',
    DEV_CONSOLE_COMMAND: 'replicated admin dev-console',
    DEV_CONSOLE_TIMEOUT: '20m',
    BACKUP_DEADLINE: '6h',
    AWS_ACCESS_KEY_ID: 'test-key-id',
    AWS_SECRET_ACCESS_KEY: 'test-secret-key',
    AWS_SESSION_TOKEN: 'test-session',
    AWS_ENDPOINT_URL_EC2: 'http://127.0.0.1:4566',
    AWS_ENDPOINT_URL_EBS: 'http://127.0.0.1:4567',
    DATABASE_URL: 'sqlite:/data',
    OPS_HOST: '0.0.0.0',
    OPS_PORT: '9464',
    LOG_LEVEL: 'debug',
    STOP_GRACE: '10s',
    CLI_USERS: 'ana=U0123456789',
    RUN_DIR: '/run/bot',
    PING_URL: 'https://hc.test/uuid-of-the-check',
    SSH_PRIVATE_KEY_FILE: '/keys/services',
    FILES_PATHS: '/data/circle/objects,/mnt/artifacts',
    STORAGE: 'external',
    PATH: '/usr/bin',
  };
  const key = newPrivateKey().trim();
  const result = readConfig(env, filesOf({ '/keys/services': `${key}\n` }));
  expect(result).toEqual({
    ok: true,
    config: {
      slack: {
        botToken: 'xoxb-test-bot-token',
        delivery: { kind: 'http', signingSecret: '0123456789abcdef0123456789abcdef', port: 3000 },
        apiUrl: 'https://proxy:p%40ssword@slack.test/api/',
      },
      aws: {
        endpointEc2: 'http://127.0.0.1:4566',
        endpointEbs: 'http://127.0.0.1:4567',
        credentials: {
          accessKeyId: 'test-key-id',
          secretAccessKey: 'test-secret-key',
          sessionToken: 'test-session',
        },
      },
      targets: [
        expect.objectContaining({
          name: 'prod',
          circleciUrl: 'https://ci.example.com',
          circleciToken: 'circle-token',
          devConsole: { command: 'replicated admin dev-console', openMs: 20 * 60_000 },
          deadlineMs: 21_600_000,
          files: { paths: ['/data/circle/objects', '/mnt/artifacts'] },
          storage: 'external',
        }),
      ],
      database: { kind: 'sqlite', folder: '/data' },
      ops: { host: '0.0.0.0', port: 9464 },
      logLevel: 'debug',
      stopGraceMs: 10_000,
      commandLine: { folder: '/run/bot', users: { ana: 'U0123456789' } },
      pingUrl: 'https://hc.test/uuid-of-the-check',
      warnings: [],
      secrets: [
        'xoxb-test-bot-token',
        '0123456789abcdef0123456789abcdef',
        'p%40ssword',
        'p@ssword',
        key,
        ...key
          .split('\n')
          .slice(1, -1)
          .filter((line) => line.length >= 16),
        'circle-token',
        'https://hc.test/uuid-of-the-check',
        'test-key-id',
        'test-secret-key',
        'test-session',
      ],
    },
  });
});

test('an empty environment gets one message that says what to set', () => {
  expect(messageOf({})).toBe(`The bot cannot start: 6 settings need your attention.

At 'SLACK_BOT_TOKEN': not set. The bot token of the Slack app, from its page “OAuth & Permissions”. For example SLACK_BOT_TOKEN=xoxb-copied-from-slack
At 'SLACK_APP_TOKEN': not set, and neither is SLACK_SIGNING_SECRET. Set either SLACK_APP_TOKEN for Socket Mode (the safer way: no port is open to the internet), for example xapp-copied-from-slack, or SLACK_SIGNING_SECRET and PORT for HTTP.
At 'BACKUP_CHANNEL': not set. The id of the Slack channel where backups are shown. Invite the bot to it. For example BACKUP_CHANNEL=C0123456789
At 'OPERATORS': not set. Who may change something: ids of people (U…, W…) and user groups (S…), separated by commas or spaces. For example OPERATORS=U0123456789,S0123456789
At 'AWS_REGION': not set. The AWS region of the Services machine. For example AWS_REGION=us-east-1
At 'SERVICES_INSTANCE': not set. The Services machine in EC2: its instance id, or a tag that only it carries. For example SERVICES_INSTANCE=tag:Name=circleci_services

Settings come from the environment and from the file .env; .env.example lists them all.`);
});

test('several mistakes at once are told in one message, in the order of .env.example', () => {
  const env = {
    SLACK_BOT_TOKN: 'xoxb-test-bot-token',
    SLACK_APP_TOKEN: 'xoxb-pasted-the-wrong-one',
    BACKUP_CHANNEL: '#ops\u001b[31m',
    OPERATORS: 'U0123456789, @ana',
    AWS_REGION: 'us-east-1a',
    SERVICES_INSTANCE: 'xoxb-test-bot-token',
    CIRCLECI_URL: 'https://ops:hunter22@ci.example.com',
    BACKUP_DEADLINE: '6 hors',
    AWS_ACCESS_KEY_ID: 'test-key-id',
    DATABASE_URL: 'postgres://bot:hunter22@db/bot?sslmode=prefer',
    LOG_LEVEL: 'loud',
  };
  expect(messageOf(env)).toBe(`The bot cannot start: 11 settings need your attention.

At 'SLACK_BOT_TOKN': there is no such setting. Did you mean SLACK_BOT_TOKEN? Rename it, or remove it.
At 'SLACK_APP_TOKEN': the value is not an app-level token. Make one with the scope connections:write on the app’s page “Basic Information”, for example xapp-copied-from-slack.
At 'BACKUP_CHANNEL': "#ops\\u001b[31m" is not the id of a channel. In Slack, click the name at the top of the channel: the id stands at the end of “About”, for example C0123456789.
At 'OPERATORS': "@ana" is not the id of a person or a user group. In Slack, open the profile, then ⋮ and “Copy member ID” (a user group: ⋮ and “Copy group ID”), for example U0123456789,S0123456789.
At 'AWS_REGION': "us-east-1a" is an availability zone. Leave out the last letter, for example us-east-1.
At 'SERVICES_INSTANCE': "[redacted]" is neither an instance id nor a tag. Use an id like i-0123456789abcdef0, or tag:Key=Value, for example tag:Name=circleci_services.
At 'CIRCLECI_URL': "https://[redacted]@ci.example.com" holds a user name or password. Leave that out, for example https://ci.example.com.
At 'BACKUP_DEADLINE': "6 hors" is not a duration. Use a number and a unit, for example 6h.
At 'AWS_SECRET_ACCESS_KEY': not set, but AWS_ACCESS_KEY_ID is. Set both, or remove them and let the AWS SDK find a role or profile.
At 'DATABASE_URL': the value has an sslmode that this bot does not know. Use verify-full, which is the safe one; require, which encrypts and trusts whoever answers; or disable, for example sqlite:/data.
At 'LOG_LEVEL': "loud" is not a log level. Use one of trace, debug, info, warn, error, fatal, silent, for example debug.

Settings come from the environment and from the file .env; .env.example lists them all.`);
});

test.each<[string, Record<string, string>, string]>([
  [
    'both ways of Slack',
    { SLACK_SIGNING_SECRET: '0123456789abcdef', PORT: '3000' },
    "At 'SLACK_APP_TOKEN': set together with SLACK_SIGNING_SECRET. Keep either",
  ],
  [
    'HTTP without a port',
    { SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: '0123456789abcdef' },
    "At 'PORT': not set",
  ],
  [
    'two servers on one port',
    { SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: '0123456789abcdef', PORT: '9090' },
    "At 'OPS_PORT': the same port as PORT.",
  ],
  [
    'a secret key alone',
    { AWS_SECRET_ACCESS_KEY: 'test-secret-key' },
    "At 'AWS_ACCESS_KEY_ID': not set, but AWS_SECRET_ACCESS_KEY is.",
  ],
  [
    'a session token alone',
    { AWS_SESSION_TOKEN: 'test-session' },
    "At 'AWS_ACCESS_KEY_ID': not set, but AWS_SESSION_TOKEN is.",
  ],
  [
    'a secret of which little would be left',
    { CIRCLECI_TOKEN: 'abc' },
    "At 'CIRCLECI_TOKEN': the value is shorter than 6 characters",
  ],
  [
    'a name in lower case',
    { backup_deadline: '6h' },
    "At 'backup_deadline': there is no such setting. Did you mean BACKUP_DEADLINE?",
  ],
  [
    'a missing targets file',
    { TARGETS_FILE: 'none.yml' },
    `At 'TARGETS_FILE': "none.yml" cannot be read: there is no such file.`,
  ],
  [
    'a name for many targets',
    { TARGETS_FILE: 'none.yml', TARGET_NAME: 'a' },
    "At 'TARGET_NAME': names one target, and TARGETS_FILE names them all.",
  ],
  [
    'a tag by which two machines would be found',
    { SERVICES_INSTANCE: 'tag:Role=services', EXTRA_TAGS: 'Owner=ci, Role=x' },
    "At 'EXTRA_TAGS': sets the tag by which SERVICES_INSTANCE finds the machine.",
  ],
])('%s is refused in words', (_what, more, line) => {
  expect(messageOf({ ...LEAST, ...more })).toContain(line);
});

test.each<[string, Record<string, string>]>([
  ['a PORT that the platform sets beside Socket Mode', { PORT: '8080' }],
  [
    'names of other programs',
    { AWS_ENDPOINT_URL_ECS: 'x', AWS_PROFILE: 'x', SSH_AUTH_SOCK: 'x', CIRCLECI: 'true', PORTS: 'x' },
  ],
  ['a name near one that is set', { LOGLEVEL: 'x', LOG_LEVEL: 'info' }],
  ['empty values', { BACKUP_DEADLINE: '', DATABASE_URL: ' ', AWS_ACCESS_KEY_ID: '' }],
  ['spaces around a value', { AWS_REGION: ' us-east-1\r\n' }],
])('%s: no reason to refuse', (_what, more) => {
  expect(messageOf({ ...LEAST, ...more })).toBe('accepted');
});

test('the value of a misspelled secret is kept out of the message as well', () => {
  const message = messageOf({ ...LEAST, CIRCLECI_TOKN: 'hunter22', LOG_LEVEL: 'hunter22' });
  expect(message).toContain(`At 'LOG_LEVEL': "[redacted]" is not a log level.`);
});

describe('.env', () => {
  const folder = mkdtempSync(join(tmpdir(), 'circleci-backup-env-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('fills what the environment leaves open, and no more', () => {
    const path = join(folder, '.env');
    writeFileSync(path, 'LOG_LEVEL=debug\nOPS_PORT=9464 # metrics\n');
    const env: Record<string, string | undefined> = { LOG_LEVEL: 'warn' };
    expect(loadDotenv(env, path)).toEqual({ ok: true });
    expect(env).toEqual({ LOG_LEVEL: 'warn', OPS_PORT: '9464' });
  });

  test('a missing file is no fault, one that cannot be read is', () => {
    expect(loadDotenv({}, join(folder, 'none'))).toEqual({ ok: true });
    const path = join(folder, 'folder');
    mkdirSync(path);
    expect(loadDotenv({}, path)).toEqual({
      ok: false,
      message: `The bot cannot start: the file ${path} cannot be read: it is a folder.`,
    });
  });
});
