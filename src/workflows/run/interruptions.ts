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
