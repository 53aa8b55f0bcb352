import type { Metrics } from '../src/core/ports/metrics.ts';

/** Counts nothing. */
export const noMetrics: Metrics = {
  commandAnswered: () => undefined,
  runEnded: () => undefined,
  taskEnded: () => undefined,
  ec2Called: () => undefined,
  slackCalled: () => undefined,
  outboxPending: () => undefined,
  newestComplete: () => undefined,
  stepEnded: () => undefined,
  socketConnected: () => undefined,
};
