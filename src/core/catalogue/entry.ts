import type { BackupMode, Outcome } from '../model/backup.ts';
import type { ImageFacts } from '../model/image.ts';
import type { AttachedVolume, MetadataOptions, PublicKind, Traits } from '../model/instance.ts';
import type { Doubt } from './ownership.ts';

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
  held: boolean;
  /** Who holds it and why, as the tag says it. */
  heldBy?: string;
  /** EC2 refuses to deregister its image, whoever asked for that. */
  isProtected?: boolean;
  /** When the bot disabled its image, the first half of a soft deletion; ms since epoch. */
  disabledAt?: number;
  /** Its machine is the target's former one by EC2's word alone: it counts, and nothing deletes it. */
  isInherited?: true;
  /** What speaks against the image being ours; nothing may be deleted unless this is empty. */
  doubts: Doubt[];
  /** ISO time of the last check by restoring it. */
  verifiedAt?: string;
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
  /** Snapshot ids by volume id, for measuring the next backup's growth. */
  snapshots: Record<string, string>;
}
