import type { Clock } from '../core/ports/clock.ts';
import type { StepEvent } from '../core/ports/step-event.ts';
import type { createEc2 } from '../gateways/ec2/ec2.ts';
import { createLazyEc2 } from '../gateways/ec2/lazy-ec2.ts';
import { type Dial, dialTcp } from '../gateways/ssh/dial.ts';
import { systemClock } from '../ops/system-clock.ts';

/** The effects of the whole bot. The sandbox and tests hand in a faster clock; the rest is the same there. */
export interface Gateways {
  /** The clock of backups; servers and connections keep to the wall. */
  clock: Clock;
  random: () => number;
  createEc2: typeof createEc2;
  /** Opens connections to the machines themselves: SSH, and what answers on the web. */
  dial: Dial;
  /** Asks CircleCI's API. */
  fetch: typeof fetch;
  /** Ends the process at once; called for a second signal only. */
  exit: (code: number) => void;
  /** Where log lines go; standard output when missing. */
  logDestination?: { write(line: string): unknown };
  /** Told of each step of each run, from its request on. */
  observe?: (event: StepEvent) => void;
  /** Further pragmas of the store, e.g. `max_page_count = 60`, for a disk that is full. */
  storePragmas?: readonly string[];
  /** How long one HTTP request to AWS may take, in wall ms. */
  awsTimeoutMs?: number;
  /** How long one call to Slack may take, in wall ms. */
  slackTimeoutMs?: number;
  /** After how many wall ms an asker is told that it takes a moment. */
  sayWaitingAfterMs?: number;
  /** How long the Services machine may take for an answer, in wall ms; what is known to take long has longer. */
  machineAnswerMs?: number;
  /** How long one answer of the dev-console may take, in wall ms. */
  consoleAnswerMs?: number;
  /** How often everything looks for what nobody told it of, in ms of the clock; each looker's own default when missing. */
  lookEveryMs?: number;
  /** When the doctor looks once after the start, in ms of the clock; never where missing. */
  doctorAfterMs?: number;
}

export const systemGateways: Gateways = {
  clock: systemClock,
  random: Math.random,
  createEc2: createLazyEc2,
  dial: dialTcp,
  fetch: (input, init) => fetch(input, init),
  exit: (code) => process.exit(code),
};
