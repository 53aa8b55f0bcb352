import fc from 'fast-check';
import { TAG } from '../../../../src/core/catalogue/tags.ts';
import type { LaunchRequest, RootReplacement } from '../../../../src/core/ports/ec2-machines.ts';
import * as requests from '../../../../src/gateways/ec2/machines/requests.ts';

const least: LaunchRequest = {
  runId: 'rs-1',
  clientToken: 'rs-1-1',
  imageId: 'ami-1',
  type: 'm5.2xlarge',
  subnetId: 'subnet-1',
  securityGroupIds: ['sg-1', 'sg-2'],
  tags: { Name: 'new', [TAG.run]: 'rs-other' },
  volumeTags: { Name: 'new' },
};

const always = {
  ClientToken: 'rs-1-1',
  ImageId: 'ami-1',
  InstanceType: 'm5.2xlarge',
  MinCount: 1,
  MaxCount: 1,
  DisableApiTermination: true,
  InstanceInitiatedShutdownBehavior: 'stop',
  TagSpecifications: [
    {
      ResourceType: 'instance',
      Tags: [
        { Key: 'Name', Value: 'new' },
        { Key: TAG.run, Value: 'rs-1' },
      ],
    },
    {
      ResourceType: 'volume',
      Tags: [
        { Key: 'Name', Value: 'new' },
        { Key: TAG.run, Value: 'rs-1' },
      ],
    },
  ],
};

const network = { DeviceIndex: 0, SubnetId: 'subnet-1', Groups: ['sg-1', 'sg-2'] };

test.each<[string, Partial<LaunchRequest>, object]>([
  ['the least', {}, { NetworkInterfaces: [network] }],
  [
    'all of the source',
    {
      keyName: 'circleci',
      profileArn: 'arn:aws:iam::1:instance-profile/p',
      privateIp: '10.0.0.1',
      publicAddress: true,
      ebsOptimized: true,
      metadata: {
        httpTokens: 'required',
        httpPutResponseHopLimit: 2,
        httpEndpoint: 'enabled',
        instanceMetadataTags: 'disabled',
      },
    },
    {
      NetworkInterfaces: [{ ...network, PrivateIpAddress: '10.0.0.1', AssociatePublicIpAddress: true }],
      KeyName: 'circleci',
      IamInstanceProfile: { Arn: 'arn:aws:iam::1:instance-profile/p' },
      EbsOptimized: true,
      MetadataOptions: {
        HttpTokens: 'required',
        HttpPutResponseHopLimit: 2,
        HttpEndpoint: 'enabled',
        InstanceMetadataTags: 'disabled',
      },
    },
  ],
  [
    'an isolated one',
    { publicAddress: false },
    { NetworkInterfaces: [{ ...network, AssociatePublicIpAddress: false }] },
  ],
  [
    'words of metadata that are not known',
    { metadata: { httpTokens: 'sometimes', httpEndpoint: 'no', instanceMetadataTags: '' } },
    { NetworkInterfaces: [network], MetadataOptions: {} },
  ],
])('RunInstances: %s', (_what, more, expected) => {
  expect(requests.runInstances({ ...least, ...more })).toEqual({ ...always, ...expected });
});

test('whatever is asked for, one machine is launched, protected, marked, and without user data', () => {
  const text = fc.string();
  const request = fc.record<LaunchRequest>(
    {
      runId: text,
      clientToken: text,
      imageId: text,
      type: text,
      subnetId: text,
      zone: text,
      securityGroupIds: fc.array(text),
      keyName: text,
      profileArn: text,
      privateIp: text,
      publicAddress: fc.boolean(),
      metadata: fc.record({ httpTokens: text, httpEndpoint: text }, { requiredKeys: [] }),
      ebsOptimized: fc.boolean(),
      tags: fc.dictionary(text, text),
      volumeTags: fc.dictionary(text, text),
    },
    {
      requiredKeys: [
        'runId',
        'clientToken',
        'imageId',
        'type',
        'subnetId',
        'securityGroupIds',
        'tags',
        'volumeTags',
      ],
    },
  );
  fc.assert(
    fc.property(
      request,
      fc.dictionary(fc.constantFrom('UserData', 'userData', 'BlockDeviceMappings'), text),
      (given, more) => {
        const input = requests.runInstances({ ...given, ...more });
        expect(Object.keys(input)).not.toContain('UserData');
        expect(input).toMatchObject({ MinCount: 1, MaxCount: 1, DisableApiTermination: true });
        expect(input.ClientToken).toBe(given.clientToken);
        for (const { Tags } of input.TagSpecifications ?? [])
          expect(Tags?.find(({ Key }) => Key === TAG.run)?.Value).toBe(given.runId);
        expect(input.TagSpecifications?.map((one) => one.ResourceType)).toEqual(['instance', 'volume']);
      },
    ),
  );
});

const replacement: RootReplacement = {
  runId: 'rs-1',
  instanceId: 'i-1',
  source: { imageId: 'ami-1' },
  clientToken: 'rs-1-root',
  oldRoot: { volumeId: 'vol-1', name: 'root before rs-1' },
};

test.each<[RootReplacement['source'], object]>([
  [{ imageId: 'ami-1' }, { ImageId: 'ami-1' }],
  [{ snapshotId: 'snap-1' }, { SnapshotId: 'snap-1' }],
  [{ volumeId: 'vol-9' }, { VolumeId: 'vol-9' }],
])('CreateReplaceRootVolumeTask keeps the old volume: %j', (source, expected) => {
  expect(requests.replaceRoot({ ...replacement, source })).toEqual({
    InstanceId: 'i-1',
    ClientToken: 'rs-1-root',
    DeleteReplacedRootVolume: false,
    TagSpecifications: [
      {
        ResourceType: 'replace-root-volume-task',
        Tags: [
          { Key: TAG.run, Value: 'rs-1' },
          { Key: TAG.token, Value: 'rs-1-root' },
        ],
      },
    ],
    ...expected,
  });
});

test('the old root volume is found by its instance, and never by the tag that allows deletion', () => {
  expect(requests.keptRootTags(replacement)).toEqual({
    Name: 'root before rs-1',
    [TAG.rootOf]: 'i-1',
    [TAG.replacedBy]: 'rs-1',
  });
});

test.each<[string, object, object]>([
  [
    'describeMachine',
    requests.describeMachine('i-1'),
    { Filters: [{ Name: 'instance-id', Values: ['i-1'] }] },
  ],
  [
    'describeLaunchesOf',
    requests.describeLaunchesOf('rs-1'),
    { Filters: [{ Name: 'client-token', Values: ['rs-1', 'rs-1-*'] }] },
  ],
  [
    'describeMachinesTagged',
    requests.describeMachinesTagged('rs-1'),
    {
      Filters: [
        { Name: `tag:${TAG.run}`, Values: ['rs-1'] },
        {
          Name: 'instance-state-name',
          Values: ['pending', 'running', 'stopping', 'stopped', 'shutting-down'],
        },
      ],
    },
  ],
  ['describeStatus', requests.describeStatus('i-1'), { InstanceIds: ['i-1'], IncludeAllInstances: true }],
  [
    'terminationProtection',
    requests.terminationProtection('i-1', false),
    { InstanceId: 'i-1', DisableApiTermination: { Value: false } },
  ],
  [
    'describeHolder',
    requests.describeHolder('10.0.0.1', 'subnet-1'),
    {
      Filters: [
        { Name: 'addresses.private-ip-address', Values: ['10.0.0.1'] },
        { Name: 'subnet-id', Values: ['subnet-1'] },
      ],
    },
  ],
  [
    'describeOfferings',
    requests.describeOfferings('eu-west-1a', ['m5.large']),
    {
      LocationType: 'availability-zone',
      Filters: [
        { Name: 'location', Values: ['eu-west-1a'] },
        { Name: 'instance-type', Values: ['m5.large'] },
      ],
    },
  ],
  [
    'associateAddress',
    requests.associateAddress({ allocationId: 'eipalloc-1', instanceId: 'i-1', allowReassociation: false }),
    { AllocationId: 'eipalloc-1', InstanceId: 'i-1', AllowReassociation: false },
  ],
])('%s', (_what, input, expected) => {
  expect(input).toEqual(expected);
});
