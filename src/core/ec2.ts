import type { CatalogueEntry, ImageStatus, InstanceFacts, InstanceSelector, Size } from './model.ts';

/** Trouble with EC2 that may still heal; shown in the run's thread, never as an alarm. */
export interface Trouble {
  kind: 'throttled' | 'unavailable' | 'credentials' | 'refused';
  /** The API action, e.g. `DescribeImages`. */
  action: string;
  awsCode: string;
  /** How long it has lasted, in ms. */
  sinceMs: number;
}

export interface CallOptions {
  /** Ends the call early; it then rejects with the signal's reason. */
  signal: AbortSignal;
  onTrouble?: (trouble: Trouble) => void;
  /** How long trouble may last before the call gives up with a problem, in ms. */
  patienceMs: number;
}

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

/** EC2 in one region. Every method rejects with `ProblemError` for what a person can understand and mend. */
export interface Ec2 {
  region: string;
  findInstances(selector: InstanceSelector, options: CallOptions): Promise<InstanceFacts[]>;
  /** A few instances of the region, for a refusal that shows what is there. */
  someInstances(options: CallOptions): Promise<InstanceFacts[]>;
  /** IAM actions the bot lacks for this request, found by dry runs, e.g. `ec2:CreateImage`. */
  missingPermissions(request: ImageRequest, options: CallOptions): Promise<string[]>;
  /** Creates the image, or adopts the one an earlier, unconfirmed call of this run made. Gives its id. */
  createImage(request: ImageRequest, options: CallOptions): Promise<string>;
  /** The image of a run and its snapshots, again and again, until `signal` aborts. All watched runs share one poll. */
  watch(runId: string, signal: AbortSignal): AsyncIterable<WatchEvent>;
  /** Bytes added since the previous snapshot of the same volume, or its used bytes when it is the first. */
  addedBytes(snapshotId: string, previousSnapshotId: string | undefined, options: CallOptions): Promise<Size>;
  tag(resourceIds: string[], tags: Record<string, string>, options: CallOptions): Promise<void>;
  /**
   * All backups whose tags are ours, in any state and order, of all targets of the region: as they are now, or with
   * `asOf` (ms since epoch) as they were at any time since then, which a hundred runs that end together can share.
   */
  catalogue(options: CallOptions & { asOf?: number }): Promise<CatalogueEntry[]>;
}

export type Ec2Regions = (region: string) => Ec2;
