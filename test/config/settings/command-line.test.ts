import { readConfig } from '../../../src/config/config.ts';
import { surroundings } from '../../../src/config/environment.ts';
import { filesOf, LEAST } from '../environment.ts';

function commandLine(env: Record<string, string>) {
  const read = readConfig({ ...LEAST, ...env }, filesOf({}));
  return read.ok ? read.config.commandLine : read.message.split('\n').slice(2, -2).join(' ');
}

test('users of the operating system have Slack ids; the socket lies with the data', () => {
  expect(commandLine({ CLI_USERS: 'ana=U0123456789, ACME\\ben=W9876543210' })).toEqual({
    folder: './data',
    users: { ana: 'U0123456789', 'ACME\\ben': 'W9876543210' },
  });
  expect(commandLine({ RUN_DIR: '/run/bot' })).toEqual({ folder: '/run/bot', users: {} });
});

test.each([
  ['ana', '“ana” is not a user’s name, “=” and the Slack id of one person'],
  ['ana=S0123456789', 'is not a user’s name, “=” and the Slack id of one person'],
  ['a;b=U0123456789', 'is not a user’s name, “=” and the Slack id of one person'],
  ['ana=U0123456789,ana=U9876543210', 'names a user twice'],
  [', ,', 'names nobody'],
])('CLI_USERS=%s is refused', (text, words) => {
  expect(commandLine({ CLI_USERS: text })).toContain(words.replace('“ana” ', ''));
});

test.each([
  [{}, './data'],
  [{ DATABASE_URL: ' "sqlite:/data" ' }, '/data'],
  [{ DATABASE_URL: 'sqlite:///var/lib/bot' }, '/var/lib/bot'],
  [{ DATABASE_URL: 'sqlite:/data', RUN_DIR: '/run/bot' }, '/run/bot'],
  [{ DATABASE_URL: 'postgres://db/bot' }, undefined],
  [{ DATABASE_URL: 'sqlite:' }, undefined],
])('the program looks for the socket where the bot makes it: %j', (env, folder) => {
  expect(surroundings(env).runFolder).toBe(folder);
  if (folder !== undefined) expect(commandLine(env)).toMatchObject({ folder });
});

test.each([
  [{}, false],
  [{ NO_COLOR: '' }, false],
  [{ NO_COLOR: '1' }, true],
  [{ TERM: 'dumb' }, true],
  [{ TERM: 'xterm' }, false],
])('whether colours are left out: %j', (env, isPlain) => {
  expect(surroundings(env).isPlain).toBe(isPlain);
});

test('who came by sudo is who they were before', () => {
  expect(surroundings({ SUDO_USER: 'ana' }).sudoUser).toBe('ana');
  expect(surroundings({ SUDO_USER: '' }).sudoUser).toBeUndefined();
});
