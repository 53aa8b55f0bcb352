import type { CatalogueEntry } from '../catalogue/entry.ts';
import type { MetadataOptions } from '../model/instance.ts';
import { quoteForShell } from '../text/shell.ts';
import { bytesInWords, counted } from '../text/words.ts';

/** What a step says: words, and what is a command, a path or a value, to be copied as it is. */
type Part = string | { code: string };

export interface StepByHand {
  /** What it begins with. */
  title: string;
  parts: Part[];
}

const code = (text: string): Part => ({ code: text });

/** The runbook of the Services machine (facts: circleci-services-machine.md) with a backup's own values filled in. */
export function stepsByHand(entry: CatalogueEntry, region: string): StepByHand[] {
  const { source } = entry;
  const hostname = source.hostname ?? 'the host name';
  return [
    {
      title: 'Stop the old machine',
      parts: [
        ' if it still runs (',
        code(entry.sourceInstanceId ?? 'unknown'),
        '); do not terminate it. Two machines at once can damage build data.',
      ],
    },
    {
      title: 'Launch',
      parts: [
        ' one from the image, without user data (it would run the installer again):\n',
        code(launch(entry, region)),
      ],
    },
    {
      title: 'On the new machine',
      parts: [
        ', stop the application and wait until it has stopped: ',
        code('replicatedctl app stop'),
        ', then ',
        code('replicatedctl app status'),
      ],
    },
    {
      title: 'Replace the old addresses',
      parts: [
        ' in ',
        code('/etc/default/replicated'),
        ' and ',
        code('/etc/default/replicated-operator'),
        ' (',
        code('/etc/sysconfig/'),
        ' on RHEL and CentOS): private ',
        code(source.privateIp ?? 'unknown'),
        ', public ',
        code(source.publicIp ?? 'none'),
        '. Keep a copy of each file; leave NODENAME, 127.0.0.1 and 172.17.0.1 alone.',
      ],
    },
    ...filesBack(entry.files),
    {
      title: 'Restart',
      parts: [
        ': ',
        code('sudo rm -rf /opt/nomad'),
        ' (Server 2.x), ',
        code('sudo systemctl restart replicated replicated-operator'),
        ', then ',
        code('replicatedctl app start'),
      ],
    },
    {
      title: 'Check',
      parts: [
        ' that ',
        code('replicatedctl app status'),
        ` says started and not transitioning, and that https://${hostname}:8800/settings has the right host name.`,
      ],
    },
    {
      title: '',
      parts: [
        'If the host name changed, change the GitHub OAuth application: homepage ',
        code(`https://${hostname}`),
        ', callback ',
        code(`https://${hostname}/auth/github`),
        '. Point DNS, Nomad clients and builders at the new machine.',
      ],
    },
  ];
}

/** Restic finds the repository and the password in the environment of whoever types it. */
function filesBack(files: CatalogueEntry['files']): StepByHand[] {
  if (files === undefined) return [];
  const { snapshotId, files: count, bytes } = files;
  return [
    {
      title: 'Bring the files back',
      parts: [
        ` (${counted(count, 'file')} of ${bytesInWords(bytes)}) once everything is mounted (`,
        code('findmnt'),
        '), with RESTIC_REPOSITORY as in the bot’s settings and its password in RESTIC_PASSWORD: ',
        code(`sudo -E restic restore --target / --verify ${snapshotId}`),
        '. What has another content there is overwritten; broken off, it can be typed again.',
      ],
    },
  ];
}

/** Somebody copies it into a shell, and its values come from tags: what is no plain word is quoted. */
function launch({ imageId, source }: CatalogueEntry, region: string): string {
  return [
    `aws ec2 run-instances --region ${region} --image-id ${word(imageId)}`,
    ...(source.type === undefined ? [] : [`--instance-type ${word(source.type)}`]),
    ...(source.subnetId === undefined ? [] : [`--subnet-id ${word(source.subnetId)}`]),
    ...(source.securityGroupIds.length === 0
      ? []
      : [`--security-group-ids ${source.securityGroupIds.map(word).join(' ')}`]),
    ...(source.keyName === undefined ? [] : [`--key-name ${word(source.keyName)}`]),
    ...(source.profileArn === undefined
      ? []
      : [`--iam-instance-profile ${word(`Arn=${source.profileArn}`)}`]),
    ...(source.publicIp === undefined || source.publicKind === 'elastic'
      ? []
      : ['--associate-public-ip-address']),
    ...(source.ebsOptimized === true ? ['--ebs-optimized'] : []),
    ...metadataOptions(source.metadata ?? {}),
    '--disable-api-termination',
  ].join(' ');
}

function metadataOptions({
  httpTokens,
  httpPutResponseHopLimit,
  httpEndpoint,
  instanceMetadataTags,
}: MetadataOptions): string[] {
  const options = Object.entries({
    HttpTokens: httpTokens,
    HttpPutResponseHopLimit: httpPutResponseHopLimit,
    HttpEndpoint: httpEndpoint,
    InstanceMetadataTags: instanceMetadataTags,
  }).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  return options.length === 0 ? [] : [`--metadata-options ${word(options.join(','))}`];
}

/** Slack shows a backtick within code as another character, so none may be part of what is copied. */
function word(text: string): string {
  const safe = text.replace(/[`\p{Cc}]/gu, '?');
  return /^[\w@%+=:,./-]+$/.test(safe) ? safe : quoteForShell(safe);
}
