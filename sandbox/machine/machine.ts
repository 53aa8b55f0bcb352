import type { Socket } from 'node:net';
import type { Clock } from '../../src/core/ports/clock.ts';
import type { BootedMachine, MachineAddresses } from '../ec2/instances/machines.ts';
import { fingerprint, hostKeyOf } from './access/host-key.ts';
import { createSshServer } from './access/ssh-server.ts';
import { abandonBuilds, findBuild, settleBuilds } from './circleci/build-record.ts';
import { createReplicated, type ShownApp } from './circleci/replicated.ts';
import { createMachineWeb } from './circleci/web.ts';
import { installTools } from './commands/installed.ts';
import { type Disk, putFile, removePath } from './disk/disk.ts';
import { hostLabel } from './disk/layout.ts';
import { mountAll, mountedShares } from './disk/mounts.ts';
import type { Repositories } from './disk/repositories.ts';
import { mountedTree, type Shares } from './disk/shares.ts';
import type { MachineFaults } from './faults.ts';
import type { MachineInside } from './inside.ts';
import type { MachineTiming } from './timing.ts';

/** A machine from one boot to the next halt. */
export interface Machine {
  readonly instanceId: string;
  readonly disk: Disk;
  readonly faults: MachineFaults;
  addresses: MachineAddresses;
  /** The fingerprint of its own host key. */
  readonly hostKey: string;
  app(): ShownApp;
  /** The address Replicated works with. */
  localAddress(): string;
  /** Services in the order in which they were restarted since the boot. */
  restarts: readonly string[];
  /** What the application began since the boot, because somebody told it to. */
  orders: readonly ('starting' | 'stopping')[];
  /** Somebody at the machine has the application started. */
  startApp(): void;
  /** Ids of what Nomad runs beside the builds. */
  jobs: string[];
  /** Mounts all of its fstab that is not hindered, and nothing else. */
  mountAgain(): void;
  /** Ends what works in the background there: with it goes whoever waits for it, where it vanishes. */
  killBackground(how: 'TERM' | 'KILL' | 'vanish'): void;
  /** Takes a connection at a port, or says why not. */
  connect(port: number, socket: () => Socket): 'taken' | 'refused' | 'silent';
  halt(): void;
}

export interface MachineOptions {
  clock: Clock;
  booted: BootedMachine;
  disk: Disk;
  faults: MachineFaults;
  timing: MachineTiming;
  shares: Shares;
  repositories: Repositories;
  /** It has been up for long. */
  settled: boolean;
}

export function startMachine(options: MachineOptions): Machine {
  const { clock, faults, timing, settled, shares } = options;
  const mounted = () => mountedShares(options.disk, faults, shares);
  const disk =
    options.disk.layout.nfs === undefined
      ? options.disk
      : { ...options.disk, files: mountedTree(options.disk.files, mounted) };
  const { instanceId, privateIp, publicIp } = options.booted;
  let addresses: MachineAddresses = { privateIp, ...(publicIp !== undefined && { publicIp }) };
  const halted = new AbortController();
  const upAt = clock.now() + (settled ? 0 : timing.boot);

  if (!settled) abandonBuilds(disk.builds);
  putFile(disk, '/etc/hostname', `${hostLabel(privateIp)}\n`);
  mountAll(disk, faults);
  bootMemory(disk, clock);
  const jobs: string[] = [];
  const inside: MachineInside = {
    clock,
    disk,
    faults,
    timing,
    replicated: createReplicated({
      clock,
      disk,
      faults,
      timing,
      settled,
      privateIp: () => addresses.privateIp,
    }),
    privateIp: () => addresses.privateIp,
    hostname: () => hostLabel(addresses.privateIp),
    tools: () => installTools(disk, faults),
    background: { locked: new Set(), processes: new Map(), lastPid: 4_000 },
    repositories: options.repositories,
    jobs,
    deleteBuild(url) {
      const build = findBuild(disk.builds, url);
      if (build !== undefined) disk.builds.splice(disk.builds.indexOf(build), 1);
      return build !== undefined;
    },
    halted: halted.signal,
  };
  const web = createMachineWeb(inside);

  return {
    instanceId,
    disk,
    faults,
    get addresses() {
      return addresses;
    },
    set addresses(value) {
      addresses = value;
    },
    hostKey: fingerprint(hostKeyOf(disk).publicKey),
    app: () => inside.replicated.app(),
    localAddress: () => inside.replicated.localAddress(),
    restarts: inside.replicated.restarts,
    orders: inside.replicated.orders,
    startApp: () => inside.replicated.start(),
    jobs,
    mountAgain: () => mountAll(disk, faults),
    killBackground(how) {
      for (const end of inside.background.processes.values()) end(how);
    },
    connect(port, socket) {
      if (halted.signal.aborted) return 'silent';
      const isUp = clock.now() >= upAt;
      if (port === 22) {
        if (faults.ssh === 'silent') return 'silent';
        if (faults.ssh === 'refused' || !isUp) return 'refused';
        createSshServer(inside).accept(socket());
        return 'taken';
      }
      if (![80, 443, 8800].includes(port) || !isUp || faults.web === 'down') return 'refused';
      web.accept(socket(), port);
      return 'taken';
    },
    halt() {
      settleBuilds(disk.builds, clock.now(), disk.busy);
      halted.abort();
    },
  };
}

/** What is in memory alone is empty after a boot; how long that is ago the kernel says. */
function bootMemory(disk: Disk, clock: Clock): void {
  removePath(disk, '/run/circleci-backup');
  const bootedAt = clock.now();
  putFile(disk, '/proc/uptime', '');
  const node = disk.files.get('/proc/uptime');
  if (node !== undefined)
    Object.defineProperty(node, 'bytes', {
      enumerable: true,
      get: () => Buffer.from(`${((clock.now() - bootedAt) / 1000 + 100).toFixed(2)} 1.00\n`),
    });
}
