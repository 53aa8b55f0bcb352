import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { generatedFiles } from '../../scripts/generated-files.ts';
import { VERBS as OWN_WORDS } from '../../src/cli/cli.ts';
import { LOOKS_AT_TARGET } from '../../src/commands/doctor/looks-at-target.ts';
import { VERBS as BOT_VERBS } from '../../src/commands/index.ts';
import { SETTING_NAMES, SETTINGS } from '../../src/config/settings/settings.ts';
import { ROOT } from './source-files.ts';

const files = Object.entries(await generatedFiles());

test.each(files)('%s is what the code makes; otherwise run `npm run files`', (path, text) => {
  expect(readFileSync(join(ROOT, path), 'utf8')).toBe(text);
});

test('the reference names every verb, word, setting, look and metric, and no value of a secret', () => {
  const text = readFileSync(join(ROOT, 'docs/reference.md'), 'utf8');
  for (const { name } of BOT_VERBS) expect(text).toContain(`\n### ${name}\n`);
  for (const name of [...Object.keys(OWN_WORDS), ...SETTING_NAMES]) expect(text).toContain(`| \`${name}`);
  for (const { key } of LOOKS_AT_TARGET) expect(text).toContain(`| \`${key}\` | each target |`);
  expect(text).toContain('`circleci_backup_run_duration_seconds` | histogram |');
});

test('.env.example holds every setting once, and asks for what is needed alone', () => {
  const example = readFileSync(join(ROOT, '.env.example'), 'utf8');
  const named = [...example.matchAll(/^(?:# )?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name);
  expect(named).toEqual(SETTING_NAMES);
  expect(parse(example)).toEqual(
    Object.fromEntries(SETTING_NAMES.filter((name) => SETTINGS[name].needed).map((name) => [name, ''])),
  );
});
