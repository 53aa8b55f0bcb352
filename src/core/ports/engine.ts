/** Starts durable runs; the implementation is OpenWorkflow's. */
export interface Engine {
  /** Starts the workflow under this run id, or finds the one already started. Gives the engine's own id. */
  start(workflow: string, input: unknown, runId: string): Promise<string>;
  /** Tells a run in this process that its store entry changed (a cancel, a decision). */
  nudge(runId: string): void;
}
