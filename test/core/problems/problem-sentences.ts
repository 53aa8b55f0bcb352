import type { Problem } from '../../../src/core/problems/problem.ts';
import { CLEANUP_SENTENCES } from './cleanup-sentences.ts';
import { DATASTORE_SENTENCES } from './datastore-sentences.ts';
import { FILES_SENTENCES } from './files-sentences.ts';
import { JOB_SENTENCES } from './job-sentences.ts';
import { MACHINE_LAUNCH_SENTENCES } from './machine-launch-sentences.ts';
import { MACHINE_SENTENCES } from './machine-sentences.ts';
import { QUIESCE_SENTENCES } from './quiesce-sentences.ts';
import { RESTORE_SENTENCES } from './restore-sentences.ts';

const prod = { instanceId: 'i-1', name: 'circleci', state: 'running', privateIp: '10.0.0.1' };
const spare = { instanceId: 'i-2', state: 'stopped' };
const where = { selector: 'tag Name=circleci', region: 'eu-west-1' };

/** Every sentence a person reads of a problem; here and nowhere else they are pinned. */
export const SENTENCES: {
  [C in Problem['code']]: [
    what: string,
    problem: Extract<Problem, { code: C }>,
    reason: string,
    next: string,
  ][];
} = {
  'instance-none': [
    [
      'others are there',
      { code: 'instance-none', ...where, others: [prod, spare] },
      'No instance matches tag Name=circleci in eu-west-1. Instances I can see there: i-1 “circleci” (running, 10.0.0.1), i-2 (stopped).',
      'Set SERVICES_INSTANCE (and AWS_REGION) to the Services machine, start the bot again, then type the command again.',
    ],
    [
      'the region is empty',
      { code: 'instance-none', ...where, others: [] },
      'No instance matches tag Name=circleci in eu-west-1. I can see no instance there at all.',
      'Set SERVICES_INSTANCE (and AWS_REGION) to the Services machine, start the bot again, then type the command again.',
    ],
  ],
  'instance-several': [
    [
      'two',
      { code: 'instance-several', ...where, found: [prod, { ...prod, instanceId: 'i-3' }] },
      '2 instances match tag Name=circleci in eu-west-1: i-1 “circleci” (running, 10.0.0.1), i-3 “circleci” (running, 10.0.0.1).',
      'Set SERVICES_INSTANCE to the id of the right one, for example i-1, start the bot again, then type the command again.',
    ],
    [
      'a dozen',
      {
        code: 'instance-several',
        ...where,
        found: Array.from({ length: 12 }, (_, i) => ({ instanceId: `i-${i}`, state: 'running' })),
      },
      '12 instances match tag Name=circleci in eu-west-1: i-0 (running), i-1 (running), i-2 (running), i-3 (running), i-4 (running), i-5 (running), i-6 (running), i-7 (running), i-8 (running), i-9 (running) and 2 more.',
      'Set SERVICES_INSTANCE to the id of the right one, for example i-0, start the bot again, then type the command again.',
    ],
  ],
  'instance-unproven': [
    [
      'the tag moved',
      {
        code: 'instance-unproven',
        ...where,
        target: 'prod',
        found: { ...prod, instanceId: 'i-3' },
        known: ['i-1'],
      },
      'The tag Name=circleci leads to i-3 “circleci” (running, 10.0.0.1) in eu-west-1, and nothing but that tag makes it the machine of prod, which is i-1. It was left alone.',
      'If it is the right one, set SERVICES_INSTANCE=i-3 and start the bot again; else put the tag back where it was, and find out who moved it.',
    ],
    [
      'it is the machine of another target',
      { code: 'instance-unproven', ...where, target: 'lab', found: prod, known: [] },
      'The tag Name=circleci leads to i-1 “circleci” (running, 10.0.0.1) in eu-west-1, and nothing but that tag makes it the machine of lab. It was left alone.',
      'If it is the right one, set SERVICES_INSTANCE=i-1 and start the bot again; else put the tag back where it was, and find out who moved it.',
    ],
  ],
  'instance-not-running': [
    [
      'stopped',
      { code: 'instance-not-running', ...where, found: spare },
      'The Services machine is stopped, not running: i-2 (stopped).',
      'Start it, then type the command again. If another machine is in use now, set SERVICES_INSTANCE to that one and start the bot again.',
    ],
    [
      'terminated',
      { code: 'instance-not-running', ...where, found: { ...spare, state: 'terminated' } },
      'The Services machine is terminated, not running: i-2 (terminated).',
      'Set SERVICES_INSTANCE to the machine in use, start the bot again, then type the command again.',
    ],
  ],
  'permissions-missing': [
    [
      'two',
      { code: 'permissions-missing', actions: ['ec2:CreateImage', 'ec2:CreateTags'] },
      'The bot’s AWS identity lacks ec2:CreateImage and ec2:CreateTags.',
      'Attach the policy in iam-policy.json to the bot’s role, then type the command again.',
    ],
    ...(
      [
        ['service control policy', 'A service control policy of the AWS organization'],
        ['resource control policy', 'A resource control policy of the AWS organization'],
        ['permissions boundary', 'The permissions boundary of the bot’s role'],
        ['identity-based policy', 'A policy of the bot’s own role, which denies it in so many words,'],
        ['VPC endpoint policy', 'The VPC endpoint policy'],
      ] as const
    ).map(([by, who]): [string, Extract<Problem, { code: 'permissions-missing' }>, string, string] => [
      by,
      { code: 'permissions-missing', actions: ['ec2:CreateImage'], by },
      `${who} refuses ec2:CreateImage to the bot.`,
      'Attaching iam-policy.json does not help here: ask whoever keeps that policy to allow it to the bot’s role, then type the command again.',
    ]),
  ],
  credentials: [
    ...['RequestExpired', 'SignatureDoesNotMatch', 'AuthFailure', 'RequestTimeTooSkewed'].map(
      (awsCode): [string, Extract<Problem, { code: 'credentials' }>, string, string] => [
        `a wrong clock looks like ${awsCode}`,
        { code: 'credentials', awsCode, sinceMs: 180_000 },
        `AWS has refused the bot’s credentials for 3 min (${awsCode}).`,
        'Renew the bot’s AWS credentials and see that the clock of its machine is right (AWS refuses what was signed minutes too early or too late), then type the command again.',
      ],
    ),
    [
      'before an image',
      { code: 'credentials', awsCode: 'CredentialsProviderError', sinceMs: 180_000 },
      'The bot found no AWS credentials (CredentialsProviderError).',
      'Attach a role to the bot’s machine or container, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, then type the command again.',
    ],
    [
      'expired credentials',
      { code: 'credentials', awsCode: 'ExpiredToken', sinceMs: 180_000 },
      'AWS has refused the bot’s credentials for 3 min (ExpiredToken).',
      'Renew the bot’s AWS credentials, then type the command again.',
    ],
    [
      'while EC2 works on one',
      { code: 'credentials', awsCode: 'ExpiredToken', sinceMs: 3_600_000, imageId: 'ami-1' },
      'AWS has refused the bot’s credentials for 1 h (ExpiredToken).',
      'Renew the bot’s AWS credentials, then type the command again. Image ami-1 may still complete in EC2, but nobody checks it: it does not count as a backup.',
    ],
  ],
  'ec2-unavailable': [
    [
      'EC2 by an unknown name',
      { code: 'ec2-unavailable', action: 'DescribeImages', awsCode: 'ENOTFOUND', sinceMs: 60_000 },
      'The address of EC2 in this region is not known to the bot’s DNS (ENOTFOUND).',
      'Check AWS_REGION, and the DNS of the bot’s machine, then type the command again.',
    ],
    [
      'before an image',
      { code: 'ec2-unavailable', action: 'DescribeInstances', awsCode: 'ECONNREFUSED', sinceMs: 185_000 },
      'EC2 has not answered DescribeInstances for 3 min 5 s (ECONNREFUSED).',
      'See the AWS Health Dashboard, then type the command again.',
    ],
    [
      'after the request for one',
      {
        code: 'ec2-unavailable',
        action: 'CreateImage',
        awsCode: 'TimeoutError',
        sinceMs: 180_000,
        imageName: 'circleci-backup/prod/bk-1',
      },
      'EC2 has not answered CreateImage for 3 min (TimeoutError).',
      'See the AWS Health Dashboard, then type the command again. EC2 may have made the image “circleci-backup/prod/bk-1” without confirming it: look for that name in the EC2 console. It does not count as a backup.',
    ],
  ],
  'ec2-refused': [
    [
      'too many tags',
      {
        code: 'ec2-refused',
        action: 'CreateTags',
        awsCode: 'TagLimitExceeded',
        awsMessage: 'More than 50 tags',
      },
      'EC2 refused CreateTags: TagLimitExceeded, “More than 50 tags.”',
      'Take tags that nobody needs off it in the EC2 console: EC2 allows 50; when its cause is gone, type the command again.',
    ],
    [
      'any',
      {
        code: 'ec2-refused',
        action: 'CreateImage',
        awsCode: 'InvalidParameterValue',
        awsMessage: 'Value (x) is invalid.',
      },
      'EC2 refused CreateImage: InvalidParameterValue, “Value (x) is invalid.”',
      'Look the code up in the EC2 API reference; when its cause is gone, type the command again.',
    ],
  ],
  quota: [
    [
      'any',
      { code: 'quota', action: 'CreateImage', awsCode: 'SnapshotLimitExceeded' },
      'EC2 refused CreateImage: a limit of the AWS account is reached (SnapshotLimitExceeded).',
      'Wait for running snapshots to end, or ask AWS for a higher limit, then type the command again.',
    ],
  ],
  'tag-limit': [
    [
      'one',
      { code: 'tag-limit', ids: ['ami-9'], keys: ['circleci-backup:held'] },
      'EC2 allows 50 tags, and ami-9 has as many: there is no room for circleci-backup:held.',
      'Take tags that nobody needs off it in the EC2 console, then type the command again.',
    ],
    [
      'one of several',
      { code: 'tag-limit', ids: ['ami-9', 'snap-1'], keys: ['a', 'b'] },
      'EC2 allows 50 tags, and one of ami-9 and snap-1 has as many: there is no room for a and b.',
      'Take tags that nobody needs off it in the EC2 console, then type the command again.',
    ],
  ],
  'image-name-taken': [
    [
      'any',
      { code: 'image-name-taken', name: 'circleci-backup/prod/bk-1', imageId: 'ami-9' },
      'An image named “circleci-backup/prod/bk-1” exists (ami-9), and it is not this run’s.',
      'I left it alone. Type the command again: the next run has another name.',
    ],
  ],
  'image-never-appeared': [
    [
      'any',
      { code: 'image-never-appeared', name: 'circleci-backup/prod/bk-1', afterMs: 300_000 },
      'EC2 did not confirm the image “circleci-backup/prod/bk-1”, and it did not appear within 5 min.',
      'Look for that name in the EC2 console: an image that turns up later does not count as a backup. Then type the command again.',
    ],
  ],
  'image-vanished': [
    [
      'any',
      { code: 'image-vanished', imageId: 'ami-1', afterMs: 600_000 },
      'EC2 accepted image ami-1, but has not shown it for 10 min.',
      'Somebody may have deregistered it. Look for it in the EC2 console, then type the command again.',
    ],
  ],
  'image-failed': [
    [
      'while the machine runs',
      {
        code: 'image-failed',
        imageId: 'ami-1',
        state: 'failed',
        reason: 'Client.InternalError: Client error on launch',
        instance: prod,
      },
      'EC2 ended image ami-1 as failed: Client.InternalError: Client error on launch.',
      'Type the command again. If it fails again, AWS support can explain the reason code.',
    ],
    [
      'because the machine went',
      {
        code: 'image-failed',
        imageId: 'ami-1',
        state: 'failed',
        reason: '',
        instance: { ...prod, state: 'terminated' },
      },
      'EC2 ended image ami-1 as failed: no reason given. The machine i-1 is now terminated.',
      'Find out first why the machine is terminated; /circleci-backup list shows the last complete backup.',
    ],
    [
      'of a machine nobody could ask about',
      { code: 'image-failed', imageId: 'ami-1', state: 'error', reason: 'Something.' },
      'EC2 ended image ami-1 as error: Something.',
      'Type the command again. If it fails again, AWS support can explain the reason code.',
    ],
  ],
  'snapshot-failed': [
    [
      'one',
      {
        code: 'snapshot-failed',
        imageId: 'ami-1',
        snapshots: [{ snapshotId: 'snap-1', volumeId: 'vol-1', message: '' }],
      },
      'A snapshot of image ami-1 failed: snap-1 of vol-1 (no reason given).',
      'This backup cannot be restored in full. Type the command again.',
    ],
    [
      'two',
      {
        code: 'snapshot-failed',
        imageId: 'ami-1',
        snapshots: [
          { snapshotId: 'snap-1', volumeId: 'vol-1', message: 'KMS key is disabled' },
          { snapshotId: 'snap-2', volumeId: 'vol-2', message: '' },
        ],
      },
      '2 snapshots of image ami-1 failed: snap-1 of vol-1 (KMS key is disabled), snap-2 of vol-2 (no reason given).',
      'This backup cannot be restored in full. Type the command again.',
    ],
  ],
  'volumes-missing': [
    [
      'one',
      { code: 'volumes-missing', imageId: 'ami-1', volumes: [{ volumeId: 'vol-2', device: '/dev/sdb' }] },
      'A volume of the machine is not in image ami-1: vol-2 at /dev/sdb.',
      'What is on it is not backed up. See whether it was just attached, then type the command again.',
    ],
    [
      'two',
      {
        code: 'volumes-missing',
        imageId: 'ami-1',
        volumes: [
          { volumeId: 'vol-2', device: '/dev/sdb' },
          { volumeId: 'vol-3', device: '/dev/sdc' },
        ],
      },
      '2 volumes of the machine are not in image ami-1: vol-2 at /dev/sdb, vol-3 at /dev/sdc.',
      'What is on them is not backed up. See whether they were just attached, then type the command again.',
    ],
  ],
  deadline: [
    [
      'with an image',
      { code: 'deadline', afterMs: 86_400_000, imageId: 'ami-1' },
      'The backup was not finished within 1 d (BACKUP_DEADLINE).',
      'Look at its snapshots in the EC2 console, then type the command again. Image ami-1 may still complete in EC2, but nobody checks it: it does not count as a backup.',
    ],
  ],
  'approval-missing': [
    [
      'a new database',
      { code: 'approval-missing', runId: 'rl-20261123-0314-x4qz' },
      'The bot’s database has no approval of rl-20261123-0314-x4qz.',
      'Nothing was done. Type the command again to ask anew.',
    ],
  ],
  'approval-not-given': [
    [
      'any',
      { code: 'approval-not-given', state: 'denied' },
      'The request is denied, not approved.',
      'Nothing was done. Type the command again to ask anew.',
    ],
  ],
  'approval-plan-changed': [
    [
      'any',
      { code: 'approval-plan-changed' },
      'What would be done is not what was approved.',
      'Nothing was done. Type the command again to ask anew.',
    ],
  ],
  'plan-changed': [
    [
      'two things',
      {
        code: 'plan-changed',
        changes: ['the backup bk-1 is gone', 'i-1 is stopped and was running'],
        again: 'restore prod',
      },
      'What was approved no longer fits: the backup bk-1 is gone; i-1 is stopped and was running.',
      'Nothing was done. Type /circleci-backup restore prod: the new plan shows how things are now.',
    ],
    [
      'what a button asked for',
      { code: 'plan-changed', changes: ['i-2 is there as well, and was not in the plan'] },
      'What was approved no longer fits: i-2 is there as well, and was not in the plan.',
      'Nothing was done. Look at it in EC2, then press the button again: the new plan shows how things are now.',
    ],
    [
      'more than anybody reads',
      {
        code: 'plan-changed',
        changes: Array.from({ length: 12 }, (_, i) => `ami-${i} is gone`),
        again: 'prune prod',
      },
      `What was approved no longer fits: ${Array.from({ length: 10 }, (_, i) => `ami-${i} is gone`).join('; ')}; and 2 more.`,
      'Nothing was done. Type /circleci-backup prune prod: the new plan shows how things are now.',
    ],
  ],
  'approval-target-gone': [
    [
      'any',
      { code: 'approval-target-gone', target: 'prod' },
      'The target prod is no longer configured.',
      'Nothing was done. Put it back into the configuration, start the bot again, then type the command again.',
    ],
  ],
  'approval-short': [
    [
      'somebody left the group',
      { code: 'approval-short', valid: 1, required: 2, invalid: ['U2'] },
      'It needs 2 approvals, and 1 still counts: whoever approved may no longer do so.',
      'Nothing was done. Type the command again to ask anew.',
    ],
    [
      'more are required by now',
      { code: 'approval-short', valid: 1, required: 2, invalid: [] },
      'It needs 2 approvals, and 1 still counts: the configuration asks for more by now.',
      'Nothing was done. Type the command again to ask anew.',
    ],
  ],
  'approval-unconfirmed': [
    [
      'any',
      { code: 'approval-unconfirmed', sinceMs: 180_000 },
      'Slack could not confirm for 3 min that those who approved may do so.',
      'Nothing was done. When Slack answers again, type the command again to ask anew.',
    ],
  ],
  canceled: [
    [
      'before the image',
      { code: 'canceled', by: 'U1', snapshotIds: [] },
      'Canceled before anything was made in EC2.',
      'Nothing remains to be cleaned up.',
    ],
    [
      'while EC2 makes it',
      {
        code: 'canceled',
        by: 'U1',
        imageId: 'ami-1',
        region: 'eu-west-1',
        snapshotIds: ['snap-1', 'snap-2'],
      },
      'Canceled while EC2 was making the image. EC2 cannot stop that. What stays there costs money and never counts as a backup: ami-1, snap-1 and snap-2.',
      'To remove them: aws ec2 deregister-image --region eu-west-1 --image-id ami-1 --delete-associated-snapshots',
    ],
  ],
  'store-unavailable': [
    [
      'any',
      { code: 'store-unavailable', reason: 'the disk is full' },
      'The bot’s own database cannot be used: the disk is full.',
      'See the bot’s log. Backups in EC2 are not affected.',
    ],
  ],
  unexpected: [
    [
      'any',
      { code: 'unexpected', step: 'find', message: 'TypeError: x is not a function' },
      'Something the bot does not know happened in “find”: TypeError: x is not a function.',
      'Look for the run’s id in the bot’s log, and report it as a fault. Typing the command again may work.',
    ],
  ],
  'data-uncovered': [
    [
      'two gaps with one remedy',
      {
        code: 'data-uncovered',
        gaps: [
          { what: '/mnt/a is not there', remedy: 'mount it' },
          { what: '/mnt/b is not there', remedy: 'mount it' },
        ],
      },
      'The image holds every volume, but not all that the machine needs is in this backup: /mnt/a is not there; /mnt/b is not there.',
      'Mount it. Then make another backup.',
    ],
    [
      'more than anybody reads',
      {
        code: 'data-uncovered',
        gaps: Array.from({ length: 7 }, (_, i) => ({ what: `/f${i} is empty`, remedy: `see /f${i}` })),
      },
      'The image holds every volume, but not all that the machine needs is in this backup: /f0 is empty; /f1 is empty; /f2 is empty; /f3 is empty; /f4 is empty; and 2 more.',
      'See /f0. See /f1. See /f2. See /f3. See /f4. Then make another backup.',
    ],
  ],
  ...CLEANUP_SENTENCES,
  ...MACHINE_LAUNCH_SENTENCES,
  ...MACHINE_SENTENCES,
  ...FILES_SENTENCES,
  ...JOB_SENTENCES,
  ...DATASTORE_SENTENCES,
  ...QUIESCE_SENTENCES,
  ...RESTORE_SENTENCES,
};
