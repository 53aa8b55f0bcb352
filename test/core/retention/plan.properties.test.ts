import fc from 'fast-check';
import type { CatalogueEntry } from '../../../src/core/catalogue/entry.ts';
import type { Doubt } from '../../../src/core/catalogue/ownership.ts';
import type { KeepPolicy } from '../../../src/core/model/keep-policy.ts';
import { planRetention, type RetentionInput } from '../../../src/core/retention/plan.ts';
import { reasonsInWords } from '../../../src/core/retention/reason.ts';
import { actions, backup, carriedOut, DAY, HOUR, without } from './entries.ts';

const NOW = Date.parse('2026-10-10T04:15:00Z');
const SCHEDULES = [undefined, 'nightly', 'hourly'];
const REMOVES = new Set(['delete', 'disable']);

const doubt: Doubt = { code: 'source-unknown', claimed: 'i-1' };
/** Shared hours and days are likely, and so are years. */
const age = fc.oneof(
  fc.integer({ min: -2 * HOUR, max: 3 * DAY }),
  fc.integer({ min: 0, max: 40 }).map((n) => n * 6 * HOUR),
  fc.integer({ min: 0, max: 1200 * DAY }),
);
/** Mostly what a catalogue is full of: complete, available, ours. */
function mostly<T>(usual: T, ...others: T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 5, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}
const entryFacts = fc.record({
  age,
  outcome: mostly<CatalogueEntry['outcome']>('complete', 'partial', 'failed', undefined),
  imageState: mostly('available', 'disabled', 'disabled', 'pending', 'failed', 'invalid', 'what EC2 may add'),
  disabledAge: mostly<number | undefined>(undefined, 0, 2 * DAY, 9 * DAY),
  schedule: fc.constantFrom(...SCHEDULES),
  held: mostly(false, true),
  isProtected: mostly(false, true),
  target: mostly('prod', 'stage'),
  doubtful: mostly(false, true),
  used: mostly(false, true),
  running: mostly(false, true),
});
type EntryFacts = typeof entryFacts extends fc.Arbitrary<infer T> ? T : never;

function entryOf(facts: EntryFacts, n: number): CatalogueEntry {
  const entry = backup(NOW - facts.age, {
    backupId: `bk-${n}`,
    imageId: `ami-${n}`,
    imageState: facts.imageState,
    held: facts.held,
    isProtected: facts.isProtected,
    target: facts.target,
    doubts: facts.doubtful ? [doubt] : [],
    ...(facts.outcome === undefined ? {} : { outcome: facts.outcome }),
    ...(facts.schedule === undefined ? {} : { schedule: facts.schedule }),
    ...(facts.disabledAge === undefined ? {} : { disabledAt: NOW - facts.disabledAge }),
  });
  return facts.outcome === undefined ? without(entry, 'outcome') : entry;
}

const count = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constant('unlimited' as const));
const policy: fc.Arbitrary<KeepPolicy> = fc.record(
  {
    last: fc.integer({ min: 0, max: 6 }),
    within: fc.record({
      years: fc.constant(0),
      months: fc.integer({ min: 0, max: 3 }),
      days: fc.integer({ min: 0, max: 20 }),
      hours: fc.integer({ min: 0, max: 20 }),
    }),
    hourly: fc.integer({ min: 0, max: 6 }),
    daily: count,
    weekly: count,
    monthly: count,
    yearly: count,
  },
  { requiredKeys: [] },
);

const worlds: fc.Arbitrary<RetentionInput> = fc
  .record({
    facts: fc.array(entryFacts, { maxLength: 40 }),
    policies: fc.tuple(...SCHEDULES.map(() => fc.option(policy, { nil: undefined, freq: 8 }))),
    timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'),
    maxAgeMs: fc.constantFrom(undefined, 26 * HOUR, 400 * DAY),
    softGraceMs: fc.constantFrom(undefined, HOUR, 5 * DAY),
    failedGraceMs: fc.constantFrom(0, 7 * DAY),
    abandonedAfterMs: fc.constantFrom(DAY, 30 * DAY),
  })
  .map(({ facts, policies, ...rest }) => ({
    ...rest,
    entries: facts.map(entryOf),
    policyOf: (schedule) => policies[SCHEDULES.indexOf(schedule)],
    target: 'prod',
    now: NOW,
    inUse: new Map(facts.flatMap(({ used }, n) => (used ? [[`ami-${n}`, 'i-9'] as const] : []))),
    running: new Set(facts.flatMap(({ running }, n) => (running ? [`bk-${n}`] : []))),
  }));

function holds(property: (input: RetentionInput) => void): void {
  fc.assert(fc.property(worlds, property), { numRuns: 500 });
}

/** Written without the plan's own words for it. */
function isRestorable(entry: CatalogueEntry): boolean {
  return (
    entry.target === 'prod' &&
    entry.doubts.length === 0 &&
    entry.createdAt <= NOW &&
    entry.outcome === 'complete' &&
    entry.imageState === 'available'
  );
}

function newestTime(input: RetentionInput): number {
  return Math.max(...input.entries.filter(isRestorable).map((entry) => entry.createdAt));
}

test('every entry is decided once, with a reason in words', () => {
  holds((input) => {
    const { decisions } = planRetention(input);
    expect(decisions.map((d) => d.entry.imageId).sort()).toEqual(input.entries.map((e) => e.imageId).sort());
    for (const { reasons } of decisions) expect(reasonsInWords(reasons)).toMatch(/\w/);
  });
});

test('never the newest complete backup, a held one, one in use or one whose run goes on', () => {
  holds((input) => {
    const made = planRetention(input);
    const removed = made.decisions.filter((d) => REMOVES.has(d.action)).map((d) => d.entry);
    for (const entry of removed) {
      expect(entry).toMatchObject({ held: false, isProtected: false });
      expect(input.inUse.has(entry.imageId)).toBe(false);
      expect(input.running?.has(entry.backupId)).toBe(false);
      if (isRestorable(entry)) expect(entry.createdAt).toBeLessThanOrEqual(newestTime(input));
    }
    const left = made.decisions.filter((d) => !REMOVES.has(d.action)).map((d) => d.entry);
    if (input.entries.some(isRestorable))
      expect(left.some((e) => isRestorable(e) && e.createdAt === newestTime(input))).toBe(true);
  });
});

test('never anything that is not ours, nor of another target', () => {
  holds((input) => {
    for (const { entry, action } of planRetention(input).decisions)
      if (entry.doubts.length > 0 || entry.target !== 'prod') expect(action).toBe('leave');
  });
});

test('nothing while the newest complete one is overdue or missing', () => {
  holds((input) => {
    const late = !(NOW - newestTime(input) <= (input.maxAgeMs ?? Number.MAX_VALUE));
    if (!late) return;
    for (const { action } of planRetention(input).decisions) expect(REMOVES.has(action)).toBe(false);
  });
});

test('nothing partial, failed or unchecked before its time, or without a newer complete one', () => {
  holds((input) => {
    for (const { entry, action } of planRetention(input).decisions) {
      if (!REMOVES.has(action) || entry.outcome === 'complete') continue;
      expect(NOW - entry.createdAt).toBeGreaterThanOrEqual(input.failedGraceMs);
      if (entry.outcome === undefined)
        expect(NOW - entry.createdAt).toBeGreaterThanOrEqual(input.abandonedAfterMs);
      expect(newestTime(input)).toBeGreaterThan(entry.createdAt);
    }
  });
});

test('where deletion is soft, nothing that could be restored is deleted at once', () => {
  holds((input) => {
    for (const { entry, action } of planRetention(input).decisions)
      if (input.softGraceMs !== undefined && entry.imageState === 'available')
        expect(action).not.toBe('delete');
  });
});

test('idempotent: when the plan was carried out, there is nothing more to do', () => {
  holds((input) => {
    const first = planRetention(input);
    const entries = carriedOut(first, NOW);
    const second = planRetention({ ...input, entries });
    expect(second.decisions.filter((d) => REMOVES.has(d.action))).toEqual([]);
    // What was disabled just now has not come back either.
    const disabled = first.decisions.filter((d) => d.action === 'disable').map((d) => d.entry.imageId);
    const then = actions(second);
    for (const id of disabled) expect(then[id]).toBe('leave');
  });
});

test('monotone: with a newer backup, nothing that would have gone is kept', () => {
  fc.assert(
    fc.property(worlds, entryFacts, (input, facts) => {
      const newest = Math.max(0, ...input.entries.map((entry) => entry.createdAt));
      const newer = { ...entryOf(facts, 999), createdAt: newest + 1 };
      const now = Math.max(NOW, newest + 1);
      const before = planRetention({ ...input, now });
      const after = actions(planRetention({ ...input, now, entries: [...input.entries, newer] }));
      for (const { entry, action } of before.decisions)
        if (REMOVES.has(action)) expect(after[entry.imageId]).toBe(action);
    }),
    { numRuns: 500 },
  );
});

test('the same, whatever the order', () => {
  fc.assert(
    fc.property(
      worlds.chain((input) =>
        fc.tuple(
          fc.constant(input),
          fc.shuffledSubarray([...input.entries], { minLength: input.entries.length }),
        ),
      ),
      ([input, shuffled]) => {
        expect(planRetention({ ...input, entries: shuffled })).toEqual(planRetention(input));
      },
    ),
    { numRuns: 200 },
  );
});

test('does not change what it was given', () => {
  holds((input) => {
    const before = structuredClone(input.entries);
    planRetention(input);
    expect(input.entries).toEqual(before);
  });
});
