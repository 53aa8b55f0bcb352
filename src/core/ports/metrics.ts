import type { Outcome } from '../model/backup.ts';
import type { RunEnd, RunKind } from '../run/run-view.ts';

/** `refused`: an answer that names what stands against it; `failed`: the bot's own fault. */
export type CommandResult = 'ok' | 'refused' | 'failed';

/**
 * What the bot counts. Every word becomes a label, so it has to come from a small fixed set: the verb of the table and
 * never what was typed, the action and the error code but never the id.
 */
export interface Metrics {
  /** A command or click was answered, `ms` after it arrived. */
  commandAnswered(verb: string, result: CommandResult, ms: number): void;
  /** A backup ended. */
  runEnded(target: string, outcome: Outcome, ms: number): void;
  /** Another run ended. */
  taskEnded(kind: RunKind, target: string, outcome: RunEnd['outcome'], ms: number): void;
  /** `result` is `ok` or EC2's error code. */
  ec2Called(action: string, result: string): void;
  /** `result` is `ok` or Slack's error code. */
  slackCalled(method: string, result: string): void;
  /** Messages that wait to be posted or edited. */
  outboxPending(n: number): void;
  /** When the newest complete backup of the target was taken, ms since epoch; undefined where EC2 has none. */
  newestComplete(target: string, atMs: number | undefined): void;
  stepEnded(step: string, result: 'ok' | 'failed', ms: number): void;
  socketConnected(connected: boolean): void;
}
