import type { CatalogueEntry } from '../catalogue/entry.ts';
import type { Size } from '../model/backup.ts';
import type { ImageFacts, ImageStatus } from '../model/image.ts';
import type { InstanceFacts } from '../model/instance.ts';
import type { InstanceSelector } from '../model/target.ts';
import type { CallOptions, Trouble } from './ec2-call.ts';
import type { Ec2Machines } from './ec2-machines.ts';

export interface ImageRequest {
  runId: string;
  /** Unique in account and region: the idempotency key. */
  name: string;
  description: string;
  instanceId: string;
  /** true reboots the machine; always sent in full (facts: ec2.md). */
  reboot: boolean;
  imageTags: Record<string, string>;
  snapshotTags: Record<string, string>;
}

/** `undefined` while EC2 does not show the image (yet). */
export type WatchEvent = { status: ImageStatus | undefined } | { trouble: Trouble };

/** EC2's return code for a snapshot: success, skipped (shared with another image), missing-permissions, internal-error, client-error. */
export interface SnapshotDeletion {
  snapshotId: string;
  result: string;
}

export interface TaggedSnapshot {
  snapshotId: string;
  runId: string;
  target: string;
  /** GiB in bytes. */
  volumeBytes: number;
  /** Its tag says that retention has begun to delete it with its image. */
  deleting?: true;
  /** The machine and the image that EC2 made it for, where CreateImage did. */
  madeFor?: { instanceId: string; imageId: string };
  /** A tag by which another tool marks what it owns. */
  otherTool?: string;
}

/** EC2 in one region. Every method rejects with `ProblemError` for what a person can understand and mend. */
export interface Ec2 {
  region: string;
  /** Launching, stopping and changing machines, for a restore. */
  machines: Ec2Machines;
  findInstances(selector: InstanceSelector, options: CallOptions): Promise<InstanceFacts[]>;
  /** A few instances of the region, for a refusal that shows what is there. */
  someInstances(options: CallOptions): Promise<InstanceFacts[]>;
  /** IAM actions the bot lacks for this request, found by dry runs, e.g. `ec2:CreateImage`. */
  missingPermissions(request: ImageRequest, options: CallOptions): Promise<string[]>;
  /** Creates the image, or adopts the one an earlier, unconfirmed call of this run made. Gives its id. */
  createImage(request: ImageRequest, options: CallOptions): Promise<string>;
  /**
   * The image of this name, which EC2 gives once, and its snapshots, again and again, until `signal` aborts. All that are
   * watched share one poll.
   */
  watch(imageName: string, signal: AbortSignal): AsyncIterable<WatchEvent>;
  /** Bytes added since the previous snapshot of the same volume, or its used bytes when it is the first. */
  addedBytes(snapshotId: string, previousSnapshotId: string | undefined, options: CallOptions): Promise<Size>;
  tag(resourceIds: string[], tags: Record<string, string>, options: CallOptions): Promise<void>;
  /** Every image that carries our run tag or our name, also those that cannot be read as a backup. */
  taggedImages(options: CallOptions): Promise<ImageFacts[]>;
  /** Instances (not terminated) launched from these images: instance id by image id. */
  instancesFrom(imageIds: readonly string[], options: CallOptions): Promise<Map<string, string>>;
  /** Deregisters an image and asks for its snapshots to go with it: what became of each, in EC2's own words. */
  deregister(imageId: string, options: CallOptions): Promise<SnapshotDeletion[]>;
  /** Deletes one snapshot that a deregistration left behind. */
  deleteSnapshot(snapshotId: string, options: CallOptions): Promise<SnapshotDeletion>;
  /** Disabled images cannot be launched and are hidden; the first half of a soft deletion. */
  setDisabled(imageId: string, disabled: boolean, options: CallOptions): Promise<void>;
  /** Deregistration protection, EC2's own guard of a held backup. */
  setProtected(imageId: string, isProtected: boolean, options: CallOptions): Promise<void>;
  untag(resourceIds: string[], keys: string[], options: CallOptions): Promise<void>;
  /** Snapshots with our run tag: orphans are those whose image is gone. */
  taggedSnapshots(options: CallOptions): Promise<TaggedSnapshot[]>;
  /**
   * All backups whose tags are ours, in any state and order, of all targets of the region: as they are now, or with
   * `asOf` (ms since epoch) as they were at any time since then, which a hundred runs that end together can share.
   */
  catalogue(options: CallOptions & { asOf?: number }): Promise<CatalogueEntry[]>;
}

export type Ec2Regions = (region: string) => Ec2;
