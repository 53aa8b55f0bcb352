import { listInWords } from '../../core/text/words.ts';
import type { Texts } from '../settings/raw-settings.ts';
import { readSetting, SETTING_NAMES, SETTINGS, type SettingName } from '../settings/settings.ts';
import type { TargetEntry } from '../targets-file/targets-file.ts';
import { type Finding, faultInWords, type Quote } from './issue.ts';

/** Looks at each text by itself. */
export function checkTexts(texts: Texts, quote: Quote, where?: (name: SettingName) => string): Finding[] {
  return SETTING_NAMES.flatMap((name) => {
    const text = texts[name];
    if (text === undefined) return [];
    const reading = readSetting(name, text);
    if (reading.ok) return [];
    return [
      {
        at: name,
        text: faultInWords(text, reading.fault, SETTINGS[name], quote),
        ...(where === undefined ? {} : { where: where(name) }),
      },
    ];
  });
}

/** dotenv takes `BACKUP_CHANNEL=#backups` for this. */
const EMPTY = 'empty (in .env, # begins a comment, unless the value is in quotes)';

/** What is needed and not set; one finding a setting, however many targets lack it. */
export function checkMissing(
  texts: Texts,
  entries: readonly TargetEntry[] | undefined,
  quote: Quote,
  env: Readonly<Record<string, string | undefined>> = {},
): Finding[] {
  return SETTING_NAMES.flatMap((name) => {
    const { needed, scope, help, example } = SETTINGS[name];
    if (!needed || texts[name] !== undefined) return [];
    const remedy = `${help} For example ${name}=${example}`;
    if (scope === 'bot' || entries === undefined)
      return [{ at: name, text: `${env[name] === undefined ? 'not set' : EMPTY}. ${remedy}` }];
    const lacking = entries.filter(
      (entry) => entry.texts[name] === undefined && !entry.unread.includes(name),
    );
    if (lacking.length === 0) return [];
    return [
      {
        at: name,
        text: `not set for ${targetsInWords(lacking, quote)}. Set it there, or in the environment for all. ${remedy}`,
      },
    ];
  });
}

/** At most five of them by name, else by their place in the file. */
export function targetsInWords(entries: readonly TargetEntry[], quote: Quote): string {
  const shown = entries
    .slice(0, 5)
    .map((entry) => (entry.name === undefined ? entry.place() : quote(entry.name)));
  const more = entries.length - shown.length;
  return listInWords(more > 0 ? [...shown, `${more} more`] : shown);
}
