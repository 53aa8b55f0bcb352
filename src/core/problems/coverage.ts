import type { Explanations } from './explanation.ts';

/** Something that the machine needs to come back and that a backup does not hold: clauses without a full stop. */
export interface CoverageGap {
  what: string;
  /** What to do about it, e.g. `mount it, or take its line out of /etc/fstab`. */
  remedy: string;
}

/** What is missing from a backup whose image is as it should be. */
export type CoverageProblem = { code: 'data-uncovered'; gaps: CoverageGap[] };

/** Each says much, and a message has its limits; the result lists them all. */
const TOLD_MAX = 5;

export const COVERAGE_PROBLEMS: Explanations<CoverageProblem> = {
  'data-uncovered': ({ gaps }) => {
    const told = gaps.slice(0, TOLD_MAX);
    const more = gaps.length > told.length ? `; and ${gaps.length - told.length} more` : '';
    const remedies = [...new Set(told.map(({ remedy }) => capital(remedy)))];
    return {
      reason: `The image holds every volume, but not all that the machine needs is in this backup: ${told.map(({ what }) => what).join('; ')}${more}.`,
      next: `${remedies.join('. ')}. Then make another backup.`,
    };
  },
};

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
