import { listInWords } from '../core/words.ts';
import { type Finding, faultInWords, type Quote } from './finding.ts';
import { readAs } from './format.ts';
import { readSetting, SETTING_NAMES, SETTINGS, type SettingName } from './settings.ts';
import { targetName } from './target-name.ts';
import type { TargetEntry } from './targets-file.ts';
import type { Texts } from './texts.ts';

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

/** Looks at the targets of a file: their names, their own settings. */
export function checkEntries(entries: readonly TargetEntry[], quote: Quote): Finding[] {
  const seen = new Map<string, string>();
  return entries.flatMap((entry) => {
    const findings = checkTexts(entry.texts, quote, (name) => {
      const of = entry.name === undefined ? '' : ` of target ${quote(entry.name)}`;
      return `${of} (${entry.place(name)})`;
    });
    const where = ` (${entry.place('name')})`;
    if (entry.name === undefined || entry.name === '')
      return [{ at: 'name', where, text: 'not set. Give the target a name, for example prod.' }, ...findings];
    const reading = readAs(targetName, entry.name);
    if (!reading.ok) {
      const text = faultInWords(entry.name, reading.fault, { example: 'prod' }, quote);
      return [{ at: 'name', where, text }, ...findings];
    }
    const first = seen.get(entry.name);
    seen.set(entry.name, first ?? entry.place('name'));
    return first === undefined
      ? findings
      : [
          {
            at: 'name',
            where,
            text: `${quote(entry.name)} is the name of another target (${first}). Choose another one.`,
          },
          ...findings,
        ];
  });
}

/** What is needed and not set; one finding a setting, however many targets lack it. */
export function checkMissing(
  texts: Texts,
  entries: readonly TargetEntry[] | undefined,
  quote: Quote,
): Finding[] {
  return SETTING_NAMES.flatMap((name) => {
    const { needed, scope, help, example } = SETTINGS[name];
    if (!needed || texts[name] !== undefined) return [];
    const remedy = `${help} For example ${name}=${example}`;
    if (scope === 'bot' || entries === undefined) return [{ at: name, text: `not set. ${remedy}` }];
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

function targetsInWords(entries: readonly TargetEntry[], quote: Quote): string {
  const shown = entries
    .slice(0, 5)
    .map((entry) => (entry.name === undefined ? entry.place() : quote(entry.name)));
  const more = entries.length - shown.length;
  return listInWords(more > 0 ? [...shown, `${more} more`] : shown);
}
