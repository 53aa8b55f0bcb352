import { duration } from '../formats/duration.ts';
import { extraTags } from '../formats/extra-tags.ts';
import { filePath } from '../formats/file-path.ts';
import { awsRegion, instanceSelector } from '../formats/instance-selector.ts';
import { channelId, peopleIds } from '../formats/slack-id.ts';
import { targetName } from '../formats/target-name.ts';
import { baseAddress } from '../formats/url.ts';
import type { Setting } from './setting.ts';

/** What is backed up, and who may ask for it. */
export const TARGET = {
  TARGET_NAME: {
    format: targetName,
    scope: 'bot',
    fallback: 'circleci',
    help: 'The name of the target in commands, image names and tags. Keep it: backups are found by it.',
    example: 'prod',
  },
  TARGETS_FILE: {
    format: filePath,
    scope: 'bot',
    help: 'A YAML file with many targets; see targets.example.yml.',
    example: 'targets.yml',
  },
  BACKUP_CHANNEL: {
    format: channelId,
    scope: 'target',
    needed: true,
    help: 'The id of the Slack channel where backups are shown. Invite the bot to it.',
    example: 'C0123456789',
  },
  OPERATORS: {
    format: peopleIds,
    scope: 'target',
    needed: true,
    help: 'Who may change something: ids of people (U…, W…) and user groups (S…), separated by commas or spaces.',
    example: 'U0123456789,S0123456789',
  },
  AWS_REGION: {
    format: awsRegion,
    scope: 'target',
    needed: true,
    help: 'The AWS region of the Services machine.',
    example: 'us-east-1',
  },
  SERVICES_INSTANCE: {
    format: instanceSelector,
    scope: 'target',
    needed: true,
    help: 'The Services machine in EC2: its instance id, or a tag that only it carries.',
    example: 'tag:Name=circleci_services',
  },
  EXTRA_TAGS: {
    format: extraTags,
    scope: 'target',
    help: 'Tags on every image, snapshot, machine and volume that the bot makes, where your organization demands them.',
    example: 'CostCentre=1234,Owner=ci-team',
  },
  CIRCLECI_URL: {
    format: baseAddress,
    scope: 'target',
    help: 'Where people open CircleCI; its host is kept with each backup.',
    example: 'https://ci.example.com',
  },
  BACKUP_DEADLINE: {
    format: duration('1s', '2w'),
    scope: 'target',
    fallback: '24h',
    help: 'How long a backup may take before the bot stops watching it and says so.',
    example: '6h',
  },
} as const satisfies Record<string, Setting<unknown>>;
