import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generalPolicy, POLICY_MAX, policyFor, type Statement } from '../../src/cli/iam-policy.ts';
import { TAG } from '../../src/core/catalogue/tags.ts';
import { reinstate, retire } from '../../src/core/restore/launch-tags.ts';
import { awsActions } from './aws-actions.ts';
import { ROOT, typeScriptFiles } from './source-files.ts';

const policy = generalPolicy();

function list(value: string | string[]): string[] {
  return [value].flat();
}

interface TagCall {
  action: string;
  instanceId: string;
  /** What the machine has. */
  tags: ReadonlyMap<string, string>;
  /** `aws:TagKeys`. */
  keys: string[] | undefined;
  puts?: Record<string, string>;
}

/** As IAM decides it, by the operators that the policy uses on machines. */
function isAllowed(statements: readonly Statement[], call: TagCall): boolean {
  const { action, instanceId, tags, keys, puts = {} } = call;
  const contextOf = (key: string) => {
    const [kind = '', name = ''] = [key.slice(0, key.indexOf('/')), key.slice(key.indexOf('/') + 1)];
    if (key === 'aws:TagKeys') return keys?.[0];
    return kind === 'aws:ResourceTag' ? tags.get(name) : puts[name];
  };
  const isLike = (text: string, pattern: string) =>
    pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
  const holds = (operator: string, key: string, values: string[]) => {
    if (operator === 'Null') return String(contextOf(key) === undefined) === values[0];
    if (operator === 'StringEquals') return values.includes(contextOf(key) ?? '');
    if (operator === 'ForAllValues:StringEquals') return (keys ?? []).every((one) => values.includes(one));
    if (operator === 'ForAllValues:StringLike')
      return (keys ?? []).every((one) => values.some((value) => isLike(one, value)));
    throw new Error(`an operator that is not read here: ${operator}`);
  };
  return statements.some(
    ({ Action, Resource, Condition = {} }) =>
      Action.includes(action) &&
      Resource.some((arn) => isLike(`instance/${instanceId}`, arn.split(':')[5] ?? '')) &&
      Object.entries(Condition).every(([operator, conditions]) =>
        Object.entries(conditions).every(([key, values]) => holds(operator, key, list(values))),
      ),
  );
}

/** What is in one list and not in the other. */
function difference(allowed: readonly string[], called: readonly string[]) {
  return {
    missing: [...new Set(called)].filter((action) => !allowed.includes(action)).sort(),
    superfluous: [...new Set(allowed)].filter((action) => !called.includes(action)).sort(),
  };
}

const allowed = policy.Statement.flatMap((statement) => list(statement.Action));
/** A target with a database of RDS, whose actions no other policy has. */
const WITH_RDS = {
  region: 'eu-west-1',
  instance: { by: 'id', id: 'i-0123456789abcdef0' },
  datastores: {
    stores: [{ name: 'managed', kind: 'rds', instance: 'circleci-postgres' }],
    timeoutMs: 1,
  },
} as const;
const called = typeScriptFiles(join(ROOT, 'src')).flatMap((file) =>
  awsActions(readFileSync(join(ROOT, 'src', file), 'utf8')),
);
/** What a launch with an instance profile needs besides: no call of its own, so no import shows it. */
const BESIDES = ['iam:PassRole'];
const isRds = (action: string) => action.startsWith('rds:');

test('the policy allows the actions that the code can call, and no others', () => {
  expect(called).not.toEqual([]);
  const others = called.filter((action) => !isRds(action));
  expect(difference(allowed, [...others, ...BESIDES])).toEqual({ missing: [], superfluous: [] });
});

test('RDS is allowed only where a datastore names an instance, and that one alone', () => {
  const { Statement } = policyFor([WITH_RDS], { account: '123456789012', backupsOnly: true });
  const rds = Statement.filter(({ Action }) => Action.some(isRds));
  const calls = called.filter(isRds);
  expect(calls).toHaveLength(3);
  // The tags that go with a snapshot are a permission of their own.
  expect(
    difference(
      rds.flatMap(({ Action }) => Action),
      [...calls, 'rds:AddTagsToResource'],
    ),
  ).toEqual({ missing: [], superfluous: [] });
  const named = 'arn:aws:rds:eu-west-1:123456789012:snapshot:circleci-backup-*';
  expect(rds.map(({ Resource }) => Resource)).toEqual([
    ['*'],
    ['arn:aws:rds:eu-west-1:123456789012:db:circleci-postgres', named],
    [named],
    [named],
  ]);
  expect(rds.map(({ Condition }) => Condition)).toEqual([
    undefined,
    undefined,
    { Null: { [`aws:RequestTag/${TAG.run}`]: 'false' } },
    { Null: { [`aws:ResourceTag/${TAG.run}`]: 'false' } },
  ]);
  const { datastores: _none, ...without } = WITH_RDS;
  expect(JSON.stringify(policyFor([without], {}))).not.toContain('rds:');
});

test('a missing and a superfluous action are both seen', () => {
  const more = awsActions(`
    import { CopyImageCommand, type RebootInstancesCommand, paginateDescribeRegions } from '@aws-sdk/client-ec2';
    import { GetSnapshotBlockCommand as Get } from '@aws-sdk/client-ebs';
  `);
  const others = called.filter((action) => action !== 'ec2:CreateImage' && !isRds(action));
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
    { StringEquals: { 'iam:PassedToService': ['ec2.amazonaws.com', 'ec2.amazonaws.com.cn'] } },
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
      'NameMachines',
      {
        // What may be terminated and deleted is told by this tag: it cannot be added later.
        Null: { [`aws:RequestTag/${TAG.run}`]: 'true' },
        'ForAllValues:StringLike': { 'aws:TagKeys': ['Name', 'circleci-backup:*'] },
      },
    ],
    [
      'NameVolumes',
      {
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
      'ProtectMachinesWeLaunched',
      { Null: ours, StringEqualsIgnoreCase: { 'ec2:Attribute/DisableApiTermination': ['false', 'true'] } },
    ],
    ['RemoveVolumesWeMade', { Null: ours }],
  ]);
});

test('machines are launched from our own images only, and are marked in that call', () => {
  expect(conditions((action) => action === 'ec2:RunInstances')).toEqual([
    ['LaunchFromOurOwnBackups', { Null: ours }],
    ['LaunchMarkedMachines', { Null: marked }],
    ['LaunchIntoTheSamePlace', undefined],
    ['LaunchWithTheSameKey', undefined],
  ]);
  expect(conditions((action) => action === 'ec2:CreateReplaceRootVolumeTask')).toEqual([
    ['SeeFenceAndReplaceMachines', undefined],
    ['ReplaceRootVolumesWithTasks', undefined],
    ['ReplaceRootVolumesFromOurOwnBackups', { Null: ours }],
  ]);
});

test('what may be done to any machine is only this', () => {
  const open = policy.Statement.filter(
    ({ Condition, Resource }) => Condition === undefined && !list(Resource).includes('*'),
  );
  expect([...new Set(open.flatMap(({ Action }) => list(Action)))].sort()).toEqual([
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

describe('the policy of one configuration', () => {
  const byTag = {
    region: 'eu-west-1',
    instance: { by: 'tag', key: 'Name', value: 'circleci_services' },
  } as const;
  const byOther = { region: 'eu-west-1', instance: { by: 'tag', key: 'Role', value: 'ci' } } as const;
  const byId = { region: 'us-east-1', instance: { by: 'id', id: 'i-0123456789abcdef0' } } as const;
  const china = { ...byTag, region: 'cn-north-1' };
  const options = { account: '123456789012', role: 'circleci_role', vpc: 'vpc-01234567' };
  const ARN =
    /^arn:aws:(?:ec2:(?:eu-west-1|us-east-1):(?:123456789012)?:[a-z-]+\/(?:\*|i-\w+)|iam::123456789012:role\/circleci_role)$/;

  /** Statements that let this be done to an instance, and by what each tells it. */
  const toMachines = (statements: readonly Statement[], action: string) =>
    statements.filter(
      ({ Action, Resource }) => Action.includes(action) && Resource.some((arn) => arn.includes(':instance/')),
    );

  test('allows the same actions as the general one, and nothing outside its regions, account and role', () => {
    const { Statement: all } = policyFor([byTag, byOther, byId], options);
    expect(
      difference(
        all.flatMap(({ Action }) => Action),
        allowed,
      ),
    ).toEqual({ missing: [], superfluous: [] });
    const named = all.filter(({ Resource }) => !Resource.includes('*')).flatMap(({ Resource }) => Resource);
    expect(named.filter((arn) => !ARN.test(arn))).toEqual([]);
    expect(new Set(all.map(({ Sid }) => Sid)).size).toBe(all.length);
    for (const { Sid } of all) expect(Sid).toMatch(/^[A-Za-z0-9]+$/);
  });

  test.each([
    'ec2:CreateImage',
    'ec2:StopInstances',
    'ec2:GetConsoleOutput',
    'ec2:CreateReplaceRootVolumeTask',
    'ec2:AssociateAddress',
    'ec2:DeleteTags',
  ])('%s reaches the machines of the targets, and those of their restores, alone', (action) => {
    const found = toMachines(policyFor([byTag, byOther, byId], options).Statement, action);
    const known = found.map(({ Resource, Condition }) =>
      Resource[0]?.endsWith('/*')
        ? (Condition?.StringEquals ?? Condition?.Null?.[`aws:ResourceTag/${TAG.run}`])
        : Resource,
    );
    expect(known).toEqual([
      ['arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0'],
      { 'aws:ResourceTag/Name': ['circleci_services'] },
      { 'aws:ResourceTag/Role': ['ci'] },
      'false',
      // What a cut-over has fenced it may name again, and nothing else.
      ...(action === 'ec2:DeleteTags' ? [undefined] : []),
    ]);
  });

  test('no role is given away unless it is named; China has its own names', () => {
    const without = policyFor([byTag], { account: '123456789012' }).Statement;
    expect(without.flatMap(({ Action }) => Action)).not.toContain('iam:PassRole');
    const [role] = policyFor([china], options).Statement.filter(({ Action }) =>
      Action.includes('iam:PassRole'),
    );
    expect(role).toMatchObject({
      Resource: ['arn:aws-cn:iam::123456789012:role/circleci_role'],
      Condition: { StringEquals: { 'iam:PassedToService': ['ec2.amazonaws.com.cn'] } },
    });
  });

  test('a launch is bound to the VPC, and a tag of a selector may be passed on', () => {
    const { Statement: all } = policyFor([byOther], options);
    expect(all.find(({ Sid }) => Sid === 'LaunchIntoTheSamePlace')?.Condition).toEqual({
      ArnEquals: { 'ec2:Vpc': ['arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-01234567'] },
    });
    for (const { Condition } of toMachines(all, 'ec2:DeleteTags'))
      expect(Condition?.['ForAllValues:StringEquals']).toEqual({
        'aws:TagKeys': ['Name', 'Role', TAG.fencedBy],
      });
  });

  test.each([
    ['Name', byTag],
    ['another tag', byOther],
    ['an id', byId],
  ])('a cut-over that fails is taken back from what it fenced, told by %s', (_what, target) => {
    const { instance: selector } = target;
    const runId = 'rs-20261123-0314-x4qz';
    const source = {
      Name: 'circleci_services',
      ...(selector.by === 'tag' ? { [selector.key]: selector.value } : {}),
    };
    const replacement = { runId, backupId: 'bk-20261122-0314-x4qz', selector, source };
    const instanceId = selector.by === 'id' ? selector.id : 'i-0aaaaaaaaaaaaaaaa';
    const { Statement: all } = policyFor([target], options);
    const tags = new Map<string, string>(Object.entries(source));
    const refused: string[] = [];
    // Each change twice: the process may have died behind it.
    for (const { tag, untag } of [retire, retire, reinstate, reinstate].map((change) =>
      change(replacement),
    )) {
      if (!isAllowed(all, { action: 'ec2:CreateTags', instanceId, tags, keys: Object.keys(tag), puts: tag }))
        refused.push(`CreateTags ${Object.keys(tag)}`);
      for (const [key, value] of Object.entries(tag)) tags.set(key, value);
      if (untag.length > 0 && !isAllowed(all, { action: 'ec2:DeleteTags', instanceId, tags, keys: untag }))
        refused.push(`DeleteTags ${untag}`);
      for (const key of untag) tags.delete(key);
    }
    expect(refused).toEqual([]);
    expect(Object.fromEntries(tags)).toEqual(source);
    expect(isAllowed(all, { action: 'ec2:StartInstances', instanceId, tags, keys: undefined })).toBe(true);
    // A machine that nobody fenced gets no name of ours.
    const other = { instanceId: 'i-0bbbbbbbbbbbbbbbb', tags: new Map([['Name', 'payroll-db']]) };
    expect(isAllowed(all, { action: 'ec2:CreateTags', ...other, keys: ['Name'], puts: source })).toBe(false);
  });

  test.each([
    ['eusc-de-east-1', 'aws-eusc'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['us-iso-east-1', 'aws-iso'],
    ['us-isob-east-1', 'aws-iso-b'],
    ['eu-isoe-west-1', 'aws-iso-e'],
    ['us-isof-south-1', 'aws-iso-f'],
    ['us-east-1', 'aws'],
  ])('the resources of %s are those of %s', (region, partition) => {
    const arns = policyFor([{ ...byTag, region }], options).Statement.flatMap(({ Resource }) => Resource);
    const of = new Set(arns.filter((arn) => arn !== '*').map((arn) => arn.split(':')[1]));
    expect([...of]).toEqual([partition]);
  });

  test('with all options the policy of one target fits inline into a role', () => {
    const size = JSON.stringify(policyFor([byTag], { ...options, vpc: 'vpc-0123456789abcdef0' })).length;
    expect(size).toBeLessThanOrEqual(POLICY_MAX.inline);
  });

  test('for backups alone it launches, stops and terminates nothing', () => {
    const actions = policyFor([byTag], { backupsOnly: true }).Statement.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /Run|Stop|Terminate|Volume|PassRole|Address/.test(action))).toEqual([]);
    expect(actions).toContain('ec2:CreateImage');
  });
});
