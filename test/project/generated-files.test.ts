import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { generatedFiles } from '../../scripts/generated-files.ts';
import { SETTING_NAMES, SETTINGS } from '../../src/config/settings/settings.ts';
import { ROOT } from './source-files.ts';

const files = Object.entries(generatedFiles());

test.each(files)('%s is what the code makes; otherwise run `npm run files`', (path, text) => {
  expect(readFileSync(join(ROOT, path), 'utf8')).toBe(text);
});

test('.env.example holds every setting once, and asks for what is needed alone', () => {
  const example = readFileSync(join(ROOT, '.env.example'), 'utf8');
  const named = [...example.matchAll(/^(?:# )?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name);
  expect(named).toEqual(SETTING_NAMES);
  expect(parse(example)).toEqual(
    Object.fromEntries(SETTING_NAMES.filter((name) => SETTINGS[name].needed).map((name) => [name, ''])),
  );
});
