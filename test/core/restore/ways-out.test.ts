import type { Problem } from '../../../src/core/problems/problem.ts';
import type { NewMachine } from '../../../src/core/restore/order.ts';
import { chosenMachine, mayHelp, type Refused, waysOut } from '../../../src/core/restore/ways-out.ts';

const planned: NewMachine = {
  type: 'm4.2xlarge',
  subnetId: 'subnet-a',
  vpcId: 'vpc-1',
  zone: 'eu-west-1a',
  securityGroupIds: ['sg-1', 'sg-2'],
  keyName: 'circleci',
  profileArn: 'arn:aws:iam::1:instance-profile/circleci',
  privateIp: '10.0.0.7',
  volumes: [{ device: '/dev/sda1', type: 'io1', iops: 100, ask: { deletedWithMachine: true } }],
  tags: { Name: 'x (restore rs-1)', CostCentre: '1', Owner: 'ci' },
  volumeTags: { Name: 'x (restore rs-1)', CostCentre: '1' },
  others: {
    types: ['m5n.2xlarge', 'm5a.2xlarge', 'm5.2xlarge'],
    subnets: [{ subnetId: 'subnet-b', zone: 'eu-west-1b' }],
  },
};
function labels(
  problem: Problem,
  { machine = planned, refused = [] }: { machine?: NewMachine; refused?: Refused[] } = {},
) {
  return waysOut(problem, planned, machine, refused).map(({ label }) => label);
}

const refusal = (awsCode: string): Problem => ({
  code: 'ec2-refused',
  action: 'RunInstances',
  awsCode,
  awsMessage: '',
});
const ZONE_B = 'eu-west-1b (subnet-b)';
const TYPES = ['m5n.2xlarge', 'm5a.2xlarge', 'm5.2xlarge'];
const PARTS = [
  'A new private address',
  'Without an instance profile',
  'Volumes as in the image',
  'With the bot’s own tags',
];

test.each<[string, Problem, string[]]>([
  ['no room', { code: 'no-capacity', type: 'm4.2xlarge' }, [...TYPES, ZONE_B]],
  ['not offered', { code: 'type-not-offered', type: 'm4.2xlarge' }, [...TYPES, ZONE_B]],
  ['a quota', { code: 'launch-quota', type: 'm4.2xlarge', awsCode: 'VcpuLimitExceeded' }, [...TYPES, ZONE_B]],
  ['a full subnet', { code: 'subnet-full', subnetId: 'subnet-a' }, [...TYPES, ZONE_B]],
  [
    'an address in use',
    { code: 'address-in-use', ip: '10.0.0.7', subnetId: 'subnet-a' },
    ['A new private address', ...TYPES, ZONE_B],
  ],
  [
    'a key pair that is gone',
    { code: 'launch-part-gone', what: 'key pair', id: 'circleci' },
    ['Without a key pair', ...TYPES, ZONE_B],
  ],
  [
    'a security group that is gone',
    { code: 'launch-part-gone', what: 'security group', id: 'sg-2' },
    ['Without sg-2', ...TYPES, ZONE_B],
  ],
  [
    'a role that may not be handed over',
    { code: 'permissions-missing', actions: ['iam:PassRole'] },
    ['Without an instance profile', ...TYPES, ZONE_B],
  ],
  [
    'another token',
    { code: 'idempotent-mismatch', action: 'RunInstances', runId: 'rs-1' },
    [...PARTS, ...TYPES, ZONE_B],
  ],
  ['ENA', refusal('InvalidParameterCombination'), [...PARTS, ...TYPES, ZONE_B]],
  ['a tag policy', refusal('TagPolicyViolation'), [...PARTS, ...TYPES, ZONE_B]],
  ['a code that nobody knows', refusal('SomethingNew'), [...PARTS, ...TYPES, ZONE_B]],
  [
    'a machine that ended',
    { code: 'restore-machine-ended', instanceId: 'i-1', state: 'terminated' },
    [...TYPES, ZONE_B],
  ],
  ['a fault of the bot’s', { code: 'unexpected', step: 'launch', message: 'x' }, [...TYPES, ZONE_B]],
])('every refusal leaves ways out: %s', (_what, problem, expected) => {
  expect(mayHelp(problem)).toBe(true);
  expect(labels(problem)).toEqual(expected);
});

test.each<Problem>([
  { code: 'canceled', by: 'UANA', snapshotIds: [] },
  { code: 'credentials', awsCode: 'ExpiredToken', sinceMs: 1 },
  { code: 'ec2-unavailable', action: 'RunInstances', awsCode: 'ECONNRESET', sinceMs: 1 },
])('nothing else is offered where EC2 refused nothing: $code', (problem) => {
  expect(mayHelp(problem)).toBe(false);
});

test('what was tried and refused for good is not offered again; what had no room comes last', () => {
  const machine = { ...planned, type: 'm5.2xlarge', subnetId: 'subnet-b', zone: 'eu-west-1b' };
  const refused: Refused[] = [
    { type: 'm4.2xlarge', code: 'no-capacity' },
    { type: 'm5a.2xlarge', code: 'ec2-refused' },
    { type: 'm5.2xlarge', code: 'no-capacity' },
  ];
  expect(labels({ code: 'no-capacity', type: 'm5.2xlarge' }, { machine, refused })).toEqual([
    'm5n.2xlarge',
    'm4.2xlarge',
    'eu-west-1a (subnet-a)',
  ]);
});

test.each<[string, Partial<NewMachine>]>([
  ['new-address', { privateIp: undefined }],
  ['type:m5.2xlarge', { type: 'm5.2xlarge' }],
  ['subnet:subnet-b:eu-west-1b', { subnetId: 'subnet-b', zone: 'eu-west-1b', privateIp: undefined }],
  ['without:key', { keyName: undefined }],
  ['without:group:sg-2', { securityGroupIds: ['sg-1'] }],
  ['without:profile', { profileArn: undefined }],
  ['without:volumes', { volumes: [{ device: '/dev/sda1', type: 'io1', iops: 100, ask: undefined }] }],
  ['without:tags', { tags: { Name: 'x (restore rs-1)', CostCentre: '1' } }],
])('%s changes this and nothing else', (answer, change) => {
  expect(chosenMachine(answer, planned)).toEqual({ ...planned, ...change });
});

test.each(['retry', 'without:nothing', ''])('“%s” is the same machine again', (answer) => {
  expect(chosenMachine(answer, planned)).toBeUndefined();
});
