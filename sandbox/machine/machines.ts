import type { Socket } from 'node:net';
import type { Clock } from '../../src/core/ports/clock.ts';
import type { MachineHooks } from '../ec2/instances/machines.ts';
import { bootText } from './access/console-output.ts';
import { ensureHostKey, hostKeyOf, newKeyPair } from './access/host-key.ts';
import { settleBuilds } from './circleci/build-record.ts';
import { copyDisk, type Disk, type DiskOptions, standardDisk } from './disk/disk.ts';
import { hostLabel } from './disk/layout.ts';
import type { Repositories } from './disk/repositories.ts';
import type { Shares } from './disk/shares.ts';
import { type MachineFaults, noFaults } from './faults.ts';
import { type Machine, startMachine } from './machine.ts';
import { type MachineTiming, STANDARD_TIMING } from './timing.ts';

export interface MachinesOptions {
  clock: Clock;
  timing?: Partial<MachineTiming>;
  /** What is on a root volume that nobody has filled. */
  install: () => Omit<DiskOptions, 'privateIp' | 'publicIp'>;
}

/** All Services machines, as they run on the sandbox's EC2. */
export interface Machines {
  /** For EC2 to call. */
  hooks: MachineHooks;
  /** Those that run, by instance id. */
  running: ReadonlyMap<string, Machine>;
  /** A running one; throws where it does not run. */
  of(instanceId: string): Machine;
  /** The faults of an instance, which outlive its boots; before its first boot as well. */
  faultsOf(instanceId: string): MachineFaults;
  /** Prepares the next instance that is launched; used up by it. */
  nextFaults: ((faults: MachineFaults) => void) | undefined;
  /** What unfilled root volumes hold from now on. */
  install: MachinesOptions['install'];
  /** Names that lead to addresses. */
  names: Map<string, string>;
  /** What servers in the network hold. */
  shares: Shares;
  timing: MachineTiming;
  /** What restic reaches from any of them. */
  repositories: Repositories;
  /** A connection to an address or a name. */
  connect(host: string, port: number, socket: () => Socket): 'taken' | 'refused' | 'silent' | 'unknown';
  close(): void;
}

export function createMachines(options: MachinesOptions): Machines {
  const { clock } = options;
  const timing = { ...STANDARD_TIMING, ...options.timing };
  const running = new Map<string, Machine>();
  const faults = new Map<string, MachineFaults>();
  const consoles = new Map<string, string>();
  /** By the id of a volume or of a snapshot. */
  const disks = new Map<string, Disk>();
  const names = new Map<string, string>();
  const repositories: Repositories = { all: new Map() };

  function faultsOf(instanceId: string): MachineFaults {
    const known = faults.get(instanceId);
    if (known !== undefined) return known;
    const fresh = noFaults();
    faults.set(instanceId, fresh);
    return fresh;
  }

  function halt(instanceId: string): void {
    running.get(instanceId)?.halt();
    running.delete(instanceId);
  }

  const hooks: MachineHooks = {
    booted(booted) {
      const { instanceId, rootVolumeId, privateIp, publicIp } = booted;
      halt(instanceId);
      const isNew = !consoles.has(instanceId);
      let disk = disks.get(rootVolumeId);
      const settled = disk === undefined;
      if (disk === undefined) {
        disk = standardDisk({
          ...machines.install(),
          privateIp,
          ...(publicIp !== undefined && { publicIp }),
        });
        disks.set(rootVolumeId, disk);
      }
      const own = faultsOf(instanceId);
      if (isNew && !settled) {
        machines.nextFaults?.(own);
        machines.nextFaults = undefined;
      }
      const hostname = hostLabel(privateIp);
      const hasNewKey = ensureHostKey(disk, instanceId, hostname) && own.console !== 'no-keys';
      const text = bootText({
        hostname,
        at: clock.now(),
        ...(hasNewKey && { newHostKey: hostKeyOf(disk).publicKey }),
        ...(own.console === 'two-keys' && { forgedHostKey: newKeyPair(`root@${hostname}`).publicKey }),
      });
      consoles.set(instanceId, (consoles.get(instanceId) ?? '') + text);
      running.set(
        instanceId,
        startMachine({
          clock,
          booted,
          disk,
          faults: own,
          timing,
          repositories,
          settled,
          shares: machines.shares,
        }),
      );
    },
    halted: halt,
    addressed(instanceId, addresses) {
      const machine = running.get(instanceId);
      if (machine !== undefined) machine.addresses = addresses;
    },
    snapshotStarted(snapshotId, volumeId) {
      const disk = disks.get(volumeId);
      if (disk === undefined) return;
      // What ended before the moment of the snapshot has ended in it.
      settleBuilds(disk.builds, clock.now(), disk.busy);
      disks.set(snapshotId, copyDisk(disk));
    },
    volumeFilled(volumeId, snapshotId) {
      const disk = disks.get(snapshotId);
      if (disk !== undefined) disks.set(volumeId, copyDisk(disk));
    },
    forgotten: (id) => void disks.delete(id),
    consoleOutput: (id) => (faultsOf(id).console === 'missing' ? '' : (consoles.get(id) ?? '')),
  };

  const machines: Machines = {
    hooks,
    running,
    of(instanceId) {
      const machine = running.get(instanceId);
      if (machine === undefined) throw new Error(`${instanceId} does not run`);
      return machine;
    },
    faultsOf,
    nextFaults: undefined,
    install: options.install,
    names,
    shares: new Map(),
    timing,
    repositories,
    connect(host, port, socket) {
      const address = names.get(host.toLowerCase()) ?? host;
      if (!/^[\d.]+$/.test(address)) return 'unknown';
      const machine = [...running.values()].find(
        ({ addresses }) => addresses.privateIp === address || addresses.publicIp === address,
      );
      return machine?.connect(port, socket) ?? 'silent';
    },
    close() {
      for (const id of [...running.keys()]) halt(id);
    },
  };
  return machines;
}
