import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TAG } from '../../src/core/catalogue.ts';
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
const called = typeScriptFiles(join(ROOT, 'src'))
  .filter((file) => !file.startsWith('sandbox/'))
  .flatMap((file) => awsActions(readFileSync(join(ROOT, 'src', file), 'utf8')));

test('the policy allows the actions that the code can call, and no others', () => {
  expect(called).not.toEqual([]);
  expect(difference(allowed, called)).toEqual({ missing: [], superfluous: [] });
});

test('a missing and a superfluous action are both seen', () => {
  const more = awsActions(`
    import { CopyImageCommand, type RunInstancesCommand, paginateDescribeVolumes } from '@aws-sdk/client-ec2';
    import { GetSnapshotBlockCommand as Get } from '@aws-sdk/client-ebs';
  `);
  expect(difference(allowed, [...called.filter((action) => action !== 'ec2:CreateImage'), ...more])).toEqual({
    missing: ['ebs:GetSnapshotBlock', 'ec2:CopyImage', 'ec2:DescribeVolumes'],
    superfluous: ['ec2:CreateImage'],
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
    // Images and snapshots belong to no account in their ARN, instances do (Service Authorization Reference, EC2).
    else
      for (const arn of list(Resource))
        expect(arn).toMatch(/^arn:\*:ec2:\*:(\*:instance|:(image|snapshot))\/\*$/);
  }
});

test('every tag of the catalogue is one that may be added later', () => {
  expect(Object.values(TAG).filter((key) => !key.startsWith('circleci-backup:'))).toEqual([]);
});

test('tags are put only on what carries our tag, or gets it in that very call; only our snapshots are read', () => {
  const bound = policy.Statement.filter(({ Action }) =>
    list(Action).some((action) => action === 'ec2:CreateTags' || action.startsWith('ebs:')),
  );
  expect(bound.map(({ Sid, Condition }) => [Sid, Condition])).toEqual([
    [
      'TagWhatIsBeingMade',
      {
        StringEquals: { 'ec2:CreateAction': 'CreateImage' },
        Null: { [`aws:RequestTag/${TAG.run}`]: 'false' },
      },
    ],
    [
      'TagOurOwnBackups',
      {
        Null: { [`aws:ResourceTag/${TAG.run}`]: 'false' },
        'ForAllValues:StringLike': { 'aws:TagKeys': 'circleci-backup:*' },
      },
    ],
    ['MeasureOurOwnSnapshots', { Null: { [`aws:ResourceTag/${TAG.run}`]: 'false' } }],
  ]);
});

test('only our own backups are deleted, disabled or protected, and only our own marks are taken off', () => {
  const creating = ['ec2:CreateImage', 'ec2:CreateTags'];
  const changing = policy.Statement.filter(({ Action }) =>
    list(Action).some((action) => !/^(ebs:|ec2:Describe)/.test(action) && !creating.includes(action)),
  );
  const ours = { [`aws:ResourceTag/${TAG.run}`]: 'false' };
  expect(changing.map(({ Sid, Condition }) => [Sid, Condition])).toEqual([
    ['KeepAndRemoveOurOwnBackups', { Null: ours }],
    ['RemoveOurOwnSnapshots', { Null: ours }],
    [
      'UnmarkOurOwnBackups',
      {
        Null: { ...ours, 'aws:TagKeys': 'false' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': [TAG.disabledAt, TAG.deleting] },
      },
    ],
  ]);
});
