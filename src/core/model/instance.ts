export interface AttachedVolume {
  volumeId: string;
  /** As the instance maps it, e.g. `/dev/sda1`. */
  device: string;
}

/**
 * What a machine has and no new one gets from a restore, in EC2's own words: the machine's further network interfaces,
 * private addresses and IPv6 addresses, and the settings that differ from what EC2 gives to a machine by itself.
 */
export type Traits = Partial<Record<Trait, string>>;

export const TRAITS = [
  'interfaces',
  'private-addresses',
  'ipv6',
  'tenancy',
  'host',
  'placement-group',
  'capacity-reservation',
  'lifecycle',
  'monitoring',
  'source-dest-check',
  'credits',
  'cpu-options',
  'hibernation',
  'enclave',
] as const;

export type Trait = (typeof TRAITS)[number];

/** What EC2 says of an instance; kept with each backup, because the machine may be gone when it is restored. */
export interface InstanceFacts {
  instanceId: string;
  name?: string;
  /** `pending`, `running`, `stopping`, `stopped`, `shutting-down`, `terminated`, or what EC2 may add. */
  state: string;
  type: string;
  zone?: string;
  privateIp?: string;
  publicIp?: string;
  subnetId?: string;
  vpcId?: string;
  securityGroupIds: string[];
  keyName?: string;
  profileArn?: string;
  volumes: AttachedVolume[];
  metadata?: MetadataOptions;
  ebsOptimized?: boolean;
  /** What it was launched from. */
  imageId?: string;
  /** What its launch was asked for with; only who launches can choose it. */
  clientToken?: string;
  /** Of its public address, where it has one: an Elastic IP, or one that comes and goes with the machine. */
  publicKind?: PublicKind;
  /** AWS' own among them. */
  tags?: Record<string, string>;
  traits?: Traits;
}

export type PublicKind = 'elastic' | 'own';

/** How a machine asks EC2 about itself (IMDS); words as EC2 has them, unknown ones included. */
export interface MetadataOptions {
  /** `required` is IMDSv2, `optional` allows both versions. */
  httpTokens?: string;
  httpPutResponseHopLimit?: number;
  /** `enabled` or `disabled`. */
  httpEndpoint?: string;
  /** `enabled`: the machine can read its own tags. */
  instanceMetadataTags?: string;
}
