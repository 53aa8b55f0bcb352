/**
 * What a step reports about itself: for logs and metrics, and for tests that end the process at each of them. The
 * steps of a workflow are the engine's; `request` (the lock, the message and the audit row) and `handover` (to the
 * engine) come before them.
 */
export interface StepEvent {
  runId: string;
  step: string;
  phase: 'started' | 'done' | 'stopped';
  ms?: number;
}
