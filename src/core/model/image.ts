export interface SnapshotFacts {
  snapshotId: string;
  volumeId: string;
  /** `pending`, `completed`, `error`, …: an unknown one counts as "not yet". */
  state: string;
  /** 0 to 100. */
  progress: number;
  /** Size of the volume in bytes. */
  volumeBytes: number;
  message?: string;
}

export interface ImageFacts {
  imageId: string;
  name: string;
  /** `pending`, `available`, `failed`, …: an unknown one counts as "not yet". */
  state: string;
  stateReason?: string;
  createdAt?: string;
  sourceInstanceId?: string;
  /** `aws-backup-vault`, `amazon`, …: set only where AWS owns the image. */
  ownerAlias?: string;
  /** Everybody may launch it. */
  isPublic?: boolean;
  /** EC2 refuses to deregister it. */
  isProtected?: boolean;
  tags: Record<string, string>;
  /** Devices of the image's mapping with the snapshot behind each. */
  mappings: ({
    device: string;
    snapshotId?: string;
    bytes?: number;
    /** Set: the volume stays when its machine is terminated. */
    outlives?: true;
  } & Partial<VolumeKind>)[];
  /** What it needs of the machine that it runs on. */
  needs?: ImageNeeds;
}

/** How fast a volume is, as EC2 says it: `gp3`, `io1`, …; the numbers only where its type has them to choose. */
export interface VolumeKind {
  type: string;
  iops?: number;
  /** MiB/s. */
  throughput?: number;
}

/** What is missing is not known. */
export interface ImageNeeds {
  /** `x86_64` or `arm64`. */
  architecture?: string;
  /** `hvm` or `paravirtual`. */
  virtualization?: string;
  /** Whether its system can drive the network card of newer types. */
  ena?: boolean;
  /** `legacy-bios`, `uefi` or `uefi-preferred`. */
  bootMode?: string;
  /** `v2.0`: it needs a type with a NitroTPM. */
  tpm?: string;
}

/** An image of a run and the snapshots made with it, as last seen. */
export interface ImageStatus {
  image: ImageFacts;
  snapshots: SnapshotFacts[];
}
