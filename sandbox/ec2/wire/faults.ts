import { takeFirst } from '../../take-fault.ts';
import { ApiError } from './errors.ts';

/** What goes wrong once an action is called. */
export type Trouble =
  /** An answer with this error code; `status` defaults to the one EC2 sends with the code. */
  | { kind: 'error'; code: string; message?: string; status?: number }
  /** An answer that is none of EC2's, as from a proxy on the way. */
  | { kind: 'http'; status: number }
  /** No answer at all; `applied` tells whether the action was done. */
  | { kind: 'silence'; applied: boolean }
  /** The connection is cut; `applied` tells whether the action was done. */
  | { kind: 'cut'; applied: boolean };

/** A trouble for the next `times` (default 1) calls of an action, `*` being any. */
export type Ec2Fault = {
  action: string;
  times?: number;
  /** Spares dry runs: the fault waits for the call that would do something. */
  realCallsOnly?: boolean;
} & Trouble;

/** The fault that is meant for this action. */
export function takeFault(faults: Ec2Fault[], action: string, dryRun: boolean): Ec2Fault | undefined {
  return takeFirst(
    faults,
    (fault) => (fault.action === action || fault.action === '*') && !(dryRun && fault.realCallsOnly),
  );
}

export function faultError(fault: Extract<Trouble, { kind: 'error' }>): ApiError {
  const status = fault.status === undefined ? {} : { status: fault.status };
  return new ApiError(fault.code, fault.message ?? `${fault.code} (asked for by the sandbox)`, status);
}
