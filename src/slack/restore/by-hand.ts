import type { Reply } from '../../commands/base/reply.ts';
import { type CatalogueEntry, endingOf, isComplete } from '../../core/catalogue/entry.ts';
import { doubtInWords } from '../../core/catalogue/ownership.ts';
import type { MetadataOptions } from '../../core/model/instance.ts';
import { quoteForShell } from '../../core/text/shell.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { durationInWords } from '../../core/text/words.ts';
import { code, context, mrkdwn, when } from '../kit/blocks.ts';
import type { Rendered } from '../kit/rendered.ts';

/** The runbook of the Services machine (facts: circleci-services-machine.md) with a backup's own values filled in. */
export function restoreByHand(reply: Extract<Reply, { view: 'restore-by-hand' }>): Rendered {
  const { entry, now, region } = reply;
  const age = `${durationInWords(now - entry.createdAt)} old (${when(entry.createdAt)})`;
  const doubts = entry.doubts.map(doubtInWords).join('; ');
  const warning = isComplete(entry)
    ? []
    : [
        mrkdwn(
          doubts === ''
            ? `:warning: This backup is *not complete* (${escapeMrkdwn(endingOf(entry) ?? 'not checked')}). Prefer a complete one.`
            : `:warning: This is *not proven to be a backup of ${escapeMrkdwn(entry.target)}*: ${escapeMrkdwn(doubts)}. Compare the ids first.`,
        ),
      ];
  return {
    text: escapeMrkdwn(`How to restore ${entry.backupId} by hand`),
    blocks: [
      mrkdwn(
        `*How to restore ${code(entry.backupId)} of ${escapeMrkdwn(entry.target)} by hand.* It is ${age}: everything since then is lost.`,
      ),
      ...warning,
      ...steps(entry, region).map((step, i) => mrkdwn(`*${i + 1}.* ${step}`)),
      context('Nothing was done. The bot does all of this by itself after `/circleci-backup restore`.'),
    ],
  };
}

function steps(entry: CatalogueEntry, region: string): string[] {
  const { source } = entry;
  const hostname = source.hostname ?? 'the host name';
  return [
    `*Stop the old machine* if it still runs (${code(entry.sourceInstanceId ?? 'unknown')}); do not terminate it. Two machines at once can damage build data.`,
    `*Launch* one from the image, without user data (it would run the installer again):\n${code(launch(entry, region))}`,
    '*On the new machine*, stop the application and wait until it has stopped: ' +
      `${code('replicatedctl app stop')}, then ${code('replicatedctl app status')}`,
    `*Replace the old addresses* in ${code('/etc/default/replicated')} and ${code('/etc/default/replicated-operator')} ` +
      `(${code('/etc/sysconfig/')} on RHEL and CentOS): private ${code(source.privateIp ?? 'unknown')}, public ${code(source.publicIp ?? 'none')}. Keep a copy of each file; leave NODENAME, 127.0.0.1 and 172.17.0.1 alone.`,
    `*Restart*: ${code('sudo rm -rf /opt/nomad')} (Server 2.x), ${code('sudo systemctl restart replicated replicated-operator')}, then ${code('replicatedctl app start')}`,
    `*Check* that ${code('replicatedctl app status')} says started and not transitioning, and that https://${escapeMrkdwn(hostname)}:8800/settings has the right host name.`,
    'If the host name changed, change the GitHub OAuth application: homepage ' +
      `${code(`https://${hostname}`)}, callback ${code(`https://${hostname}/auth/github`)}. Point DNS, Nomad clients and builders at the new machine.`,
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
