import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { KEEP_NAMES } from '../../core/model/keep-policy.ts';
import type { Finding, Quote } from '../checks/issue.ts';
import { SETTING_NAMES, SETTINGS } from '../settings/settings.ts';
import { type Entry, type EntryKind, type Follow, readEntry, textOf } from './entry.ts';
import { createYamlNodes, type YamlNodes } from './yaml-nodes.ts';

export interface TargetEntry extends Entry {
  /** Missing where the target has no list of them; an empty list means none at all. */
  schedules?: Entry[];
}

export interface TargetsFile {
  entries: TargetEntry[];
  findings: Finding[];
}

const TARGET_KIND: EntryKind = {
  what: 'target',
  settings: SETTING_NAMES.filter((name) => SETTINGS[name].scope === 'target'),
  others: ['schedules'],
};
const SCHEDULE_KIND: EntryKind = {
  what: 'schedule',
  settings: ['BACKUP_SCHEDULE', ...KEEP_NAMES],
  others: [],
};
const SHAPE =
  'Write a list under “targets:”, each item with a name: and its settings; see targets.example.yml.';
const SCHEDULES_SHAPE =
  'Write a list under “schedules:”, each item with a name:, a BACKUP_SCHEDULE: and its KEEP_*; see targets.example.yml.';

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
    if (isMap(map)) return [readTarget(map, { nodes, follow, quote })];
    nodes.note(item, `this item is not a target. ${SHAPE}`);
    return [];
  });
  return { entries, findings: nodes.findings };
}

function readTarget(map: YAMLMap, file: { nodes: YamlNodes; follow: Follow; quote: Quote }): TargetEntry {
  const { nodes, follow } = file;
  const entry = readEntry(map, TARGET_KIND, file);
  const pair = map.items.find(({ key }) => isScalar(key) && key.value === 'schedules');
  const list = follow(pair?.value);
  if (pair === undefined || (!isSeq(list) && textOf(list, follow) === '')) return entry;
  if (!isSeq(list)) {
    nodes.note(pair.key, `schedules is not a list. ${SCHEDULES_SHAPE}`);
    return entry;
  }
  const schedules = list.items.flatMap((item) => {
    const inner = follow(item);
    if (isMap(inner)) return [readEntry(inner, SCHEDULE_KIND, file)];
    nodes.note(item, `this item is not a schedule. ${SCHEDULES_SHAPE}`);
    return [];
  });
  return { ...entry, schedules };
}
