import { TAG } from '../core/catalogue/tags.ts';
import { RDS_PREFIX } from '../core/datastores/rds-names.ts';
import type { Target } from '../core/model/target.ts';

/** A statement of an IAM policy, as JSON. */
export interface Statement {
  Sid: string;
  Effect: 'Allow';
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export interface Policy {
  Version: '2012-10-17';
  Statement: Statement[];
}

/** What narrows the policy beyond what the targets say of themselves. */
export interface PolicyOptions {
  /** The account of the machines: twelve digits. */
  account?: string | undefined;
  /** The exact name of the role in the machines' instance profile; without it a restored machine has none. */
  role?: string | undefined;
  /** The VPC in which a restore may launch; goes with `account`. */
  vpc?: string | undefined;
  /** Without what only restores need. */
  backupsOnly?: boolean | undefined;
}

type PolicyTarget = Pick<Target, 'region' | 'instance' | 'datastores'>;

/** What a managed policy, and all inline policies of a role, may have at most, without white space (IAM and STS quotas). */
export const POLICY_MAX = { managed: 6_144, inline: 10_240 };

const OURS = { Null: { [`aws:ResourceTag/${TAG.run}`]: 'false' } };
const MARKED = { [`aws:RequestTag/${TAG.run}`]: 'false' };

/**
 * What the bot's identity may do for these targets, and no more: machines by the tags or ids of SERVICES_INSTANCE, and those
 * that carry the bot's run tag, which only its own launches get; regions, and where given account, role and VPC by name.
 */
export function policyFor(targets: readonly PolicyTarget[], options: PolicyOptions): Policy {
  const regions = [...new Set(targets.map(({ region }) => region))].sort();
  return policyOf(
    {
      partition: partitionOf(regions[0] ?? ''),
      regions,
      services: [...new Set(regions.map(serviceOf))],
      machines: machinesOf(targets),
      databases: databasesOf(targets),
    },
    options,
  );
}

/** The policy for nobody in particular, as `iam-policy.json` has it: any machine, any region, CircleCI's usual role names. */
export function generalPolicy(): Policy {
  const services = ['ec2.amazonaws.com', 'ec2.amazonaws.com.cn'];
  return policyOf({ partition: '*', regions: ['*'], services }, { role: 'circleci*' });
}

/** How the targets' machines are told from others: ids, and values by the key of their tag. */
interface Machines {
  ids: { region: string; id: string }[];
  values: Map<string, string[]>;
}

interface Scope {
  partition: string;
  regions: readonly string[];
  /** To whom a role may be given. */
  services: readonly string[];
  /** Missing: all. */
  machines?: Machines;
  /** Instances of RDS of which snapshots are made; none where missing. */
  databases?: { region: string; instance: string }[];
}

function policyOf(scope: Scope, options: PolicyOptions): Policy {
  const { account = '*', role, vpc, backupsOnly = false } = options;
  const { partition, regions, machines } = scope;
  const inAccount = (kind: string) =>
    regions.map((region) => `arn:${partition}:ec2:${region}:${account}:${kind}/*`);
  // Images and snapshots belong to no account in their ARN (Service Authorization Reference, EC2).
  const shared = (...kinds: string[]) =>
    kinds.flatMap((kind) => regions.map((region) => `arn:${partition}:ec2:${region}::${kind}/*`));
  const kinds = (...all: string[]) => all.flatMap(inAccount);
  const keys = ['Name', ...[...(machines?.values.keys() ?? [])].filter((key) => key !== 'Name')];

  /** The same for the machines that the targets' selectors find, and for those that a restore has launched. */
  function onMachines(
    Sid: string,
    Action: string[],
    condition: NonNullable<Statement['Condition']> = {},
  ): Statement[] {
    if (machines === undefined) return [allow(Sid, Action, inAccount('instance'), condition)];
    const ids = machines.ids.map(
      ({ region, id }) => `arn:${partition}:ec2:${region}:${account}:instance/${id}`,
    );
    const byTag = [...machines.values].map(([key, values], n) =>
      allow(`${Sid}ByTag${n === 0 ? '' : n + 1}`, Action, inAccount('instance'), {
        ...condition,
        StringEquals: { ...condition.StringEquals, [`aws:ResourceTag/${key}`]: values },
      }),
    );
    const ours = { ...condition, Null: { ...condition.Null, ...OURS.Null } };
    return [
      ...(ids.length === 0 ? [] : [allow(`${Sid}ById`, Action, ids, condition)]),
      ...byTag,
      allow(`${Sid}WeLaunched`, Action, inAccount('instance'), ours),
    ];
  }

  const inVpc =
    vpc === undefined
      ? {}
      : {
          ArnEquals: {
            'ec2:Vpc': regions.map((region) => `arn:${partition}:ec2:${region}:${account}:vpc/${vpc}`),
          },
        };

  const backups = [
    allow(
      'SeeTheMachineAndItsBackups',
      ['ec2:DescribeImages', 'ec2:DescribeInstances', 'ec2:DescribeSnapshots'],
      ['*'],
    ),
    ...onMachines('MakeImages', ['ec2:CreateImage']),
    allow('MakeImagesWithSnapshots', ['ec2:CreateImage'], shared('image', 'snapshot')),
    allow('TagWhatIsBeingMade', ['ec2:CreateTags'], shared('image', 'snapshot'), {
      StringEquals: { 'ec2:CreateAction': 'CreateImage' },
      Null: MARKED,
    }),
    allow('TagOurOwnBackups', ['ec2:CreateTags'], shared('image', 'snapshot'), {
      ...OURS,
      'ForAllValues:StringLike': { 'aws:TagKeys': 'circleci-backup:*' },
    }),
    allow(
      'MeasureOurOwnSnapshots',
      ['ebs:ListChangedBlocks', 'ebs:ListSnapshotBlocks'],
      shared('snapshot'),
      OURS,
    ),
    allow(
      'KeepAndRemoveOurOwnBackups',
      [
        'ec2:DeregisterImage',
        'ec2:DisableImage',
        'ec2:EnableImage',
        'ec2:EnableImageDeregistrationProtection',
        'ec2:DisableImageDeregistrationProtection',
      ],
      shared('image'),
      OURS,
    ),
    allow('RemoveOurOwnSnapshots', ['ec2:DeleteSnapshot'], shared('snapshot'), OURS),
    allow('UnmarkOurOwnBackups', ['ec2:DeleteTags'], shared('image', 'snapshot'), {
      Null: { ...OURS.Null, 'aws:TagKeys': 'false' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': [TAG.disabledAt, TAG.deleting, TAG.held] },
    }),
  ];
  backups.push(...databaseStatements(scope, account));
  if (backupsOnly) return { Version: '2012-10-17', Statement: backups };
  return {
    Version: '2012-10-17',
    Statement: [
      ...backups,
      allow(
        'SeeWhereAMachineCanGo',
        [
          'ec2:DescribeAddresses',
          'ec2:DescribeInstanceStatus',
          'ec2:DescribeInstanceTypeOfferings',
          'ec2:DescribeInstanceTypes',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeReplaceRootVolumeTasks',
          'ec2:DescribeSubnets',
          'ec2:DescribeVolumes',
        ],
        ['*'],
      ),
      allow('LaunchFromOurOwnBackups', ['ec2:RunInstances'], shared('image'), OURS),
      allow('LaunchMarkedMachines', ['ec2:RunInstances'], kinds('instance', 'volume'), { Null: MARKED }),
      allow(
        'LaunchIntoTheSamePlace',
        ['ec2:RunInstances'],
        kinds('network-interface', 'security-group', 'subnet'),
        inVpc,
      ),
      allow('LaunchWithTheSameKey', ['ec2:RunInstances'], kinds('key-pair')),
      ...(role === undefined
        ? []
        : [
            allow(
              'GiveTheMachineItsRole',
              ['iam:PassRole'],
              [`arn:${partition}:iam::${account}:role/${role}`],
              {
                StringEquals: { 'iam:PassedToService': [...scope.services] },
              },
            ),
          ]),
      allow(
        'MarkWhatIsBeingLaunched',
        ['ec2:CreateTags'],
        kinds('instance', 'replace-root-volume-task', 'volume'),
        {
          StringEquals: { 'ec2:CreateAction': ['RunInstances', 'CreateReplaceRootVolumeTask'] },
          Null: MARKED,
        },
      ),
      // What may be terminated and deleted is told by the run's tag: it cannot be added later.
      ...onMachines('NameMachines', ['ec2:CreateTags'], {
        Null: { [`aws:RequestTag/${TAG.run}`]: 'true' },
        'ForAllValues:StringLike': { 'aws:TagKeys': [...keys, 'circleci-backup:*'] },
      }),
      allow('NameVolumes', ['ec2:CreateTags'], kinds('volume'), {
        Null: { [`aws:RequestTag/${TAG.run}`]: 'true' },
        'ForAllValues:StringLike': { 'aws:TagKeys': ['Name', 'circleci-backup:*'] },
      }),
      ...onMachines('UnmarkMachines', ['ec2:DeleteTags'], {
        Null: { 'aws:TagKeys': 'false' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': [...keys, TAG.fencedBy] },
      }),
      // Fencing changes the very tag by which the machine is told: without this the way back would be refused.
      ...((machines?.values.size ?? 0) === 0
        ? []
        : [
            allow('RenameWhatWeFenced', ['ec2:CreateTags', 'ec2:DeleteTags'], inAccount('instance'), {
              Null: {
                [`aws:ResourceTag/${TAG.fencedBy}`]: 'false',
                [`aws:RequestTag/${TAG.run}`]: 'true',
                'aws:TagKeys': 'false',
              },
              'ForAllValues:StringEquals': { 'aws:TagKeys': [...keys, TAG.fencedBy] },
            }),
          ]),
      ...onMachines('SeeFenceAndReplaceMachines', [
        'ec2:AssociateAddress',
        'ec2:CreateReplaceRootVolumeTask',
        'ec2:DisassociateAddress',
        'ec2:GetConsoleOutput',
        'ec2:StartInstances',
        'ec2:StopInstances',
      ]),
      allow(
        'ReplaceRootVolumesWithTasks',
        ['ec2:CreateReplaceRootVolumeTask'],
        kinds('replace-root-volume-task', 'volume'),
      ),
      allow(
        'ReplaceRootVolumesFromOurOwnBackups',
        ['ec2:CreateReplaceRootVolumeTask'],
        shared('image', 'snapshot'),
        OURS,
      ),
      allow(
        'MoveElasticAddressesBetween',
        ['ec2:AssociateAddress', 'ec2:DisassociateAddress'],
        kinds('elastic-ip', 'network-interface'),
      ),
      allow('RemoveMachinesWeLaunched', ['ec2:TerminateInstances'], kinds('instance'), OURS),
      allow('ProtectMachinesWeLaunched', ['ec2:ModifyInstanceAttribute'], kinds('instance'), {
        ...OURS,
        StringEqualsIgnoreCase: { 'ec2:Attribute/DisableApiTermination': ['false', 'true'] },
      }),
      allow('RemoveVolumesWeMade', ['ec2:DeleteVolume'], kinds('volume'), OURS),
    ],
  };
}

/** What snapshots of RDS need, where DATASTORES names an instance: theirs are told by their names and our run tag. */
function databaseStatements({ partition, databases = [] }: Scope, account: string): Statement[] {
  if (databases.length === 0) return [];
  const arn = (region: string, what: string) => `arn:${partition}:rds:${region}:${account}:${what}`;
  const snapshots = [...new Set(databases.map(({ region }) => region))].map((region) =>
    arn(region, `snapshot:${RDS_PREFIX}*`),
  );
  const instances = databases.map(({ region, instance }) => arn(region, `db:${instance}`));
  return [
    allow('SeeDatabaseSnapshots', ['rds:DescribeDBSnapshots'], ['*']),
    allow('MakeDatabaseSnapshots', ['rds:CreateDBSnapshot'], [...instances, ...snapshots]),
    allow('TagDatabaseSnapshots', ['rds:AddTagsToResource'], snapshots, { Null: MARKED }),
    allow('RemoveOurOwnDatabaseSnapshots', ['rds:DeleteDBSnapshot'], snapshots, OURS),
  ];
}

function databasesOf(targets: readonly PolicyTarget[]): NonNullable<Scope['databases']> {
  return targets.flatMap(({ region, datastores }) =>
    (datastores?.stores ?? []).flatMap((store) =>
      store.kind === 'rds' ? [{ region, instance: store.instance }] : [],
    ),
  );
}

function allow(
  Sid: string,
  Action: string[],
  Resource: string[],
  condition: NonNullable<Statement['Condition']> = {},
): Statement {
  const Condition = Object.keys(condition).length === 0 ? {} : { Condition: condition };
  return { Sid, Effect: 'Allow', Action, Resource, ...Condition };
}

function machinesOf(targets: readonly PolicyTarget[]): Machines {
  const values = new Map<string, string[]>();
  const ids: Machines['ids'] = [];
  for (const { instance, region } of targets) {
    if (instance.by === 'id') ids.push({ region, id: instance.id });
    else values.set(instance.key, [...new Set([...(values.get(instance.key) ?? []), instance.value])]);
  }
  return { ids, values };
}

/** Partitions by how the names of their regions begin (AWS SDK, partitions). */
const PARTITIONS = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['eusc-', 'aws-eusc'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
] as const;

function partitionOf(region: string): string {
  return PARTITIONS.find(([start]) => region.startsWith(start))?.[1] ?? 'aws';
}

/** EC2 as a service that takes roles has another name in China. */
function serviceOf(region: string): string {
  return region.startsWith('cn-') ? 'ec2.amazonaws.com.cn' : 'ec2.amazonaws.com';
}
