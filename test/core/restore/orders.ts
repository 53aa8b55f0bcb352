import type { CatalogueEntry } from '../../../src/core/catalogue/entry.ts';
import type { MachineFacts } from '../../../src/core/model/machine-facts.ts';
import { type RestoreChoices, type RestoreFacts, restoreOrder } from '../../../src/core/restore/choices.ts';
import { target as named } from '../../target.ts';

export const NOW = Date.UTC(2026, 10, 23, 3, 14);

export const target = named('prod', {
  instance: { by: 'tag', key: 'Name', value: 'circleci_services' },
  circleciUrl: 'https://ci.example.com',
  operators: ['UANA'],
  approvers: ['UBEN'],
  ssh: { user: 'ubuntu', port: 22, privateKey: 'key', hostKeys: [], address: 'private' },
});

export const entry: CatalogueEntry = {
  backupId: 'bk-20261123-0200-aaaa',
  target: 'prod',
  imageId: 'ami-1',
  imageState: 'available',
  mode: 'live',
  outcome: 'complete',
  createdAt: NOW - 3_600_000,
  sourceInstanceId: 'i-old',
  held: false,
  doubts: [],
  source: {
    privateIp: '10.20.1.12',
    publicIp: '203.0.113.40',
    type: 'm5.2xlarge',
    zone: 'eu-west-1a',
    subnetId: 'subnet-1',
    securityGroupIds: ['sg-1'],
    keyName: 'circleci',
    hostname: 'ci.example.com',
  },
  snapshots: { 'vol-1': 'snap-1' },
};

export const old: MachineFacts = {
  instanceId: 'i-old',
  state: 'running',
  type: 'm5.4xlarge',
  zone: 'eu-west-1a',
  privateIp: '10.20.1.12',
  publicIp: '203.0.113.40',
  subnetId: 'subnet-1',
  vpcId: 'vpc-1',
  securityGroupIds: ['sg-1', 'sg-2'],
  keyName: 'circleci',
  profileArn: 'arn:aws:iam::123456789012:instance-profile/circleci',
  volumes: [{ volumeId: 'vol-1', device: '/dev/sda1' }],
  rootDevice: '/dev/sda1',
  rootVolumeId: 'vol-1',
  tags: { Name: 'circleci_services', team: 'ci', 'aws:autoscaling': 'x' },
  metadata: { httpTokens: 'required' },
  ebsOptimized: true,
};

const subnet = { subnetId: 'subnet-1', vpcId: 'vpc-1', zone: 'eu-west-1a', freeAddresses: 9 };

export const facts: RestoreFacts = {
  entry,
  old,
  subnet,
  others: { types: ['m6i.4xlarge', 'm5a.4xlarge'], subnets: [{ subnetId: 'subnet-2', zone: 'eu-west-1b' }] },
  holder: { networkInterfaceId: 'eni-1', instanceId: 'i-old', status: 'in-use' },
  seen: {
    files: [{ path: '/etc/default/replicated', lines: [{ line: 2, text: 'PRIVATE_ADDRESS=10.20.1.12' }] }],
    hostname: 'ci.example.com',
    mounts: [{ source: '/dev/nvme1n1', target: '/data', type: 'ext4' }],
    hasNomad: true,
  },
};

export const choices: RestoreChoices = {
  way: 'replace',
  securityGroupIds: [],
  keepPrivateIp: false,
  cutOver: 'asked',
  removeNomad: true,
  startApp: true,
  reason: '',
};

export function orderOf(chosen: Partial<RestoreChoices> = {}, found: Partial<RestoreFacts> = {}) {
  const asked = { runId: 'rs-20261123-0314-x4qz', target, person: { userId: 'UANA', teamId: 'T1' }, at: NOW };
  return restoreOrder(asked, { ...choices, ...chosen }, { ...facts, ...found });
}

/** Nothing of the old machine is there any more. */
export function lost(): RestoreFacts {
  const { old: _old, holder: _holder, ...rest } = facts;
  return { ...rest, seen: { trouble: 'the old machine is gone' } };
}
