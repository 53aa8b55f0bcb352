import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TAG } from '../../src/core/catalogue/tags.ts';
import { awsActions } from './aws-actions.ts';
import { ROOT, typeScriptFiles } from './source-files.ts';

interface Statement {
  Sid: string;
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

const policy: { Statement: Statement[] } = JSON.parse(readFileSync(join(ROOT, 'iam-policy.json'), 'utf8'));

function list(value: string | string[]): string[] {
  return [value].flat();
}

/** What is in one list and not in the other. */
function difference(allowed: readonly string[], called: readonly string[]) {
  return {
    missing: [...new Set(called)].filter((action) => !allowed.includes(action)).sort(),
    superfluous: [...new Set(allowed)].filter((action) => !called.includes(action)).sort(),
  };
}

const allowed = policy.Statement.flatMap((statement) => list(statement.Action));
const called = typeScriptFiles(join(ROOT, 'src')).flatMap((file) =>
  awsActions(readFileSync(join(ROOT, 'src', file), 'utf8')),
);
/** What a launch with an instance profile needs besides: no call of its own, so no import shows it. */
const BESIDES = ['iam:PassRole'];

test('the policy allows the actions that the code can call, and no others', () => {
  expect(called).not.toEqual([]);
  expect(difference(allowed, [...called, ...BESIDES])).toEqual({ missing: [], superfluous: [] });
});

test('a missing and a superfluous action are both seen', () => {
  const more = awsActions(`
    import { CopyImageCommand, type RebootInstancesCommand, paginateDescribeRegions } from '@aws-sdk/client-ec2';
    import { GetSnapshotBlockCommand as Get } from '@aws-sdk/client-ebs';
  `);
  const others = called.filter((action) => action !== 'ec2:CreateImage');
  expect(difference(allowed, [...others, ...more])).toEqual({
    missing: ['ebs:GetSnapshotBlock', 'ec2:CopyImage', 'ec2:DescribeRegions'],
    superfluous: ['ec2:CreateImage', 'iam:PassRole'],
  });
});

test.each([
  [`import * as ec2 from '@aws-sdk/client-ec2'`],
  [`import { waitUntilImageAvailable } from '@aws-sdk/client-ec2'`],
  [`import { S3Client } from '@aws-sdk/client-s3'`],
  [`const ec2 = await import('@aws-sdk/client-ec2')`],
])('what would hide actions from this test is seen: %s', (source) => {
  expect(awsActions(source)).toEqual([expect.stringMatching(/^unseen:/)]);
});

test('only reading is allowed everywhere; what changes or reads data is bound to kinds of resources', () => {
  for (const { Sid, Effect, Action, Resource } of policy.Statement) {
    expect(Effect).toBe('Allow');
    expect([Sid, list(Action).filter((action) => action.includes('*'))]).toEqual([Sid, []]);
    if (list(Resource).includes('*'))
      expect(list(Action).every((action) => action.startsWith('ec2:Describe'))).toBe(true);
    // Images and snapshots belong to no account in their ARN, the others do (Service Authorization Reference, EC2).
    else
      for (const arn of list(Resource))
        expect(arn).toMatch(
          /^arn:\*:(?:ec2:\*::(?:image|snapshot)\/\*|ec2:\*:\*:[a-z-]+\/\*|iam::\*:role\/circleci\*)$/,
        );
  }
});

test('a role is given to machines only, and user data is out of reach', () => {
  const roles = policy.Statement.filter(({ Action }) =>
    list(Action).some((action) => action.startsWith('iam:')),
  );
  expect(roles.map(({ Condition }) => Condition)).toEqual([
    { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
  ]);
  expect(allowed).not.toContain('ec2:DescribeInstanceAttribute');
});

test('every tag of the catalogue is one that may be added later', () => {
  expect(Object.values(TAG).filter((key) => !key.startsWith('circleci-backup:'))).toEqual([]);
});

/** Statements by their ids, without what they allow to read about. */
function conditions(concerns: (action: string) => boolean) {
  return policy.Statement.filter(({ Action }) => list(Action).some(concerns)).map(({ Sid, Condition }) => [
    Sid,
    Condition,
  ]);
}

const ours = { [`aws:ResourceTag/${TAG.run}`]: 'false' };
const marked = { [`aws:RequestTag/${TAG.run}`]: 'false' };

test('the run’s tag is put only on what is made in that very call; only our snapshots are read', () => {
  expect(conditions((action) => action === 'ec2:CreateTags' || action.startsWith('ebs:'))).toEqual([
    ['TagWhatIsBeingMade', { StringEquals: { 'ec2:CreateAction': 'CreateImage' }, Null: marked }],
    ['TagOurOwnBackups', { Null: ours, 'ForAllValues:StringLike': { 'aws:TagKeys': 'circleci-backup:*' } }],
    ['MeasureOurOwnSnapshots', { Null: ours }],
    [
      'MarkWhatIsBeingLaunched',
      {
        StringEquals: { 'ec2:CreateAction': ['RunInstances', 'CreateReplaceRootVolumeTask'] },
        Null: marked,
      },
    ],
    [
      'NameMachinesAndTheirVolumes',
      {
        // What may be terminated and deleted is told by this tag: it cannot be added later.
        Null: { [`aws:RequestTag/${TAG.run}`]: 'true' },
        'ForAllValues:StringLike': { 'aws:TagKeys': ['Name', 'circleci-backup:*'] },
      },
    ],
  ]);
});

test('only what is ours is deleted, terminated, disabled or protected, and only our own marks are taken off', () => {
  const removing = /^ec2:(?:Delete|Deregister|Disable|Enable|Modify|Terminate)/;
  expect(conditions((action) => removing.test(action))).toEqual([
    ['KeepAndRemoveOurOwnBackups', { Null: ours }],
    ['RemoveOurOwnSnapshots', { Null: ours }],
    [
      'UnmarkOurOwnBackups',
      {
        Null: { ...ours, 'aws:TagKeys': 'false' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': [TAG.disabledAt, TAG.deleting, TAG.held] },
      },
    ],
    [
      'UnmarkMachines',
      {
        Null: { 'aws:TagKeys': 'false' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['Name', TAG.fencedBy] },
      },
    ],
    ['RemoveMachinesWeLaunched', { Null: ours }],
    [
      'UnprotectMachinesWeLaunched',
      { Null: ours, StringEqualsIgnoreCase: { 'ec2:Attribute/DisableApiTermination': 'false' } },
    ],
    ['RemoveVolumesWeMade', { Null: ours }],
  ]);
});

test('machines are launched from our own images only, and are marked in that call', () => {
  expect(conditions((action) => action === 'ec2:RunInstances')).toEqual([
    ['LaunchFromOurOwnBackups', { Null: ours }],
    ['LaunchMarkedMachines', { Null: marked }],
    ['LaunchIntoTheSamePlace', undefined],
  ]);
  expect(conditions((action) => action === 'ec2:CreateReplaceRootVolumeTask')).toEqual([
    ['ReplaceRootVolumes', undefined],
    ['ReplaceRootVolumesFromOurOwnBackups', { Null: ours }],
  ]);
});

test('what may be done to any machine is only this', () => {
  const open = policy.Statement.filter(
    ({ Condition, Resource }) => Condition === undefined && !list(Resource).includes('*'),
  );
  expect(open.flatMap(({ Action }) => list(Action)).sort()).toEqual([
    'ec2:AssociateAddress',
    'ec2:CreateImage',
    'ec2:CreateReplaceRootVolumeTask',
    'ec2:DisassociateAddress',
    'ec2:GetConsoleOutput',
    'ec2:RunInstances',
    'ec2:StartInstances',
    'ec2:StopInstances',
  ]);
});
