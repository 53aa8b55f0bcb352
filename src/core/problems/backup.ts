import { durationInWords, listInWords } from '../text/words.ts';
import type { Explanations } from './explanation.ts';

/** An instance as a refusal lists it. */
export interface FoundInstance {
  instanceId: string;
  name?: string;
  state: string;
  privateIp?: string;
}

/** What an interrupted run leaves behind: an image EC2 works on, or the name of one it never confirmed. */
interface LeftInEc2 {
  imageId?: string;
  imageName?: string;
}

/** What can stop a backup, and what any run may meet of EC2, of the bot's database and of the unexpected. */
export type BackupProblem =
  | { code: 'instance-none'; selector: string; region: string; others: FoundInstance[] }
  | { code: 'instance-several'; selector: string; region: string; found: FoundInstance[] }
  | { code: 'instance-not-running'; selector: string; region: string; found: FoundInstance }
  | {
      code: 'instance-unproven';
      selector: string;
      region: string;
      target: string;
      found: FoundInstance;
      known: string[];
    }
  /** `by`: what refuses it although the bot's own policy may allow it, e.g. `service control policy`. */
  | { code: 'permissions-missing'; actions: string[]; by?: string }
  | ({ code: 'credentials'; awsCode: string; sinceMs: number } & LeftInEc2)
  | ({ code: 'ec2-unavailable'; action: string; awsCode: string; sinceMs: number } & LeftInEc2)
  | { code: 'ec2-refused'; action: string; awsCode: string; awsMessage: string }
  | { code: 'quota'; action: string; awsCode: string }
  /** EC2 allows a resource 50 tags; `ids`: one or more of these has as many. */
  | { code: 'tag-limit'; ids: string[]; keys: string[] }
  | { code: 'image-name-taken'; name: string; imageId: string }
  | { code: 'image-never-appeared'; name: string; afterMs: number }
  | { code: 'image-vanished'; imageId: string; afterMs: number }
  | { code: 'image-failed'; imageId: string; state: string; reason: string; instance?: FoundInstance }
  | {
      code: 'snapshot-failed';
      imageId: string;
      snapshots: { snapshotId: string; volumeId: string; message: string }[];
    }
  | { code: 'volumes-missing'; imageId: string; volumes: { volumeId: string; device: string }[] }
  | { code: 'deadline'; afterMs: number; imageId?: string }
  | { code: 'canceled'; by: string; imageId?: string; region?: string; snapshotIds: string[] }
  /** `next`: the step for this cause; missing where the log has to be read for it. */
  | { code: 'store-unavailable'; reason: string; next?: string; isInUse?: true }
  | { code: 'unexpected'; step: string; message: string };

/** The SDK’s name for a chain of credentials that ends without any. */
const NO_CREDENTIALS = 'CredentialsProviderError';
const NO_SUCH_HOST = 'ENOTFOUND';

export const BACKUP_PROBLEMS: Explanations<BackupProblem> = {
  'instance-none': (problem) => ({
    reason:
      `No instance matches ${problem.selector} in ${problem.region}.` +
      (problem.others.length > 0
        ? ` Instances I can see there: ${found(problem.others)}.`
        : ' I can see no instance there at all.'),
    next: 'Set SERVICES_INSTANCE (and AWS_REGION) to the Services machine, start the bot again, then type the command again.',
  }),
  'instance-several': (problem) => ({
    reason: `${problem.found.length} instances match ${problem.selector} in ${problem.region}: ${found(problem.found)}.`,
    next:
      'Set SERVICES_INSTANCE to the id of the right one, for example ' +
      `${problem.found[0]?.instanceId ?? 'i-0123456789abcdef0'}, start the bot again, then type the command again.`,
  }),
  'instance-unproven': (problem) => ({
    reason:
      `The ${problem.selector} leads to ${found([problem.found])} in ${problem.region}, and nothing but that tag makes it the ` +
      `machine of ${problem.target}${problem.known.length === 0 ? '' : `, which is ${listInWords(problem.known)}`}. It was left alone.`,
    next:
      `If it is the right one, set SERVICES_INSTANCE=${problem.found.instanceId} and start the bot again; else put the tag ` +
      'back where it was, and find out who moved it.',
  }),
  'instance-not-running': (problem) => ({
    reason: `The Services machine is ${problem.found.state}, not running: ${found([problem.found])}.`,
    next:
      problem.found.state === 'stopped'
        ? 'Start it, then type the command again. If another machine is in use now, set SERVICES_INSTANCE to that one and start the bot again.'
        : 'Set SERVICES_INSTANCE to the machine in use, start the bot again, then type the command again.',
  }),
  'permissions-missing': (problem) =>
    problem.by === undefined
      ? {
          reason: `The bot’s AWS identity lacks ${listInWords(problem.actions)}.`,
          next: 'Attach the policy in iam-policy.json to the bot’s role, then type the command again.',
        }
      : {
          reason: `${policyInWords(problem.by)} refuses ${listInWords(problem.actions)} to the bot.`,
          next: 'Attaching iam-policy.json does not help here: ask whoever keeps that policy to allow it to the bot’s role, then type the command again.',
        },
  credentials: (problem) => ({
    reason:
      problem.awsCode === NO_CREDENTIALS
        ? `The bot found no AWS credentials (${problem.awsCode}).`
        : `AWS has refused the bot’s credentials for ${durationInWords(problem.sinceMs)} (${problem.awsCode}).`,
    next: `${renewCredentials(problem.awsCode)}, then type the command again.${left(problem)}`,
  }),
  'ec2-unavailable': (problem) => ({
    reason:
      problem.awsCode === NO_SUCH_HOST
        ? `The address of EC2 in this region is not known to the bot’s DNS (${problem.awsCode}).`
        : `EC2 has not answered ${problem.action} for ${durationInWords(problem.sinceMs)} (${problem.awsCode}).`,
    next:
      problem.awsCode === NO_SUCH_HOST
        ? `Check AWS_REGION, and the DNS of the bot’s machine, then type the command again.${left(problem)}`
        : `See the AWS Health Dashboard, then type the command again.${left(problem)}`,
  }),
  'ec2-refused': (problem) => ({
    reason: `EC2 refused ${problem.action}: ${problem.awsCode}, “${sentence(problem.awsMessage)}”`,
    next: `${remedyOf(problem.awsCode)}; when its cause is gone, type the command again.`,
  }),
  quota: (problem) => ({
    reason: `EC2 refused ${problem.action}: a limit of the AWS account is reached (${problem.awsCode}).`,
    next: 'Wait for running snapshots to end, or ask AWS for a higher limit, then type the command again.',
  }),
  'tag-limit': ({ ids, keys }) => ({
    reason: `EC2 allows 50 tags, and ${ids.length === 1 ? ids[0] : `one of ${listInWords(ids.slice(0, 5))}`} has as many: there is no room for ${listInWords(keys.slice(0, 5))}.`,
    next: 'Take tags that nobody needs off it in the EC2 console, then type the command again.',
  }),
  'image-name-taken': (problem) => ({
    reason: `An image named “${problem.name}” exists (${problem.imageId}), and it is not this run’s.`,
    next: 'I left it alone. Type the command again: the next run has another name.',
  }),
  'image-never-appeared': (problem) => ({
    reason: `EC2 did not confirm the image “${problem.name}”, and it did not appear within ${durationInWords(problem.afterMs)}.`,
    next: 'Look for that name in the EC2 console: an image that turns up later does not count as a backup. Then type the command again.',
  }),
  'image-vanished': (problem) => ({
    reason: `EC2 accepted image ${problem.imageId}, but has not shown it for ${durationInWords(problem.afterMs)}.`,
    next: 'Somebody may have deregistered it. Look for it in the EC2 console, then type the command again.',
  }),
  'image-failed': (problem) => ({
    reason:
      `EC2 ended image ${problem.imageId} as ${problem.state}: ${sentence(problem.reason || 'no reason given')}` +
      (problem.instance && problem.instance.state !== 'running'
        ? ` The machine ${problem.instance.instanceId} is now ${problem.instance.state}.`
        : ''),
    next:
      problem.instance && problem.instance.state !== 'running'
        ? `Find out first why the machine is ${problem.instance.state}; /circleci-backup list shows the last complete backup.`
        : 'Type the command again. If it fails again, AWS support can explain the reason code.',
  }),
  'snapshot-failed': (problem) => ({
    reason: `${problem.snapshots.length === 1 ? 'A snapshot' : `${problem.snapshots.length} snapshots`} of image ${problem.imageId} failed: ${problem.snapshots
      .map((s) => `${s.snapshotId} of ${s.volumeId} (${s.message || 'no reason given'})`)
      .join(', ')}.`,
    next: 'This backup cannot be restored in full. Type the command again.',
  }),
  'volumes-missing': (problem) => ({
    reason: `${problem.volumes.length === 1 ? 'A volume' : `${problem.volumes.length} volumes`} of the machine ${
      problem.volumes.length === 1 ? 'is' : 'are'
    } not in image ${problem.imageId}: ${problem.volumes.map((v) => `${v.volumeId} at ${v.device}`).join(', ')}.`,
    next: `What is on ${problem.volumes.length === 1 ? 'it' : 'them'} is not backed up. See whether ${problem.volumes.length === 1 ? 'it was' : 'they were'} just attached, then type the command again.`,
  }),
  deadline: (problem) => ({
    reason: `The backup was not finished within ${durationInWords(problem.afterMs)} (BACKUP_DEADLINE).`,
    next: `Look at its snapshots in the EC2 console, then type the command again.${left(problem)}`,
  }),
  canceled: (problem) => ({
    reason:
      problem.imageId === undefined
        ? 'Canceled before anything was made in EC2.'
        : `Canceled while EC2 was making the image. EC2 cannot stop that. What stays there costs money and never counts as a backup: ${listInWords([problem.imageId, ...problem.snapshotIds])}.`,
    next:
      problem.imageId === undefined
        ? 'Nothing remains to be cleaned up.'
        : `To remove them: aws ec2 deregister-image${problem.region === undefined ? '' : ` --region ${problem.region}`} --image-id ${problem.imageId} --delete-associated-snapshots`,
  }),
  'store-unavailable': (problem) => ({
    reason: `The bot’s own database cannot be used: ${sentence(problem.reason)}`,
    next: problem.next ?? 'See the bot’s log. Backups in EC2 are not affected.',
  }),
  unexpected: (problem) => ({
    reason: `Something the bot does not know happened in “${problem.step}”: ${sentence(problem.message)}`,
    next: 'Look for the run’s id in the bot’s log, and report it as a fault. Typing the command again may work.',
  }),
};

function left({ imageId, imageName }: LeftInEc2): string {
  if (imageId !== undefined) {
    return ` Image ${imageId} may still complete in EC2, but nobody checks it: it does not count as a backup.`;
  }
  if (imageName !== undefined) {
    return ` EC2 may have made the image “${imageName}” without confirming it: look for that name in the EC2 console. It does not count as a backup.`;
  }
  return '';
}

/** Texts from elsewhere end with a full stop or without one. */
function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

function found(instances: FoundInstance[]): string {
  const shown = instances
    .slice(0, 10)
    .map(
      (i) =>
        `${i.instanceId}${i.name === undefined ? '' : ` “${i.name}”`} (${[i.state, i.privateIp].filter(Boolean).join(', ')})`,
    );
  const more = instances.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** What to do about a refusal that EC2 gives a code of its own, without a stop; for the others its reference. */
export function remedyOf(awsCode: string): string {
  return REMEDIES[awsCode] ?? 'Look the code up in the EC2 API reference';
}

const REMEDIES: Record<string, string> = {
  TagLimitExceeded: 'Take tags that nobody needs off it in the EC2 console: EC2 allows 50',
  TagPolicyViolation:
    'Ask whoever keeps the AWS organization’s tag policies; EXTRA_TAGS sets tags that they demand',
  OptInRequired: 'Ask whoever owns the AWS account: it is not signed up for this, or not in this region',
  PendingVerification: 'Ask AWS support: the account is still being verified',
};

/** Codes by which AWS refuses what is right but signed at the wrong time. */
const BY_THE_CLOCK = new Set([
  'AuthFailure',
  'InvalidSignatureException',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
]);

/** Without a stop: what follows is another half of the sentence. */
export function renewCredentials(awsCode: string): string {
  if (awsCode === NO_CREDENTIALS)
    return 'Attach a role to the bot’s machine or container, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
  return BY_THE_CLOCK.has(awsCode)
    ? 'Renew the bot’s AWS credentials and see that the clock of its machine is right (AWS refuses what was signed minutes too early or too late)'
    : 'Renew the bot’s AWS credentials';
}

/** `by` is what AWS' message calls it, e.g. `service control policy`. */
function policyInWords(by: string): string {
  if (/^(?:service|resource) control policy$/.test(by)) return `A ${by} of the AWS organization`;
  if (by === 'identity-based policy')
    return 'A policy of the bot’s own role, which denies it in so many words,';
  if (by === 'permissions boundary') return 'The permissions boundary of the bot’s role';
  return `The ${by}`;
}
