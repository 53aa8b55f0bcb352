import { isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import { NOT_A_RULE } from '../../core/model/keep-policy.ts';
import { nearWord } from '../../core/text/near-word.ts';
import type { Quote } from '../checks/issue.ts';
import { unreadInWords } from '../checks/unread.ts';
import type { Texts } from '../settings/raw-settings.ts';
import { isSettingName, SETTINGS, type SettingName } from '../settings/settings.ts';
import type { YamlNodes } from './yaml-nodes.ts';

/** A map of the targets file with a name and settings: its own ones only, those around it are joined later. */
export interface Entry {
  name?: string;
  texts: Texts;
  /** Settings that are there but could not be read; they are not missing. */
  unread: SettingName[];
  /** Where the entry, or one of its keys, stands: `targets.yml, line 7`. */
  place: (key?: string) => string;
}

export interface EntryKind {
  what: 'target' | 'schedule';
  settings: readonly SettingName[];
  /** Keys that somebody else reads. */
  others: readonly string[];
}

export type Follow = ReturnType<YamlNodes['follow']>;

export function readEntry(
  map: YAMLMap,
  kind: EntryKind,
  file: { nodes: YamlNodes; follow: Follow; quote: Quote },
): Entry {
  const { nodes, follow, quote } = file;
  const texts: Texts = {};
  const unread: SettingName[] = [];
  const places = new Map<string, string>();
  let name: string | undefined;
  for (const { key, value } of map.items) {
    const word = isScalar(key) ? String(key.value) : '';
    places.set(word, nodes.place(key));
    if (kind.others.includes(word)) continue;
    const setting = kind.settings.find((one) => one === word);
    const text = setting === 'DATASTORES' ? listOfMaps(value, follow) : textOf(follow(value), follow);
    if (setting === undefined && word !== 'name') {
      const near = nearWord(word, kind.settings, 'sure');
      if (near !== undefined) unread.push(near);
      nodes.note(key, unknownKeyInWords(word, near, kind, quote));
    } else if (text === undefined) {
      if (setting !== undefined) unread.push(setting);
      nodes.note(key, `${word} is neither a text nor a list of texts. Write it as in the environment.`);
    } else if (setting === undefined) name = text;
    else if (text !== '') texts[setting] = text;
  }
  return {
    texts,
    unread,
    place: (at) => (at === undefined ? undefined : places.get(at)) ?? nodes.place(map),
    ...(name === undefined ? {} : { name }),
  };
}

function unknownKeyInWords(
  word: string,
  near: SettingName | undefined,
  { what, others }: EntryKind,
  quote: Quote,
): string {
  if (word === 'TARGET_NAME') return 'TARGET_NAME is for the environment. Write name: here.';
  const unread = unreadInWords(word);
  if (unread !== undefined) return `${word}: ${unread}`;
  if (isSettingName(word)) {
    return SETTINGS[word].scope === 'bot'
      ? `${word} is for the whole bot. Set it in the environment.`
      : `${word} is for the whole target. Set it beside schedules:.`;
  }
  const key = ['name', ...others].find((known) => known === word.toLowerCase());
  const meant = key ?? near;
  if (meant !== undefined) return `${quote(word)} is not a setting. Did you mean ${meant}?`;
  if (/^KEEP_/i.test(word)) return `${quote(word)} ${NOT_A_RULE}`;
  return `${quote(word)} is not a setting of a ${what}; targets.example.yml and .env.example show them all.`;
}

/** As JSON, as which it could be written in the environment; what is no list of maps is told as any other value. */
function listOfMaps(value: unknown, follow: Follow): string | undefined {
  const list = follow(value);
  if (!isSeq(list) || !list.items.map(follow).every(isMap)) return textOf(list, follow);
  const maps = list.items.map(follow).filter(isMap);
  const written = maps.map(({ items }) =>
    items.map(({ key, value: inner }) => [String(key), textOf(follow(inner), follow)] as const),
  );
  if (written.flat().some(([, text]) => text === undefined)) return undefined;
  return JSON.stringify(written.map((words) => Object.fromEntries(words)));
}

/** A list is joined as it would be written in the environment. Undefined for what is no text. */
export function textOf(value: unknown, follow: Follow): string | undefined {
  if (value === null) return '';
  if (isScalar(value)) return String(value.value ?? '').trim();
  if (!isSeq(value)) return undefined;
  const items = value.items.map(follow);
  return items.every((item) => isScalar(item))
    ? items.map((item) => String(item.value ?? '')).join(',')
    : undefined;
}
