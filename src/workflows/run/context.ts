import type { BuildsApi } from '../../core/cleanup/builds-api.ts';
import type { OpenDevConsole } from '../../core/cleanup/dev-console.ts';
import type { Target } from '../../core/model/target.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Ec2Regions } from '../../core/ports/ec2.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Members } from '../../core/ports/members.ts';
import type { Metrics } from '../../core/ports/metrics.ts';
import type { Notifier } from '../../core/ports/notifier.ts';
import type { Ping } from '../../core/ports/ping.ts';
import type { OpenServicesMachine } from '../../core/ports/services-machine.ts';
import type { OpenSsh } from '../../core/ports/ssh.ts';
import type { StepEvent } from '../../core/ports/step-event.ts';
import type { ProbeWeb } from '../../core/ports/web-probe.ts';
import type { Store } from '../../core/store/store.ts';
import type { Redact } from '../../core/text/redact.ts';

/** The effects a workflow may have. */
export interface WorkflowContext {
  /** The targets of today's configuration. */
  targets: readonly Target[];
  clock: Clock;
  ec2: Ec2Regions;
  store: Store;
  /** Who Slack confirms, asked again before an approval counts. */
  members: Members;
  /** A text's SHA-256, in hex. */
  digest: (text: string) => string;
  notifier: Notifier;
  log: Log;
  openSsh: OpenSsh;
  openMachine: OpenServicesMachine;
  openConsole: OpenDevConsole;
  /** How long one answer of the dev-console may take, in wall ms; a default of minutes when missing. */
  consoleAnswerMs?: number | undefined;
  /** Of a target; undefined where CIRCLECI_TOKEN or CIRCLECI_URL is not set. */
  buildsApi(target: Target): BuildsApi | undefined;
  /** Asks an address of a machine, whatever DNS says. */
  probeWeb: ProbeWeb;
  /** The dead-man switch outside. */
  ping: Ping;
  /** Goes over everything the engine stores. */
  redact: Redact;
  metrics: Metrics;
  /** When this process began, on `clock`. */
  startedAt: number;
  /** Aborts when the process is asked to stop: waits end, and the next process goes on. */
  stopping: AbortSignal;
  /** Aborts when a cancel of this run is noted in this process. */
  cancelSignal(runId: string): AbortSignal;
  /** Resolves when something about the run has changed in the store (an answer, a tick), or when the signal aborts. */
  nudged(runId: string, signal: AbortSignal): Promise<void>;
  observe(event: StepEvent): void;
}
