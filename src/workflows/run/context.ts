import type { BuildsApi } from '../../core/cleanup/builds-api.ts';
import type { Target } from '../../core/model/target.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Ec2Regions } from '../../core/ports/ec2.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Members } from '../../core/ports/members.ts';
import type { Metrics } from '../../core/ports/metrics.ts';
import type { Notifier } from '../../core/ports/notifier.ts';
import type { OpenRestic } from '../../core/ports/restic.ts';
import type { OpenServicesMachine } from '../../core/ports/services-machine.ts';
import type { OpenSsh } from '../../core/ports/ssh.ts';
import type { StepEvent } from '../../core/ports/step-event.ts';
import type { ProbeWeb } from '../../core/ports/web-probe.ts';
import type { Store } from '../../core/store/store.ts';
import type { Redact } from '../../core/text/redact.ts';

/** What every run works with. */
export interface RunContext {
  clock: Clock;
  store: Store;
  notifier: Notifier;
  log: Log;
  metrics: Metrics;
  /** Goes over everything the engine stores. */
  redact: Redact;
  observe(event: StepEvent): void;
  /** When this process began, on `clock`. */
  startedAt: number;
  /** Other processes may take runs over. */
  isShared: boolean;
  /** Aborts when the process is asked to stop: waits end, and the next process goes on. */
  stopping: AbortSignal;
  /** Aborts when a cancel of this run is noted in this process. */
  cancelSignal(runId: string): AbortSignal;
  /** Resolves when something about the run has changed in the store (an answer, a tick), or when the signal aborts. */
  nudged(runId: string, signal: AbortSignal): Promise<void>;
}

/** What a run needs besides where it depends on today's configuration. */
export interface TargetsContext {
  targets: readonly Target[];
}

/** Where it must have been approved. */
export interface ApprovalContext extends TargetsContext {
  /** Who Slack confirms, asked again before an approval counts. */
  members: Members;
  /** A text's SHA-256, in hex. */
  digest: (text: string) => string;
}

/** Where it calls EC2. */
export interface Ec2Context {
  ec2: Ec2Regions;
}

/** Where it asks CircleCI about builds. */
export interface BuildsContext extends TargetsContext {
  /** Of a target; undefined where CIRCLECI_TOKEN or CIRCLECI_URL is not set. */
  buildsApi(target: Target): BuildsApi | undefined;
}

/** Where it works on the Services machine. */
export interface MachineContext extends TargetsContext, Ec2Context {
  openSsh: OpenSsh;
  openMachine: OpenServicesMachine;
  openRestic: OpenRestic;
  /** Asks an address of a machine, whatever DNS says. */
  probeWeb: ProbeWeb;
}
