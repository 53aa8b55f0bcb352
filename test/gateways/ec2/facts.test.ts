import fc from 'fast-check';
import { awsError } from '../../../src/gateways/ec2/calls.ts';
import {
  imageFacts,
  instanceFacts,
  rawTags,
  snapshotFacts,
  tagList,
  tagRecord,
} from '../../../src/gateways/ec2/facts.ts';
import { addressHolder, subnetFacts } from '../../../src/gateways/ec2/machines/records.ts';

const GIB = 2 ** 30;

describe('tags', () => {
  it('come back raw as they went, a missing value as an empty one', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { noNullPrototype: true }),
        (tags) => {
          fc.pre(!Object.hasOwn(tags, '__proto__'));
          expect(rawTags(tagList(tags))).toEqual(tags);
        },
      ),
    );
    expect(tagRecord([{ Key: 'empty' }, { Value: 'no key' }])).toEqual({ empty: '' });
    expect(tagRecord(undefined)).toEqual({});
  });

  it.each([
    [
      'circleci-backup:note',
      'nightly\n• Already approved by security',
      'nightly • Already approved by security',
    ],
    ['circleci-backup:verified-at', '2026-10-01\u202E (by nobody)', '2026-10-01 (by nobody)'],
    [
      'circleci-backup:hostname',
      `ci.example.com\u2028${'x'.repeat(400)}`,
      `ci.example.com ${'x'.repeat(240)}…`,
    ],
    ['circleci-backup:schedule', 'a\u200Bb\ud83d', 'ab\ufffd'],
    ['Name', `e${'\u0301'.repeat(99)}`, `e${'\u0301'.repeat(3)}`],
  ])('%s can be shown', (Key, Value, shown) => {
    expect(tagRecord([{ Key, Value }])).toEqual({ [Key]: shown });
    expect(rawTags([{ Key, Value }])).toEqual({ [Key]: Value });
  });

  it.each([
    ['circleci-backup:run', 'bk-20261123-0314-x4qz\u200B'],
    ['circleci-backup:target', ' prod'],
    ['circleci-backup:source-instance', 'i-1\n'],
    ['circleci-backup:t\u00ADarget', 'prod'],
    ['circleci-backup:run\n', 'bk-20261123-0314-x4qz'],
  ])('%j = %j does not become ours by being cleaned', (Key, Value) => {
    expect(tagRecord([{ Key, Value }])).toEqual({});
  });
});

describe('instanceFacts', () => {
  it('takes what EC2 says', () => {
    expect(
      instanceFacts({
        InstanceId: 'i-1',
        State: { Name: 'running' },
        InstanceType: 'm5.2xlarge',
        Tags: [{ Key: 'Name', Value: 'circleci_services' }],
        Placement: { AvailabilityZone: 'eu-west-1a' },
        PrivateIpAddress: '10.20.1.12',
        PublicIpAddress: '203.0.113.40',
        SubnetId: 'subnet-1',
        VpcId: 'vpc-1',
        KeyName: 'circleci',
        IamInstanceProfile: { Arn: 'arn:aws:iam::1:instance-profile/p' },
        EbsOptimized: true,
        MetadataOptions: { State: 'applied', HttpTokens: 'required', HttpPutResponseHopLimit: 2 },
        SecurityGroups: [{ GroupId: 'sg-1' }, {}, { GroupId: 'sg-2' }],
        BlockDeviceMappings: [
          { DeviceName: '/dev/sda1', Ebs: { VolumeId: 'vol-1' } },
          { DeviceName: '/dev/sdb' },
          { DeviceName: '/dev/sdc', Ebs: {} },
        ],
      }),
    ).toEqual({
      instanceId: 'i-1',
      name: 'circleci_services',
      state: 'running',
      type: 'm5.2xlarge',
      zone: 'eu-west-1a',
      privateIp: '10.20.1.12',
      publicIp: '203.0.113.40',
      subnetId: 'subnet-1',
      vpcId: 'vpc-1',
      keyName: 'circleci',
      profileArn: 'arn:aws:iam::1:instance-profile/p',
      ebsOptimized: true,
      metadata: { httpTokens: 'required', httpPutResponseHopLimit: 2 },
      tags: { Name: 'circleci_services' },
      securityGroupIds: ['sg-1', 'sg-2'],
      volumes: [{ volumeId: 'vol-1', device: '/dev/sda1' }],
    });
  });

  it('leaves out what a terminated machine no longer has', () => {
    expect(instanceFacts({ InstanceId: 'i-1', State: { Name: 'terminated' }, PrivateIpAddress: '' })).toEqual(
      {
        instanceId: 'i-1',
        state: 'terminated',
        type: 'unknown',
        securityGroupIds: [],
        volumes: [],
      },
    );
    expect(instanceFacts({}).state).toBe('unknown');
  });
});

describe('imageFacts', () => {
  it('maps volumes to snapshots, and skips what is no volume', () => {
    expect(
      imageFacts({
        ImageId: 'ami-1',
        Name: 'one',
        State: 'pending',
        SourceInstanceId: 'i-1',
        CreationDate: '2026-05-12T03:00:00.000Z',
        Tags: [{ Key: 'k', Value: 'v' }],
        BlockDeviceMappings: [
          { DeviceName: '/dev/sda1', Ebs: { SnapshotId: 'snap-1', VolumeSize: 150 } },
          { DeviceName: '/dev/sdf', Ebs: {} },
          { DeviceName: '/dev/sdb', VirtualName: 'ephemeral0' },
        ],
      }),
    ).toEqual({
      imageId: 'ami-1',
      name: 'one',
      state: 'pending',
      sourceInstanceId: 'i-1',
      createdAt: '2026-05-12T03:00:00.000Z',
      tags: { k: 'v' },
      mappings: [{ device: '/dev/sda1', snapshotId: 'snap-1', bytes: 150 * GIB }, { device: '/dev/sdf' }],
    });
  });

  it.each([
    [{ Code: 'Client.Error', Message: 'in words' }, 'in words'],
    [{ Code: 'Client.Error' }, 'Client.Error'],
    [{}, undefined],
  ])('gives the reason of a failure: %j', (StateReason, reason) => {
    expect(imageFacts({ StateReason }).stateReason).toBe(reason);
    expect(imageFacts({ StateReason }).state).toBe('unknown');
  });
});

describe('snapshotFacts', () => {
  it.each([
    ['37%', 37],
    ['100%', 100],
    ['', 0],
    [undefined, 0],
    ['soon', 0],
  ])('reads a progress of %s', (Progress, progress) => {
    const snapshot = { SnapshotId: 'snap-1', VolumeId: 'vol-1', State: 'pending' as const, VolumeSize: 2 };
    expect(snapshotFacts({ ...snapshot, ...(Progress === undefined ? {} : { Progress }) })).toEqual({
      snapshotId: 'snap-1',
      volumeId: 'vol-1',
      state: 'pending',
      progress,
      volumeBytes: 2 * GIB,
    });
  });

  it('keeps EC2’s message', () => {
    expect(snapshotFacts({ State: 'error', StateMessage: 'key gone' })).toMatchObject({
      state: 'error',
      message: 'key gone',
    });
  });
});

test('every text of EC2’s is one clean line', () => {
  const forged = 'broken\n• Already approved\u202E\u200B';
  const clean = 'broken • Already approved';
  expect(instanceFacts({ Tags: [{ Key: 'Name', Value: forged }], KeyName: forged })).toMatchObject({
    name: clean,
    keyName: clean,
  });
  expect(imageFacts({ Name: forged, StateReason: { Message: forged } })).toMatchObject({
    name: clean,
    stateReason: clean,
  });
  expect(snapshotFacts({ StateMessage: forged })).toMatchObject({ message: clean });
  expect(addressHolder({ Description: forged })).toMatchObject({ description: clean });
  expect(subnetFacts({ Tags: [{ Key: 'Name', Value: forged }] })).toMatchObject({ name: clean });
  const error = Object.assign(new Error(`${forged}${'x'.repeat(9_000)}`), {
    name: 'Odd\nCode',
    $metadata: { httpStatusCode: 400 },
  });
  expect(awsError(error)).toEqual({
    code: 'Odd Code',
    message: `${clean}${'x'.repeat(499 - clean.length)}…`,
    status: 400,
  });
});
