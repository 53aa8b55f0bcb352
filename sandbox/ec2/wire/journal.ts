import type { Clock } from '../../../src/core/ports/clock.ts';
import type { Params } from './query.ts';

/** One call as it came and went. */
export interface Ec2Call {
  action: string;
  /** The clock's ms. */
  at: number;
  dryRun: boolean;
  /** As sent: the form's tree for EC2, path and query for EBS. */
  params: Params;
  /** `ok`, an error code, `http 502`, `silence` or `cut`. */
  result: string;
  /** Whether the action was done, whatever the caller was told. */
  applied: boolean;
}

/** Starts an entry; its result is filled in when it is known. */
export function journalEntry(clock: Clock, action: string, dryRun: boolean, params: Params): Ec2Call {
  return { action, at: clock.now(), dryRun, params, result: 'open', applied: false };
}
