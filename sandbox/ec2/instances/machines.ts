/** An instance's addresses as they are now. */
export interface MachineAddresses {
  privateIp: string;
  /** Missing where it has none; an Elastic IP stands here in place of the address it came with. */
  publicIp?: string;
}

/** What boots: what is on the machine is what is on its root volume. */
export interface BootedMachine extends MachineAddresses {
  instanceId: string;
  rootVolumeId: string;
}

/**
 * What EC2 tells the machines that run on it. What they hold is kept by volume and by snapshot, as EC2 keeps it, so that
 * an image is its root snapshot here. All calls are synchronous and hold at the moment of the change.
 */
export interface MachineHooks {
  /**
   * An instance is running: launched, started again, rebooted, or running again after its root volume was replaced. A root
   * volume nobody has filled holds the standard install.
   */
  booted(machine: BootedMachine): void;
  /** It shuts down (stop, terminate, reboot, replacement of its root): its connections break off, nothing answers. */
  halted(instanceId: string): void;
  /** A running instance got or lost an address (AssociateAddress, DisassociateAddress). */
  addressed(instanceId: string, addresses: MachineAddresses): void;
  /** A snapshot holds the volume as it is now (CreateImage: once a volume; CreateSnapshot). */
  snapshotStarted(snapshotId: string, volumeId: string): void;
  /** A new volume is a copy of the snapshot (RunInstances, CreateReplaceRootVolumeTask, CreateVolume). */
  volumeFilled(volumeId: string, snapshotId: string): void;
  /** A volume or a snapshot is gone for good. */
  forgotten(volumeOrSnapshotId: string): void;
  /** The text of the console since the instance was launched, as GetConsoleOutput gives it in base64. */
  consoleOutput(instanceId: string): string;
}

/** For tests of EC2 alone. */
export const noMachines: MachineHooks = {
  booted: () => {},
  halted: () => {},
  addressed: () => {},
  snapshotStarted: () => {},
  volumeFilled: () => {},
  forgotten: () => {},
  consoleOutput: () => '',
};
