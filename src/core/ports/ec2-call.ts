/** Trouble with EC2 that may still heal; shown in the run's thread, never as an alarm. */
export interface Trouble {
  kind: 'throttled' | 'unavailable' | 'credentials' | 'refused';
  /** The API action, e.g. `DescribeImages`. */
  action: string;
  awsCode: string;
  /** How long it has lasted, in ms. */
  sinceMs: number;
}

export interface CallOptions {
  /** Ends the call early; it then rejects with the signal's reason. */
  signal: AbortSignal;
  onTrouble?: (trouble: Trouble) => void;
  /** How long trouble may last before the call gives up with a problem, in ms. */
  patienceMs: number;
}
