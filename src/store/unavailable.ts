import { ProblemError } from '../core/problems/problem.ts';

/** A `store-unavailable` problem; `reason` is a clause without a full stop. */
export function unavailable(reason: string, cause?: unknown): ProblemError {
  return new ProblemError({ code: 'store-unavailable', reason }, { cause });
}
