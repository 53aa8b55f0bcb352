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

/** Takes the first fault meant for this action; the list holds what is left. */
export function takeFault(faults: Ec2Fault[], action: string, dryRun: boolean): Ec2Fault | undefined {
  const index = faults.findIndex(
    (fault) => (fault.action === action || fault.action === '*') && !(dryRun && fault.realCallsOnly),
  );
  const fault = faults[index];
  if (!fault) return undefined;
  const left = (fault.times ?? 1) - 1;
  if (left > 0) faults[index] = { ...fault, times: left };
  else faults.splice(index, 1);
  return fault;
}

export function faultError(fault: Extract<Trouble, { kind: 'error' }>): ApiError {
  const status = fault.status === undefined ? {} : { status: fault.status };
  return new ApiError(fault.code, fault.message ?? `${fault.code} (asked for by the sandbox)`, status);
}
