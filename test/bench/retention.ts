import type { CatalogueEntry } from '../../src/core/catalogue/entry.ts';
import { planRetention } from '../../src/core/retention/plan.ts';

const HOUR_MS = 3_600_000;
const SIZES = [1_000, 10_000, 100_000];
/** The aim for the largest size, in wall ms. */
const AIM_MS = 250;
const POLICY = {
  last: 7,
  within: { years: 0, months: 0, days: 3, hours: 0 },
  hourly: 24,
  daily: 14,
  weekly: 8,
  monthly: 12,
  yearly: 5,
};

export interface RetentionFigures {
  entries: number;
  /** Wall ms of one plan, a value a round. */
  ms: number[];
  medianMs: number;
  /** Of the median. */
  nsPerEntry: number;
}

/**
 * How long it takes to plan for catalogues of three sizes, measured in turn, round by round: an hourly backup for as long
 * as it takes (11 years for 100,000), every tenth failed, in no order, with every rule of the policy.
 */
export function benchRetention(print: (line: string) => void, rounds = 7): RetentionFigures[] {
  const catalogues = SIZES.map((size) => catalogue(size));
  const ms = new Map<number, number[]>(SIZES.map((size) => [size, []]));
  // The first round is a rehearsal: what it measures is the compiler.
  for (let round = 0; round <= rounds; round += 1) {
    for (const entries of catalogues) {
      const taken = planOnce(entries);
      if (round > 0) ms.get(entries.length)?.push(taken);
    }
  }
  const figures = SIZES.map((entries): RetentionFigures => {
    const values = ms.get(entries) ?? [];
    const medianMs = [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
    return { entries, ms: values, medianMs, nsPerEntry: (medianMs * 1e6) / entries };
  });
  print('Planning retention, median of rounds');
  const first = figures[0]?.nsPerEntry ?? Number.NaN;
  for (const { entries, medianMs, nsPerEntry } of figures) {
    const ratio = `${(nsPerEntry / first).toFixed(2)}x`;
    print(
      `${String(entries).padStart(8)} entries ${medianMs.toFixed(1).padStart(8)} ms ${nsPerEntry.toFixed(0).padStart(6)} ns an entry ${ratio.padStart(7)} of the first`,
    );
  }
  const last = figures.at(-1);
  if (last !== undefined)
    print(`aim: ${last.entries} within ${AIM_MS} ms: ${last.medianMs <= AIM_MS ? 'reached' : 'missed'}`);
  return figures;
}

function planOnce(entries: readonly CatalogueEntry[]): number {
  const started = performance.now();
  planRetention({
    entries,
    policyOf: () => POLICY,
    target: 'prod',
    now: NEWEST + HOUR_MS,
    timezone: 'Europe/Berlin',
    maxAgeMs: 26 * HOUR_MS,
    failedGraceMs: 168 * HOUR_MS,
    abandonedAfterMs: 72 * HOUR_MS,
    inUse: new Map(),
  });
  return performance.now() - started;
}

const NEWEST = Date.UTC(2026, 9, 10, 3, 15);

function catalogue(size: number): CatalogueEntry[] {
  const entries = Array.from({ length: size }, (_, n): CatalogueEntry => {
    const createdAt = NEWEST - n * HOUR_MS;
    return {
      backupId: `bk-${n}`,
      target: 'prod',
      imageId: `ami-${n}`,
      imageState: 'available',
      mode: 'live',
      outcome: n % 10 === 9 ? 'failed' : 'complete',
      createdAt,
      sourceInstanceId: 'i-0123456789abcdef0',
      held: n % 1000 === 7,
      doubts: [],
      source: { securityGroupIds: [] },
      snapshots: {},
    };
  });
  // EC2 gives no order; a multiplier without a common factor visits every place once.
  return entries.map((_, n) => entries[(n * 7919) % size]).filter((entry) => entry !== undefined);
}
