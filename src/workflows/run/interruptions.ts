import type { Problem } from '../../core/problems/problem.ts';

/** The reason a stopping process gives to everything that waits. */
export class StoppingError extends Error {
  constructor() {
    super('the process is stopping; the run goes on when it is started again');
    this.name = 'StoppingError';
  }
}

/** The run was canceled by this Slack user before the stage made anything. */
export class CanceledError extends Error {
  readonly by: string;
  constructor(by: string) {
    super('the run was canceled');
    this.name = 'CanceledError';
    this.by = by;
  }
}

/** People chose to end the run: control flow of the workflow alone, never thrown inside a step. */
export class AbortedError extends Error {
  /** What they were asked about; missing where nothing had failed. */
  readonly problem: Problem | undefined;
  constructor(problem?: Problem) {
    super('the run was aborted');
    this.name = 'AbortedError';
    this.problem = problem;
  }
}
