import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Metrics } from '../core/ports/metrics.ts';
import type { Redact } from '../core/text/redact.ts';

export interface RenderedMetrics extends Metrics {
  /** Prometheus' text format. */
  render(): Promise<{ contentType: string; body: string }>;
  /** Whether anybody has asked for it. */
  wasRendered(): boolean;
}

/** Slack waits three seconds for an answer. */
const ANSWER_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10];
/** A step is one call, or the watch over an image for hours. */
const STEP_BUCKETS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14400];
const RUN_BUCKETS = [60, 300, 600, 1800, 3600, 7200, 14400, 28800, 86400];

/**
 * Metrics in a registry of their own, so that two bots in one process (the tests) do not meet. Their labels hold error
 * codes, which come from outside: `redact` goes over all that is shown.
 */
export function createMetrics(redact: Redact = (text) => text): RenderedMetrics {
  let rendered = false;
  const registry = new Registry();
  const registers = [registry];
  // Under their usual names (process_…, nodejs_…), which every ready-made dashboard knows.
  collectDefaultMetrics({ register: registry });

  const commands = new Histogram({
    name: 'circleci_backup_command_duration_seconds',
    help: 'Time from a command or click to its visible answer, by verb and result (ok, refused, failed).',
    labelNames: ['verb', 'result'] as const,
    buckets: ANSWER_BUCKETS,
    registers,
  });
  const runs = new Histogram({
    name: 'circleci_backup_run_duration_seconds',
    help: 'Duration of ended backup runs, by target and outcome (complete, partial, failed).',
    labelNames: ['target', 'outcome'] as const,
    buckets: RUN_BUCKETS,
    registers,
  });
  const tasks = new Histogram({
    name: 'circleci_backup_task_duration_seconds',
    help: 'Duration of ended runs that are no backup, by kind, target and outcome (done, partly, failed, canceled).',
    labelNames: ['kind', 'target', 'outcome'] as const,
    buckets: RUN_BUCKETS,
    registers,
  });
  const steps = new Histogram({
    name: 'circleci_backup_step_duration_seconds',
    help: 'Duration of ended workflow steps, by step and result (ok, failed).',
    labelNames: ['step', 'result'] as const,
    buckets: STEP_BUCKETS,
    registers,
  });
  const ec2 = new Counter({
    name: 'circleci_backup_ec2_calls_total',
    help: 'Calls to EC2, by action and result (ok, or the error code of AWS).',
    labelNames: ['action', 'result'] as const,
    registers,
  });
  const slack = new Counter({
    name: 'circleci_backup_slack_calls_total',
    help: 'Calls to the Slack API, by method and result (ok, or the error code of Slack).',
    labelNames: ['method', 'result'] as const,
    registers,
  });
  const outbox = new Gauge({
    name: 'circleci_backup_outbox_pending',
    help: 'Messages that wait to be posted to or edited in Slack.',
    registers,
  });
  const newest = new Gauge({
    name: 'circleci_backup_newest_complete_timestamp_seconds',
    help: 'Unix time of the newest complete backup, by target; absent where none is known.',
    labelNames: ['target'] as const,
    registers,
  });
  const socket = new Gauge({
    name: 'circleci_backup_socket_connected',
    help: '1 while the Socket Mode connection to Slack stands, else 0.',
    registers,
  });

  return {
    commandAnswered: (verb, result, ms) => commands.observe({ verb, result }, ms / 1000),
    runEnded: (target, outcome, ms) => runs.observe({ target, outcome }, ms / 1000),
    taskEnded: (kind, target, outcome, ms) => tasks.observe({ kind, target, outcome }, ms / 1000),
    stepEnded: (step, result, ms) => steps.observe({ step, result }, ms / 1000),
    ec2Called: (action, result) => ec2.inc({ action, result }),
    slackCalled: (method, result) => slack.inc({ method, result }),
    outboxPending: (n) => outbox.set(n),
    newestComplete: (target, atMs) =>
      atMs === undefined ? newest.remove({ target }) : newest.set({ target }, atMs / 1000),
    socketConnected: (connected) => socket.set(connected ? 1 : 0),
    async render() {
      rendered = true;
      return { contentType: registry.contentType, body: redact(await registry.metrics()) };
    },
    wasRendered: () => rendered,
  };
}
