import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';
import type { Finding, Quote } from './finding.ts';
import { nearName } from './near-name.ts';
import { isSettingName, SETTING_NAMES, SETTINGS, type SettingName } from './settings.ts';
import type { Texts } from './texts.ts';
import { createYamlNodes, type YamlNodes } from './yaml-nodes.ts';

/** A target of the file: its own settings only; those of the environment are joined later. */
export interface TargetEntry {
  name?: string;
  texts: Texts;
  /** Settings that are there but could not be read; they are not missing. */
  unread: SettingName[];
  /** Where the target, or one of its settings, stands: `targets.yml, line 7`. */
  place: (name?: SettingName | 'name') => string;
}

export interface TargetsFile {
  entries: TargetEntry[];
  findings: Finding[];
}

const PER_TARGET = SETTING_NAMES.filter((name) => SETTINGS[name].scope === 'target');
const KEYS = ['name', ...PER_TARGET];
const SHAPE =
  'Write a list under “targets:”, each item with a name: and its settings; see targets.example.yml.';

/**
 * Reads the text of a targets file. Every value is taken as the text that stands there (YAML's "failsafe" schema), so
 * that a setting means the same as in the environment: no number loses its zeros and no word becomes a boolean.
 */
export function parseTargetsFile(file: string, yaml: string, quote: Quote): TargetsFile {
  const nodes = createYamlNodes(file, quote);
  const document = parseDocument(yaml, {
    schema: 'failsafe',
    lineCounter: nodes.lines,
    prettyErrors: false,
  });
  nodes.noteErrors(document.errors);
  if (document.errors.length > 0) return { entries: [], findings: nodes.findings };

  const follow = nodes.follow(document);
  const root = document.contents;
  const list = isMap(root) ? follow(root.get('targets', true)) : undefined;
  if (isMap(root)) {
    for (const { key } of root.items) {
      const word = isScalar(key) ? String(key.value) : '';
      if (word !== 'targets') nodes.note(key, `${quote(word)} is not known here. ${SHAPE}`);
    }
  }
  if (!isSeq(list) || list.items.length === 0) {
    nodes.note(root, `it holds no targets. ${SHAPE}`);
    return { entries: [], findings: nodes.findings };
  }
  const entries = list.items.flatMap((item) => {
    const map = follow(item);
    if (isMap(map)) return [readEntry(map, nodes, follow, quote)];
    nodes.note(item, `this item is not a target. ${SHAPE}`);
    return [];
  });
  return { entries, findings: nodes.findings };
}

type Follow = ReturnType<YamlNodes['follow']>;

function readEntry(map: YAMLMap, nodes: YamlNodes, follow: Follow, quote: Quote): TargetEntry {
  const texts: Texts = {};
  const unread: SettingName[] = [];
  const places = new Map<string, string>();
  let name: string | undefined;
  for (const { key, value } of map.items) {
    const word = isScalar(key) ? String(key.value) : '';
    const text = textOf(follow(value), follow);
    if (!KEYS.includes(word)) {
      const near = nearName(word, PER_TARGET);
      if (near !== undefined) unread.push(near);
      nodes.note(key, unknownKeyInWords(word, near, quote));
    } else if (text === undefined) {
      if (isSettingName(word)) unread.push(word);
      nodes.note(key, `${word} is neither a text nor a list of texts. Write it as in the environment.`);
    } else if (word === 'name') name = text;
    else if (isSettingName(word) && text !== '') texts[word] = text;
    places.set(word, nodes.place(key));
  }
  return {
    texts,
    unread,
    place: (at) => (at === undefined ? undefined : places.get(at)) ?? nodes.place(map),
    ...(name === undefined ? {} : { name }),
  };
}

function unknownKeyInWords(word: string, near: SettingName | undefined, quote: Quote): string {
  if (word === 'TARGET_NAME') return 'TARGET_NAME is for the environment. Write name: here.';
  if (isSettingName(word)) return `${word} is for the whole bot. Set it in the environment.`;
  const meant = word.toLowerCase() === 'name' ? 'name' : near;
  return meant === undefined
    ? `${quote(word)} is not a setting of a target; targets.example.yml and .env.example show them all.`
    : `${quote(word)} is not a setting. Did you mean ${meant}?`;
}

/** A list is joined as it would be written in the environment. */
function textOf(value: unknown, follow: Follow): string | undefined {
  if (value === null) return '';
  if (isScalar(value)) return String(value.value ?? '').trim();
  if (!isSeq(value)) return undefined;
  const items = value.items.map(follow);
  return items.every((item) => isScalar(item))
    ? items.map((item) => String(item.value ?? '')).join(',')
    : undefined;
}
