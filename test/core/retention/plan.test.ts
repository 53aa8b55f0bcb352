import type { CatalogueEntry } from '../../../src/core/catalogue/entry.ts';
import type { RetentionInput } from '../../../src/core/retention/plan.ts';
import { reasonsInWords } from '../../../src/core/retention/reason.ts';
import { backup, carriedOut, DAY, HOUR, plan, without } from './entries.ts';

/** The newest complete backup, of 10 October; now is an hour later. */
const NEWEST = backup('2026-10-10T03:15:00Z');
const NOW = NEWEST.createdAt + HOUR;
const OLD = '2026-09-01T03:15:00Z';

/** What becomes of one entry beside a newer complete backup. */
function fate(entry: CatalogueEntry, change: Partial<RetentionInput> = {}, others = [NEWEST]): string {
  const made = plan([entry, ...others], { now: NOW, ...change });
  const decision = made.decisions.find((d) => d.entry === entry);
  return `${decision?.action}: ${reasonsInWords(decision?.reasons ?? [])}`;
}

test('every backup gets an action and its reasons, newest first', () => {
  const entries = ['2026-10-07', '2026-10-10', '2026-10-08', '2026-10-09'].map((day) =>
    backup(`${day}T03:15:00Z`),
  );
  const made = plan(entries, { policyOf: () => ({ last: 1, daily: 2, weekly: 1 }) });
  expect(made.decisions.map((d) => `${d.action}: ${reasonsInWords(d.reasons)}`)).toEqual([
    'keep: newest complete backup; one of the last 1; daily backup of 2026-10-10; weekly backup of 2026-W41',
    'keep: daily backup of 2026-10-09',
    'delete: no rule keeps it; what stays is the last 1, 2 daily and 1 weekly',
    'delete: no rule keeps it; what stays is the last 1, 2 daily and 1 weekly',
  ]);
  expect(made.newestComplete?.createdAt).toBe(Date.parse('2026-10-10T03:15:00Z'));
});

test('nothing to plan is nothing', () => {
  expect(plan([])).toEqual({ decisions: [], isBlocked: true });
});

test('days are those of the time zone', () => {
  const before = backup('2026-10-09T21:30:00Z');
  const after = backup('2026-10-09T22:30:00Z');
  const change = { policyOf: () => ({ daily: 2 }), timezone: 'Europe/Berlin' };
  expect(fate(before, change, [after, NEWEST])).toBe('keep: daily backup of 2026-10-09');
  expect(fate(before, { ...change, timezone: 'UTC' }, [after, NEWEST])).toMatch(/^delete/);
});

describe('each schedule by its own policy', () => {
  const policies = new Map([
    ['nightly', { daily: 2 }],
    ['hourly', { hourly: 1 }],
  ]);
  const policyOf = (schedule: string | undefined) => policies.get(schedule ?? '');
  const nightly = (at: string) => backup(at, { schedule: 'nightly' });
  const hourly = (at: string) => backup(at, { schedule: 'hourly' });

  test('a backup of one takes no place of another', () => {
    const entries = [
      ...[hourly('2026-10-10T05:00:00Z'), hourly('2026-10-10T04:00:00Z')],
      ...[nightly('2026-10-09T03:15:00Z'), nightly('2026-10-08T03:15:00Z'), nightly('2026-10-07T03:15:00Z')],
    ];
    expect(plan(entries, { policyOf }).decisions.map((d) => d.action)).toEqual([
      ...['keep', 'delete'],
      ...['keep', 'keep', 'delete'],
    ]);
  });

  test('without a policy the complete ones stay', () => {
    expect(fate(backup(OLD), { policyOf })).toBe('keep: no retention is set for backups made by hand');
    expect(fate(backup(OLD, { schedule: 'gone' }), { policyOf })).toBe(
      'keep: no retention is set for the schedule “gone”',
    );
    expect(fate(backup(OLD), { policyOf: () => ({}) })).toMatch(/^keep/);
    expect(fate(backup(OLD), { policyOf: () => ({ daily: 0, last: -3 }) })).toMatch(/^keep/);
  });
});

describe('what no rule can delete', () => {
  test.each<[string, CatalogueEntry, Partial<RetentionInput>, string]>([
    ['held', backup(OLD, { held: true, heldBy: 'U1' }), {}, 'keep: held by U1'],
    ['held by nobody named', backup(OLD, { held: true }), {}, 'keep: held'],
    ['held although it failed', backup(OLD, { held: true, outcome: 'failed' }), {}, 'keep: held'],
    ['protected', backup(OLD, { isProtected: true }), {}, 'keep: EC2 protects its image from deregistration'],
    [
      'in use',
      backup(OLD, { imageId: 'ami-1' }),
      { inUse: new Map([['ami-1', 'i-9']]) },
      'keep: used by i-9',
    ],
    [
      'from the future',
      backup('2026-10-10T08:00:00Z'),
      {},
      'keep: its time, 2026-10-10 08:00 UTC, is still to come',
    ],
    ['of another target', backup(OLD, { target: 'stage' }), {}, 'leave: it belongs to the target “stage”'],
    [
      'not ours',
      backup(OLD, { doubts: [{ code: 'source-differs', source: 'i-9', claimed: 'i-1' }] }),
      {},
      'leave: not ours: its tags say it was made from i-1, EC2 says from i-9',
    ],
    [
      'of a run that goes on',
      without(backup(OLD, { backupId: 'bk-1' }), 'outcome'),
      { running: new Set(['bk-1']) },
      'leave: its run goes on',
    ],
    [
      'disabled by somebody else',
      backup(OLD, { imageState: 'disabled' }),
      {},
      'leave: its image is disabled',
    ],
    [
      'complete once, its image lost',
      backup(OLD, { imageState: 'invalid' }),
      {},
      'leave: its image is invalid',
    ],
  ])('%s', (_name, entry, change, words) => {
    expect(fate(entry, change)).toBe(words);
  });

  test('the newest complete one, even when others came after it', () => {
    const failed = backup('2026-10-11T03:15:00Z', { outcome: 'failed' });
    const made = plan([NEWEST, failed], { now: NOW + 300 * DAY });
    expect(made.newestComplete).toBe(NEWEST);
    expect(made.decisions.map((d) => d.action)).toEqual(['leave', 'keep']);
  });

  test('one that is not ours, not restorable or to come is never the newest complete one', () => {
    const doubtful = backup('2026-10-10T04:00:00Z', { doubts: [{ code: 'public' }] });
    const gone = backup('2026-10-10T04:01:00Z', { imageState: 'disabled' });
    const toCome = backup(NOW + HOUR);
    expect(plan([doubtful, gone, toCome, NEWEST], { now: NOW }).newestComplete).toBe(NEWEST);
  });
});

describe('while the newest complete backup is overdue', () => {
  const old = backup(OLD);
  const failed = backup('2026-09-02T03:15:00Z', { outcome: 'failed' });
  const off = backup('2026-09-03T03:15:00Z', {
    imageState: 'disabled',
    disabledAt: Date.parse('2026-09-05T00:00Z'),
  });

  test('nothing is deleted, and it is said what would be', () => {
    const change = { now: NEWEST.createdAt + 26 * HOUR + 1, maxAgeMs: 26 * HOUR };
    expect(fate(old, change)).toBe(
      'leave: the newest complete backup is overdue: nothing is deleted; no rule keeps it; what stays is 1 daily',
    );
    expect(fate(failed, change)).toMatch(/^leave: the newest complete backup is overdue/);
    expect(fate(off, { ...change, softGraceMs: DAY })).toMatch(
      /^leave: the newest complete backup is overdue/,
    );
    expect(fate(old, { ...change, now: change.now - 1 })).toMatch(/^delete/);
    expect(fate(old, { ...change, now: Number.NaN })).toMatch(/^keep|^leave/);
  });

  test('or missing', () => {
    expect(fate(failed, {}, [])).toBe(
      'leave: there is no complete backup: nothing is deleted; failed 38 d 1 h ago',
    );
    expect(fate(off, {}, [backup('2026-10-01T00:00Z', { outcome: 'partial' })])).toMatch(/^keep/);
  });
});

describe('partial, failed and abandoned ones', () => {
  const failed = (at: string | number) => backup(at, { outcome: 'failed', imageState: 'failed' });

  test('go after their grace time, when a newer complete one exists', () => {
    expect(fate(failed(NOW - 7 * DAY))).toBe('delete: failed 7 d ago');
    expect(fate(failed(NOW - 7 * DAY + 1))).toBe('leave: failed 7 d ago; it stays for 7 d');
    expect(fate(backup(NOW - 8 * DAY, { outcome: 'partial' }))).toBe('delete: partial 8 d ago');
    const complete = backup(NOW - 9 * DAY);
    expect(fate(failed(NOW - 8 * DAY), {}, [complete])).toBe(
      'leave: no complete backup is newer; failed 8 d ago',
    );
  });

  test('take no place of a complete one', () => {
    const partial = backup('2026-10-10T04:00:00Z', { outcome: 'partial' });
    const made = plan([partial, NEWEST, backup('2026-10-09T03:15:00Z')], { policyOf: () => ({ last: 2 }) });
    expect(made.decisions.map((d) => d.action)).toEqual(['leave', 'keep', 'keep']);
  });

  test('without an outcome it is being made, until it counts as abandoned', () => {
    const open = (ageMs: number) => without(backup(NOW - ageMs), 'outcome');
    expect(fate(open(2 * HOUR))).toBe('leave: not checked yet, 2 h old');
    expect(fate(open(3 * DAY - 1))).toBe('leave: not checked yet, 3 d old');
    expect(fate(open(3 * DAY))).toBe('leave: abandoned 3 d ago; it stays for 7 d');
    expect(fate(open(8 * DAY))).toBe('delete: abandoned 8 d ago');
    expect(fate(open(8 * DAY), { abandonedAfterMs: 30 * DAY })).toBe('leave: not checked yet, 8 d old');
  });

  test('an image EC2 still works on is left', () => {
    expect(fate(backup(OLD, { outcome: 'failed', imageState: 'pending' }))).toBe(
      'leave: its image is pending; failed 39 d 1 h ago',
    );
  });
});

describe('soft deletion', () => {
  const soft = { softGraceMs: 5 * DAY };
  const off = (disabledAt: number, change: Partial<CatalogueEntry> = {}) =>
    backup(OLD, { imageState: 'disabled', disabledAt, ...change });

  test('disables first, deletes when the grace time is over', () => {
    expect(fate(backup(OLD), soft)).toBe('disable: no rule keeps it; what stays is 1 daily');
    expect(fate(off(NOW - 5 * DAY + 1), soft)).toBe(
      'leave: disabled at 2026-10-05 04:15 UTC, to be deleted at 2026-10-10 04:15 UTC; no rule keeps it; what stays is 1 daily',
    );
    expect(fate(off(NOW - 5 * DAY), soft)).toMatch(/^delete/);
    expect(fate(off(NOW), {})).toMatch(/^delete/);
  });

  test('one that was enabled again begins anew', () => {
    expect(fate(backup(OLD, { disabledAt: NOW - 9 * DAY }), soft)).toMatch(/^disable/);
  });

  test('a failed image has nothing to lose', () => {
    expect(fate(backup(OLD, { outcome: 'failed', imageState: 'failed' }), soft)).toMatch(/^delete/);
    expect(fate(backup(OLD, { outcome: 'partial' }), soft)).toMatch(/^disable/);
    expect(fate(off(NOW, { outcome: 'partial' }), soft)).toMatch(/^leave: disabled at/);
    expect(fate(backup(OLD, { outcome: 'partial', imageState: 'disabled' }), soft)).toBe(
      'leave: its image is disabled; partial 39 d 1 h ago',
    );
  });

  test('a policy that was mended in time keeps it, and a hold does', () => {
    expect(fate(off(NOW - DAY), { ...soft, policyOf: () => ({ daily: 7 }) })).toBe(
      'keep: daily backup of 2026-09-01; its image has been disabled since 2026-10-09 04:15 UTC; enable it before restoring it',
    );
    expect(fate(off(NOW - 9 * DAY, { held: true }), soft)).toBe('keep: held');
  });

  test('one that is disabled takes no place of one that can be restored', () => {
    const sameDay = backup('2026-09-01T02:00:00Z');
    const made = plan([off(NOW - DAY), sameDay, NEWEST], {
      ...soft,
      policyOf: () => ({ daily: 2 }),
      now: NOW,
    });
    expect(made.decisions.map((d) => d.action)).toEqual(['keep', 'keep', 'keep']);
  });

  test('two plans, a grace time apart, delete it', () => {
    const first = plan([backup(OLD), NEWEST], { ...soft, now: NOW });
    const second = plan(carriedOut(first, NOW), { ...soft, now: NOW + 5 * DAY });
    expect(carriedOut(second, NOW + 5 * DAY)).toEqual([NEWEST]);
  });
});
