import { imageTags } from '../../../src/core/catalogue/backup-tags.ts';
import { parseEntry } from '../../../src/core/catalogue/parse-entry.ts';
import type { ImageFacts } from '../../../src/core/model/image.ts';
import { type InstanceFacts, TRAITS, type Traits } from '../../../src/core/model/instance.ts';
import type { MachineFacts, MachineVolume, Subnet } from '../../../src/core/model/machine-facts.ts';
import { type RestoreFacts, restoreOrder } from '../../../src/core/restore/choices.ts';
import { plannedVolumes, publicAddress, traitLines } from '../../../src/core/restore/machine-source.ts';
import { launchRequest } from '../../../src/core/restore/order.ts';
import { restorePlan } from '../../../src/core/restore/plan.ts';
import { choices, entry, facts, NOW, target } from './orders.ts';

const metadata = {
  httpTokens: 'required',
  httpPutResponseHopLimit: 3,
  httpEndpoint: 'enabled',
  instanceMetadataTags: 'enabled',
};

const traits: Traits = Object.fromEntries(TRAITS.map((trait) => [trait, `a ${trait}, %=+`]));

/** Nothing of it is what another machine would have by itself. */
const machine: MachineFacts = {
  instanceId: 'i-old',
  name: 'ci of Zürich',
  state: 'running',
  type: 'r5.4xlarge',
  zone: 'eu-west-1c',
  privateIp: '10.20.9.9',
  publicIp: '203.0.113.77',
  publicKind: 'own',
  subnetId: 'subnet-9',
  vpcId: 'vpc-9',
  securityGroupIds: ['sg-8', 'sg-9'],
  keyName: 'a key',
  profileArn: 'arn:aws:iam::123456789012:instance-profile/nine',
  volumes: [
    { volumeId: 'vol-8', device: '/dev/sda1' },
    { volumeId: 'vol-9', device: '/dev/sdf' },
  ],
  metadata,
  ebsOptimized: true,
  tags: {
    Name: 'ci of Zürich',
    team: 'ci = “build”',
    empty: '',
    'aws:x': 'y',
    'circleci-backup:run': 'rs-1',
  },
  traits,
  rootDevice: '/dev/sda1',
  rootVolumeId: 'vol-8',
};

const subnet: Subnet = {
  subnetId: 'subnet-9',
  vpcId: 'vpc-9',
  zone: 'eu-west-1c',
  freeAddresses: 9,
  mapsPublicIp: false,
};

function backupOf(instance: InstanceFacts) {
  const tags = imageTags({
    runId: 'bk-20261123-0200-aaaa',
    target: 'prod',
    mode: 'live',
    createdAt: NOW,
    requester: { userId: 'UANA', teamId: 'T1' },
    hostname: 'ci.example.com',
    instance,
  });
  const image: ImageFacts = {
    imageId: 'ami-1',
    name: 'circleci-backup/prod/bk-20261123-0200-aaaa',
    state: 'available',
    sourceInstanceId: instance.instanceId,
    tags,
    mappings: [
      { device: '/dev/sda1', snapshotId: 'snap-1', bytes: 150 * 1024 ** 3, type: 'gp3', iops: 6000 },
    ],
  };
  const read = parseEntry(image);
  if (read === undefined) throw new Error('it cannot be read');
  return { tags, entry: { ...read, outcome: 'complete' as const } };
}

const asked = { runId: 'rs-1', target, person: { userId: 'UANA', teamId: 'T1' }, at: NOW };

function planOf(found: Partial<RestoreFacts>) {
  const { old: _old, holder: _holder, ...rest } = facts;
  const all: RestoreFacts = { ...rest, seen: { trouble: 'it is gone' }, subnet, ...found };
  const order = restoreOrder(asked, choices, all);
  return { order, plan: restorePlan(order, all, 'restore') };
}

test('a launch is the same whether the machine is there or only its backup', () => {
  const { entry: backup } = backupOf(machine);
  const [there, gone] = [{ entry: backup, old: machine }, { entry: backup }].map((found) => {
    const { launch } = planOf(found).order;
    if (launch === undefined) throw new Error('nothing is launched');
    return launchRequest(launch, { runId: 'rs-1', clientToken: 'rs-1', imageId: 'ami-1' });
  });
  expect(gone).toEqual(there);
  expect(gone).toMatchObject({
    type: 'r5.4xlarge',
    securityGroupIds: ['sg-8', 'sg-9'],
    keyName: 'a key',
    profileArn: machine.profileArn,
    metadata,
    ebsOptimized: true,
    publicAddress: true,
    tags: { Name: 'ci of Zürich (restore rs-1)', team: 'ci = “build”', empty: '' },
  });
});

/** What of a plan changes with each fact that a backup keeps of its machine, on the day on which that is gone. */
test.each<[string, Partial<InstanceFacts>]>([
  ['private-ip', { privateIp: '10.20.9.10' }],
  ['public-ip', { publicIp: '203.0.113.78' }],
  ['public-ip-kind', { publicKind: 'elastic' }],
  ['instance-type', { type: 'r5.8xlarge' }],
  ['security-groups', { securityGroupIds: ['sg-7'] }],
  ['key', { keyName: 'another' }],
  ['profile', { profileArn: 'arn:aws:iam::123456789012:instance-profile/ten' }],
  ['machine-name', { name: 'another' }],
  ['metadata', { metadata: { ...metadata, httpPutResponseHopLimit: 4 } }],
  ['ebs-optimized', { ebsOptimized: false }],
  ['traits', { traits: { tenancy: 'dedicated' } }],
  ['volumes', { volumes: [{ volumeId: 'vol-7', device: '/dev/sda1' }] }],
  ['machine-tags', { tags: { team: 'another' } }],
])('what the backup knows is used when the machine is gone: %s', (tag, change) => {
  const [before, after] = [machine, { ...machine, ...change }].map(backupOf);
  if (before === undefined || after === undefined) throw new Error('there are two');
  expect(after.tags[`circleci-backup:${tag}`]).not.toEqual(before.tags[`circleci-backup:${tag}`]);
  expect(JSON.stringify(planOf(after))).not.toEqual(JSON.stringify(planOf(before)));
});

/** The same table says of every other tag of the image by what it is read. */
test('no fact is stored that nobody reads', () => {
  const elsewhere = [
    // The backup itself: the catalogue.
    ...['run', 'target', 'mode', 'created-at', 'requested-by', 'source-instance', 'hostname'],
    // Where the subnet is gone: the words of the refusal, and which subnets the form offers.
    ...['zone', 'vpc', 'subnet'],
  ].map((tag) => `circleci-backup:${tag}`);
  const used = [
    'private-ip public-ip public-ip-kind instance-type security-groups key profile machine-name metadata',
    'ebs-optimized traits volumes machine-tags',
  ]
    .join(' ')
    .split(' ')
    .map((tag) => `circleci-backup:${tag}`);
  const stored = Object.keys(backupOf(machine).tags).map((key) => key.replace(/-\d$/, ''));
  expect(stored.filter((key) => ![...elsewhere, ...used, 'Name'].includes(key))).toEqual([]);
});

test.each<[string, boolean | undefined, Parameters<typeof publicAddress>]>([
  ['one of its own', true, [target, { publicIp: '1.1.1.1', publicKind: 'own' }, { subnet, isTest: false }]],
  [
    'one of a kind that the backup does not say',
    true,
    [target, { publicIp: '1.1.1.1' }, { subnet, isTest: false }],
  ],
  ['none', false, [target, {}, { subnet: { ...subnet, mapsPublicIp: true }, isTest: false }]],
  [
    'an Elastic IP',
    false,
    [target, { publicIp: '1.1.1.1', publicKind: 'elastic' }, { subnet, isTest: false }],
  ],
  [
    'an Elastic IP, by the address that moves',
    false,
    [
      target,
      { publicIp: '1.1.1.1' },
      { subnet, isTest: false, address: { allocationId: 'e', publicIp: '1.1.1.1', tags: {} } },
    ],
  ],
  [
    'an Elastic IP in a subnet that gives addresses',
    true,
    [
      target,
      { publicIp: '1.1.1.1', publicKind: 'elastic' },
      { subnet: { ...subnet, mapsPublicIp: true }, isTest: false },
    ],
  ],
  [
    'an Elastic IP, and nobody could look at the subnet',
    undefined,
    [target, { publicIp: '1.1.1.1', publicKind: 'elastic' }, { isTest: false }],
  ],
  [
    'none, but the bot logs in at it',
    true,
    [
      { ssh: { user: 'u', port: 22, privateKey: 'k', hostKeys: [], address: 'public' } },
      {},
      { subnet, isTest: false },
    ],
  ],
  [
    'one of its own, and it is a test',
    false,
    [target, { publicIp: '1.1.1.1', publicKind: 'own' }, { subnet, isTest: true }],
  ],
])('the source had %s: launched with a public address %s', (_what, expected, given) => {
  expect(publicAddress(...given)).toBe(expected);
});

describe('volumes', () => {
  const now = (more: Partial<MachineVolume>): MachineVolume => ({
    volumeId: 'vol-1',
    state: 'in-use',
    zone: 'eu-west-1a',
    bytes: 1,
    tags: {},
    device: '/dev/sda1',
    type: 'gp3',
    iops: 3000,
    throughput: 125,
    ...more,
  });
  const image = {
    mappings: [
      { device: '/dev/sda1', snapshotId: 'snap-1', type: 'gp3', iops: 3000, throughput: 125 },
      { device: '/dev/sdf', snapshotId: 'snap-2', type: 'gp2', outlives: true as const },
    ],
  };
  test.each<[string, MachineVolume[], object[]]>([
    ['as the image makes them, and nothing is asked for', [now({})], []],
    [
      'of another type',
      [now({ type: 'io2', iops: 9000 })],
      [{ device: '/dev/sda1', type: 'io2', iops: 9000 }],
    ],
    [
      'faster',
      [now({ throughput: 500 })],
      [{ device: '/dev/sda1', throughput: 500, ask: { deletedWithMachine: true } }],
    ],
    [
      'a further volume, which EC2 makes of its snapshot only where that is named',
      [now({ device: '/dev/sdf' })],
      [{ device: '/dev/sdf', type: 'gp3', ask: { snapshotId: 'snap-2', deletedWithMachine: false } }],
    ],
    ['one that the backup does not have', [now({ device: '/dev/sdz', type: 'io1' })], []],
  ])('%s', (_what, found, expected) => {
    const planned = plannedVolumes(image, found, '/dev/sda1');
    expect(planned.filter(({ ask }) => ask !== undefined)).toMatchObject(expected);
    expect(planned.filter(({ ask }) => ask !== undefined)).toHaveLength(expected.length);
  });
});

test('every trait has its words', () => {
  expect(traitLines({ ...traits })).toHaveLength(TRAITS.length);
  expect(traitLines({})).toEqual([]);
});

test('a backup with more tags than EC2 takes leaves out what is missed least', () => {
  const many = Object.fromEntries(Array.from({ length: 49 }, (_, i) => [`key-${i}`, 'v'.repeat(100)]));
  const volumes = Array.from({ length: 28 }, (_, i) => ({
    volumeId: `vol-0123456789abcde${String(i).padStart(2, '0')}`,
    device: '/dev/xvdba',
  }));
  const { tags, entry: backup } = backupOf({ ...machine, volumes, tags: many });
  expect(Object.keys(tags).length).toBeLessThanOrEqual(50 - 12 - 6);
  expect(tags).toHaveProperty('circleci-backup:metadata');
  expect(backup.source.volumes).toHaveLength(28);
  const kept = Object.keys(backup.source.tags ?? {}).length;
  expect((backup.source.tagsLeftOut ?? 0) + kept).toBeGreaterThanOrEqual(kept);
  expect(entry.source.tags).toBeUndefined();
});
