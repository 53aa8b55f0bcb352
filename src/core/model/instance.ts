export interface AttachedVolume {
  volumeId: string;
  /** As the instance maps it, e.g. `/dev/sda1`. */
  device: string;
}

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
}

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
