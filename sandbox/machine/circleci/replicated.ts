import type { Clock } from '../../../src/core/ports/clock.ts';
import { type Disk, textAt } from '../disk/disk.ts';
import { addressIn, readEnvironmentFile } from '../disk/environment-file.ts';
import { withoutLinks } from '../disk/file-tree.ts';
import type { MachineFaults } from '../faults.ts';
import type { MachineTiming } from '../timing.ts';

type AppState = 'started' | 'starting' | 'stopped' | 'stopping';

/** `replicatedctl app status`, one entry. */
export interface ShownApp {
  state: AppState;
  desired: 'started' | 'stopped';
  error: string;
  transitioning: boolean;
  changedAt: number;
}

/** Replicated and the application it runs, while the machine is up. Restarting its services leaves the application alone. */
export interface Replicated {
  app(): ShownApp;
  /** `initializing` for a while after each restart. */
  system(): 'ready' | 'initializing' | 'failed';
  /** The address Replicated has taken from its file at its last restart. */
  localAddress(): string;
  start(): void;
  stop(force: boolean): void;
  setHostname(host: string): void;
  /** Makes a hostname that was set count; the application restarts when it changed. */
  apply(): void;
  /** false: the service did not come up. Its file is read anew. */
  restart(service: string): boolean;
  /** Services in the order in which they were restarted since the boot. */
  restarts: readonly string[];
  /** What the application began since the boot, because somebody told it to. */
  orders: readonly ('starting' | 'stopping')[];
}

export interface ReplicatedSurroundings {
  clock: Clock;
  disk: Disk;
  faults: MachineFaults;
  timing: MachineTiming;
  /** The machine's own address: where its operator must look for the daemon. */
  privateIp(): string;
  /** It was so long ago that it booted that everything is up. */
  settled: boolean;
}

export function createReplicated(around: ReplicatedSurroundings): Replicated {
  const { clock, disk, faults, timing } = around;
  const bootAt = clock.now();
  let readyAt = bootAt + (around.settled ? 0 : timing.boot + timing.replicated);
  let localAddress = variable('replicated', 'PRIVATE_ADDRESS') ?? '';
  let endpoint = daemonEndpoint();
  const restarts: string[] = [];
  const orders: ('starting' | 'stopping')[] = [];

  const started = disk.replicated.app === 'started';
  let app: ShownApp = {
    state: started ? 'started' : 'stopped',
    desired: disk.replicated.app,
    error: '',
    transitioning: false,
    changedAt: bootAt,
  };
  /** When the state on the way is reached; Infinity when never. */
  let dueAt = 0;
  if (started && !around.settled) begin('starting', readyAt - bootAt + timing.appStart);

  function variable(service: string, name: string): string | undefined {
    const text = fileOf(service);
    return text === undefined ? undefined : readEnvironmentFile(text).get(name);
  }

  function fileOf(service: string): string | undefined {
    for (const folder of ['/etc/default', '/etc/sysconfig']) {
      const path = withoutLinks(disk.files, `${folder}/${service}`);
      if (disk.files.has(path)) return faults.unreadable.has(path) ? undefined : textAt(disk, path);
    }
    return undefined;
  }

  function daemonEndpoint(): string | undefined {
    const text =
      variable('replicated-operator', 'DAEMON_ENDPOINT') ?? variable('replicated-agent', 'DAEMON_ENDPOINT');
    return text === undefined ? undefined : addressIn(text);
  }

  function begin(state: 'starting' | 'stopping', forMs: number): void {
    const now = clock.now();
    app = { ...app, state, transitioning: true, error: '', changedAt: now };
    dueAt = now + forMs;
  }

  function settle(): void {
    const now = clock.now();
    if (app.state === 'starting' || (app.state === 'started' && app.transitioning)) {
      if (faults.appStart === 'never') return;
      if (faults.appStart === 'fails' && now >= dueAt) {
        app = {
          ...app,
          state: 'stopped',
          transitioning: false,
          error: 'Container frontend exited: 1',
          changedAt: dueAt,
        };
        return;
      }
      // CircleCI's own sample shows "started" while it is still on the way.
      if (now >= dueAt) app = { ...app, state: 'started', transitioning: false, changedAt: dueAt };
      else if (now >= dueAt - timing.appStart / 4) app = { ...app, state: 'started' };
    }
    if (app.state === 'stopping' && now >= dueAt && faults.appStop !== 'never') {
      app = { ...app, state: 'stopped', transitioning: false, changedAt: dueAt };
      // What was asked for while it stopped comes next.
      if (app.desired === 'started') begin('starting', timing.appStart);
    }
  }

  /** An operator that looks for the daemon at another machine's address never gets to run anything. */
  const operatorConnected = () =>
    endpoint === undefined || [around.privateIp(), '127.0.0.1', 'localhost'].includes(endpoint);

  function want(desired: 'started' | 'stopped'): void {
    app = { ...app, desired };
    disk.replicated.app = desired;
  }

  function start(): void {
    settle();
    want('started');
    if (app.state !== 'stopped') return;
    orders.push('starting');
    begin('starting', operatorConnected() ? timing.appStart : Number.POSITIVE_INFINITY);
  }

  function stop(force: boolean): void {
    settle();
    want('stopped');
    if (app.state === 'stopped') return;
    if (app.state !== 'stopping') orders.push('stopping');
    begin('stopping', force ? timing.appStop / 4 : timing.appStop);
  }

  return {
    restarts,
    orders,
    app() {
      settle();
      return app;
    },
    system: () => (clock.now() >= readyAt ? 'ready' : 'initializing'),
    localAddress: () => localAddress,
    start,
    stop,
    setHostname(host) {
      disk.replicated.wanted = host;
    },
    apply() {
      const { wanted, hostname } = disk.replicated;
      delete disk.replicated.wanted;
      if (wanted === undefined || wanted === hostname) return;
      disk.replicated.hostname = wanted;
      settle();
      if (app.desired === 'started') begin('stopping', timing.appStop);
    },
    restart(service) {
      if (
        faults.brokenServices.has(service) ||
        (service !== 'replicated-ui' && fileOf(service) === undefined)
      ) {
        return false;
      }
      if (service === 'replicated') {
        localAddress = variable(service, 'PRIVATE_ADDRESS') ?? localAddress;
        readyAt = clock.now() + timing.replicated;
      }
      if (service !== 'replicated') endpoint = daemonEndpoint();
      restarts.push(service);
      return true;
    },
  };
}
