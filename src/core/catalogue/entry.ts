import type { BackupEnding, BackupMode, Outcome } from '../model/backup.ts';
import type { ImageFacts } from '../model/image.ts';
import type { AttachedVolume, MetadataOptions, PublicKind, Traits } from '../model/instance.ts';
import type { NotedData } from './data-tags.ts';
import type { Doubt } from './ownership.ts';

/** What an image's tags say of the files that belong to it. */
export interface FilesTag {
  snapshotId: string;
  /** How its repository's id begins. */
  repository: string;
  files: number;
  bytes: number;
}

/** A backup as the catalogue (EC2's tags) tells it. */
export interface CatalogueEntry {
  /** The run that made it; what a person types. */
  backupId: string;
  target: string;
  imageId: string;
  imageState: string;
  mode: BackupMode;
  /** Missing while a run goes on, or when it ended before it could tag. */
  outcome?: Outcome;
  /** Somebody canceled its run: its outcome is `failed`, but nothing went wrong. */
  isCanceled?: true;
  /** ms since epoch. */
  createdAt: number;
  /** By EC2's word, not a tag's; a copy of an image has none. */
  sourceInstanceId?: string;
  addedBytes?: number;
  totalBytes?: number;
  /** How long the application was away for it. */
  downtimeSeconds?: number;
  requester?: string;
  note?: string;
  /** The schedule that made it; missing for a backup made by hand. */
  schedule?: string;
  /** The snapshot of its files, beside the image. */
  files?: FilesTag;
  held: boolean;
  /** Who holds it and why, as the tag says it. */
  heldBy?: string;
  /** EC2 refuses to deregister its image, whoever asked for that. */
  isProtected?: boolean;
  /** When the bot disabled its image, the first half of a soft deletion; ms since epoch. */
  disabledAt?: number;
  /** Its machine is the target's former one by EC2's word alone: it counts, and nothing deletes it. */
  isInherited?: true;
  /** What its tags say otherwise than the bot’s own record, which counts; a clause each. */
  retagged?: string[];
  /** It may be that the tags are right: it counts as the record has it, and nothing deletes it. */
  isDisputed?: true;
  /** What speaks against the image being ours; nothing may be deleted unless this is empty. */
  doubts: Doubt[];
  /** Of the last check by restoring it; ms since epoch. */
  verifiedAt?: number;
  /** The source machine as it was, for whoever restores it. */
  source: {
    name?: string;
    vpcId?: string;
    metadata?: MetadataOptions;
    ebsOptimized?: boolean;
    privateIp?: string;
    publicIp?: string;
    type?: string;
    zone?: string;
    subnetId?: string;
    securityGroupIds: string[];
    keyName?: string;
    profileArn?: string;
    hostname?: string;
    publicKind?: PublicKind;
    /** Its own ones, as far as they found room. */
    tags?: Record<string, string>;
    /** How many of them found none. */
    tagsLeftOut?: number;
    traits?: Traits;
    volumes?: AttachedVolume[];
  };
  /** The volumes that its image makes, and what it needs to run. */
  image?: Pick<ImageFacts, 'mappings' | 'needs'>;
  /** What was found of the machine's data; missing where nobody looked. */
  data?: NotedData;
  /** Snapshot ids by volume id, for measuring the next backup's growth. */
  snapshots: Record<string, string>;
}

/** A backup one could restore, as far as the catalogue knows. One that is not proven to be ours is none, whatever it says. */
export function isComplete(entry: CatalogueEntry): boolean {
  return entry.outcome === 'complete' && entry.imageState === 'available' && entry.doubts.length === 0;
}

/** How its run ended, for whoever counts or shows it; undefined where nobody has said it. */
export function endingOf({ outcome, isCanceled }: CatalogueEntry): BackupEnding | undefined {
  return isCanceled === true ? 'canceled' : outcome;
}

/** Newest first; equal times by id, so that the order never depends on EC2's. */
export function newestFirst(entries: readonly CatalogueEntry[]): CatalogueEntry[] {
  return [...entries].sort((a, b) => b.createdAt - a.createdAt || (a.backupId < b.backupId ? 1 : -1));
}

/** Newest first, and after all others those that are not proven to be a target's own. */
export function provenFirst(entries: readonly CatalogueEntry[]): CatalogueEntry[] {
  return newestFirst(entries).sort((a, b) => Number(a.doubts.length > 0) - Number(b.doubts.length > 0));
}
