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
  mappings: { device: string; snapshotId?: string; bytes?: number }[];
}

/** An image of a run and the snapshots made with it, as last seen. */
export interface ImageStatus {
  image: ImageFacts;
  snapshots: SnapshotFacts[];
}
