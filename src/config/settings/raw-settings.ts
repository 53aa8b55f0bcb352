import { settingText } from '../environment.ts';
import { isSettingName, type SettingName } from './settings.ts';

/**
 * The texts of the settings that were set, trimmed; an empty one counts as not set, as `.env` files are full of them. A pair of
 * quotes around one is no part of it: dotenv takes it off, `docker run --env-file` hands it on.
 */
export type Texts = Partial<Record<SettingName, string>>;

export function environmentTexts(env: Record<string, string | undefined>): Texts {
  const texts: Texts = {};
  for (const [name, value] of Object.entries(env)) {
    const text = settingText(value);
    if (isSettingName(name) && text !== '') texts[name] = text;
  }
  return texts;
}
