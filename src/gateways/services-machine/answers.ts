import type { AppStatus } from '../../core/model/app-status.ts';
import type { StorageDriver } from '../../core/model/data-look.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { LINE_MAX, oneLine } from '../../core/text/text.ts';
import { counted } from '../../core/text/words.ts';

/** Of `app-config export`, which is the longest, with all certificates in it. */
const LONGEST_ANSWER = 2 * 1024 * 1024;

type Fields = Record<string, unknown>;

/** `replicatedctl app status`: an array with an object an application; undefined where there is none yet. */
export function readAppStatus(printed: string): AppStatus | undefined {
  const command = 'replicatedctl app status';
  const answer = parse(printed, command);
  const apps = Array.isArray(answer) ? answer : [answer];
  if (apps.length === 0) return undefined;
  const {
    State: state,
    DesiredState: desired,
    IsTransitioning: isTransitioning,
  } = fieldsOf(apps[0], command);
  if (typeof state !== 'string' || typeof isTransitioning !== 'boolean') throw unclear(command);
  return { state: line(state), desired: typeof desired === 'string' ? line(desired) : '', isTransitioning };
}

/** `LocalAddress` of `replicatedctl params export`. */
export function readLocalAddress(printed: string): string {
  const command = 'replicatedctl params export';
  const address = fieldsOf(parse(printed, command), command).LocalAddress;
  if (typeof address !== 'string' || address === '') throw unclear(command);
  return line(address);
}

/** The one item `hostname` of `replicatedctl app-config export`, whose other items hold secrets. */
export function readHostname(printed: string): string | undefined {
  const command = 'replicatedctl app-config export';
  const item = fieldsOf(parse(printed, command), command).hostname;
  if (item === undefined) return undefined;
  const { value } = fieldsOf(item, command);
  return typeof value === 'string' ? line(value) || undefined : undefined;
}

/** No page of CircleCI's names the item, so it is known by what it is called. */
const DRIVER_ITEM =
  /^(?:object|objects|file|files|artifact|artifacts)?storage(?:driver|type|backend|provider)?$/;

/**
 * The item of `replicatedctl app-config view` that chooses where large objects are, and of it no more than which of the two it
 * says: other items hold secrets. It is a form: groups with items, of which some hold items to choose from.
 */
export function readStorageDriver(printed: string): StorageDriver {
  const open: object[] = [];
  const add = (value: unknown) => {
    if (typeof value === 'object' && value !== null) open.push(value);
  };
  try {
    add(parse(printed, 'replicatedctl app-config view'));
  } catch {
    return 'unknown';
  }
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Array.isArray(next)) {
      for (const inner of next) add(inner);
      continue;
    }
    const fields: Fields = {};
    for (const [key, inner] of Object.entries(next)) {
      fields[key.toLowerCase()] = inner;
      add(inner);
    }
    const { name, value, default: standard } = fields;
    const word = [value, standard].find((one) => typeof one === 'string' && one !== '');
    const isDriver = typeof name === 'string' && DRIVER_ITEM.test(name.toLowerCase().replace(/[^a-z]/g, ''));
    if (isDriver && typeof word === 'string') return driverIn(word.toLowerCase());
  }
  return 'unknown';
}

function driverIn(word: string): StorageDriver {
  const parts = word.slice(0, LINE_MAX).split(/[^a-z0-9]+/);
  if (parts.some((part) => /^(?:s3|gcs|gs|azure|blob|swift|minio|ceph)$/.test(part))) return 'external';
  return parts.some((part) => /^(?:none|local|disk|fileserverd?|filesystem)$/.test(part))
    ? 'local'
    : 'unknown';
}

/** `replicatedctl system status`: an object with a word for each of Replicated's parts, or the word alone. */
export function isSystemReady(printed: string): boolean {
  if (printed.trim() === 'ready') return true;
  const command = 'replicatedctl system status';
  const { Replicated: replicated, Retraced: retraced = 'ready' } = fieldsOf(parse(printed, command), command);
  return replicated === 'ready' && retraced === 'ready';
}

/** `nomad status`: a table of jobs with their states, or a sentence where there are none. */
export function readRunningJobs(printed: string): string[] {
  const lines = printed.split('\n').map((row) => row.trimEnd());
  const header = lines.findIndex((row) => /^ID\s/.test(row));
  if (header < 0) {
    if (/^No running jobs\b/m.test(printed)) return [];
    throw unclear('nomad status', printed);
  }
  const status = (lines[header] ?? '').split(/\s{2,}/).indexOf('Status');
  if (status < 0) throw unclear('nomad status', printed);
  return lines.slice(header + 1).flatMap((row) => {
    if (row === '') return [];
    const cells = row.split(/\s{2,}/);
    return ['running', 'pending'].includes(cells[status] ?? '') ? [line(cells[0] ?? '')] : [];
  });
}

function line(text: string): string {
  return oneLine(text, LINE_MAX);
}

function parse(printed: string, command: string): unknown {
  if (printed.length > LONGEST_ANSWER) throw unclear(command);
  try {
    return JSON.parse(printed);
  } catch {
    // What was printed may be secret, and the parser quotes it.
    throw unclear(command);
  }
}

function fieldsOf(value: unknown, command: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unclear(command);
  return value as Fields;
}

function unclear(command: string, printed?: string): ProblemError {
  const lines = printed?.split('\n').filter((text) => text.trim() !== '').length;
  const saw = lines === undefined ? {} : { saw: lines === 0 ? 'nothing' : counted(lines, 'line') };
  return new ProblemError({ code: 'answer-unclear', command, ...saw });
}
