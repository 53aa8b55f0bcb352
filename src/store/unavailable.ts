import { ProblemError } from '../core/problems/problem.ts';

/** A `store-unavailable` problem; `reason` is a clause without a full stop, `next` sentences; `isInUse`: another process has it. */
export function unavailable(reason: string, cause?: unknown, next?: string, isInUse = false): ProblemError {
  return new ProblemError(
    {
      code: 'store-unavailable',
      reason,
      ...(next === undefined ? {} : { next }),
      ...(isInUse ? { isInUse } : {}),
    },
    { cause },
  );
}
