import fc from 'fast-check';
import { readConfig } from '../../src/config/config.ts';
import { SETTING_NAMES, SETTINGS } from '../../src/config/settings/settings.ts';
import { filesOf, LEAST } from './environment.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.webUrl({ withFragments: true }),
  fc.lorem(),
);
const anySetting = fc.constantFrom(...SETTING_NAMES);
const anyEntry = fc.dictionary(fc.oneof(anySetting, fc.constantFrom('name', 'schedules'), anyText), anyText);
const anyTarget = fc.record({ schedules: fc.oneof(fc.array(fc.oneof(anyEntry, anyText)), fc.jsonValue()) });
const anyEnvironment = fc.dictionary(fc.oneof(anySetting, anyText), anyText);

test('no environment and no targets file make it throw', () => {
  const yaml = fc.oneof(
    anyText,
    fc.json().map((text) => `targets: ${text}`),
    fc.json(),
    fc
      .array(fc.tuple(anyEntry, anyTarget))
      .map((list) => JSON.stringify({ targets: list.map(([one, more]) => ({ ...one, ...more })) })),
  );
  fc.assert(
    fc.property(anyEnvironment, yaml, fc.boolean(), (env, text, file) => {
      const read = readConfig(
        { ...LEAST, ...env, ...(file ? { TARGETS_FILE: 't.yml' } : {}) },
        filesOf({ 't.yml': text }),
      );
      return read.ok ? read.config.targets.length > 0 : read.message.includes("At '");
    }),
    { numRuns: 500 },
  );
});

/** Not part of any sentence of the bot, so that finding it in a message proves a leak. */
const secretText = fc
  .string({ minLength: 8, maxLength: 120, unit: fc.constantFrom(...'QXZJ0379%@:/\\"#é=+') })
  .filter((text) => text.trim() === text && !/^[%@:/\\"#=+]/.test(text));

test('a secret never gets into the message, wherever else it was pasted', () => {
  const secretNames = SETTING_NAMES.filter((name) => SETTINGS[name].secret === 'whole');
  fc.assert(
    fc.property(
      secretText,
      fc.constantFrom(...secretNames),
      fc.uniqueArray(anySetting, { maxLength: 4 }),
      fc.constantFrom('', 'x', ' ', 'https://a:'),
      (secret, name, others, before) => {
        const pasted = Object.fromEntries(others.map((other) => [other, `${before}${secret}`]));
        const read = readConfig({ ...LEAST, ...pasted, [name]: secret, LOG_LEVEL: 'loud' }, filesOf({}));
        return !read.ok && !read.message.includes(secret) && !read.message.includes(secret.slice(0, 8));
      },
    ),
    { numRuns: 1000 },
  );
});

test('a password in an address never gets into the message', () => {
  const password = fc.string({ minLength: 8, unit: fc.constantFrom(...'QXZJ0379') });
  fc.assert(
    fc.property(password, anySetting, fc.constantFrom('https', 'postgres', 'x y'), (secret, name, scheme) => {
      const read = readConfig(
        { ...LEAST, [name]: `${scheme}://bot:${secret}@db.example.com/ x`, LOG_LEVEL: 'loud' },
        filesOf({}),
      );
      return !read.ok && !read.message.includes(secret);
    }),
    { numRuns: 500 },
  );
});
