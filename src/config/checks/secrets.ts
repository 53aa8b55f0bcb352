import { SHORTEST_SECRET } from '../../core/text/redact.ts';
import { passwordsIn } from '../formats/url.ts';
import type { Texts } from '../settings/raw-settings.ts';
import { SETTING_NAMES, SETTINGS } from '../settings/settings.ts';
import { keyFilesIn } from './datastores.ts';
import { readPrivateKey } from './private-key.ts';
import type { ReadFile } from './read-file.ts';

/** Everything in these settings, and in the files they name, that must never be shown. */
export function secretsIn(settings: readonly Texts[], readFile: ReadFile): string[] {
  const found = settings.flatMap((texts) => [
    ...keyFilesIn(texts).flatMap((path) => secretsInFile(path, readFile)),
    ...SETTING_NAMES.flatMap((name) => {
      const text = texts[name];
      if (text === undefined) return [];
      const { secret, secretFile } = SETTINGS[name];
      return [
        ...(secret === 'whole' ? [text] : []),
        ...(secretFile ? secretsInFile(text, readFile) : []),
        ...passwordsIn(text),
      ];
    }),
  ]);
  return [...new Set(found)].filter((secret) => secret.length >= SHORTEST_SECRET);
}

/** A key is broken into lines, and a log may show one of them; one that is converted has others. */
function secretsInFile(path: string, readFile: ReadFile): string[] {
  const file = readFile(path);
  if (!file.ok) return [];
  const key = readPrivateKey(file.text);
  const texts = [file.text, ...(key.ok && key.key.trim() !== file.text.trim() ? [key.key] : [])];
  const lines = texts.flatMap((text) => text.split(/\r?\n|\\n/)).map((line) => line.trim());
  return [
    ...texts.map((text) => text.trim()),
    ...lines.filter((line) => line.length >= 16 && !line.startsWith('-----')),
    // Of lines NAME=value, what the name calls secret: a region is not.
    ...lines.flatMap((line) => {
      const [, name = '', value = ''] = /^(?:export )?(\w+)=(.*)$/.exec(line) ?? [];
      const quote = /^["']/.exec(value)?.[0];
      if (!/SECRET|PASS|TOKEN|KEY/.test(name)) return [];
      return quote !== undefined && value.length > 1 && value.endsWith(quote) ? value.slice(1, -1) : value;
    }),
  ];
}
