import { NOT_A_RULE } from '../../core/model/keep-policy.ts';
import { nearWord } from '../../core/text/near-word.ts';
import type { Texts } from '../settings/raw-settings.ts';
import { isSettingName, SETTING_NAMES, type SettingName } from '../settings/settings.ts';
import type { Finding, Quote } from './issue.ts';

/** The AWS SDK has one such variable a service, and many of them differ from ours by one letter. */
const OTHERS = /^AWS_ENDPOINT_URL(_|$)/;

export interface Misspelled {
  name: string;
  meant: SettingName;
}

/**
 * Variables that look like a misspelled setting. An environment is full of names that are none of the bot's business,
 * so only those count whose right name is not set.
 */
export function misspelledNames(env: Record<string, string | undefined>, texts: Texts): Misspelled[] {
  return Object.keys(env).flatMap((name) => {
    if (isSettingName(name) || OTHERS.test(name) || !/^\w+$/.test(name)) return [];
    const meant = nearWord(name, SETTING_NAMES, 'sure');
    return meant === undefined || texts[meant] !== undefined ? [] : [{ name, meant }];
  });
}

/**
 * Variables that can only be meant as a rule of retention. One that is overlooked would delete backups, so these are
 * refused also when they are near to nothing. KEEP_ALIVE is a setting of many web servers.
 */
export function unknownRules(
  env: Record<string, string | undefined>,
  misspelled: readonly Misspelled[],
  quote: Quote,
): Finding[] {
  return Object.keys(env).flatMap((name) => {
    const isOther = !/^KEEP_\w+$/.test(name) || /^KEEP_?ALIVE/.test(name) || isSettingName(name);
    if (isOther || (env[name] ?? '').trim() === '' || misspelled.some((one) => one.name === name)) return [];
    return [{ at: name, text: `${quote(name)} ${NOT_A_RULE} Rename it, or remove it.` }];
  });
}

export function misspelledInWords({ name, meant }: Misspelled): Finding {
  return { at: name, text: `there is no such setting. Did you mean ${meant}? Rename it, or remove it.` };
}
