import type { RunKind } from './run-view.ts';

/** Letters and digits that are not mistaken for one another when read aloud or typed at night. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Of a backup, a restore, a clean-up, a prune, a release, the removal of a machine and a restore of datastores. */
const PREFIXES = {
  backup: 'bk',
  restore: 'rs',
  cleanup: 'cl',
  prune: 'pr',
  release: 'rl',
  removal: 'rm',
  datastores: 'ds',
} as const;

/** `bk-20261123-0314-x4qz`: kind, UTC minute, four random characters. Sorts by time, and is typed by people. */
export function newRunId(kind: RunKind, nowMs: number, random: () => number): string {
  const iso = new Date(nowMs).toISOString();
  const tail = Array.from({ length: 4 }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]).join('');
  return `${PREFIXES[kind]}-${iso.slice(0, 10).replaceAll('-', '')}-${iso.slice(11, 16).replace(':', '')}-${tail}`;
}

const PATTERN = /^(bk|rs|cl|pr|rl|rm|ds)-\d{8}-\d{4}-[a-z2-9]{4}$/;

export function isRunId(text: string): boolean {
  return PATTERN.test(text);
}

/** Id of the one message of a run. */
export function runMessageId(runId: string): string {
  return `run/${runId}`;
}
