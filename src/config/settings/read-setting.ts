import type { Texts } from './raw-settings.ts';
import { readSetting, SETTINGS, type SettingName, type Values } from './settings.ts';

/** What a setting says, or its fallback; undefined where neither is there. */
export function value<K extends SettingName>(texts: Texts, name: K): Values[K] | undefined {
  const text = texts[name] ?? SETTINGS[name].fallback;
  if (text === undefined) return undefined;
  const reading = readSetting(name, text);
  return reading.ok ? reading.value : undefined;
}

/** A value that was found to be there; anything else is a fault of the checks. */
export function needed<K extends SettingName>(texts: Texts, name: K): Values[K] {
  const found = value(texts, name);
  if (found === undefined) throw new Error(`${name} was not checked before it was used`);
  return found;
}

/** A property that is left out where there is no value. */
export function given<K extends string, T>(key: K, found: T | undefined): { [P in K]?: T } {
  return found === undefined ? {} : ({ [key]: found } as { [P in K]?: T });
}
