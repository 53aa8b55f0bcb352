import { durationInWords, listInWords } from '../text/words.ts';
import type { Explanations } from './explanation.ts';

/** What can stop a restore besides what EC2 and the machine say themselves. */
export type RestoreProblem =
  | { code: 'restore-ssh-unset'; target: string }
  | { code: 'restore-address-missing'; instanceId: string; kind: 'private' | 'public' }
  | { code: 'restore-machine-ended'; instanceId: string; state: string; why?: string }
  | { code: 'restore-machine-slow'; instanceId: string; state: string; afterMs: number }
  | { code: 'restore-checks-failed'; instanceId: string; checks: string; afterMs: number }
  | { code: 'restore-root-kept'; instanceId: string; taskId: string; volumeId?: string }
  | { code: 'restore-root-gone'; instanceId: string; taskId: string; volumeId?: string }
  | { code: 'restore-root-slow'; instanceId: string; taskId: string; state: string; afterMs: number }
  | { code: 'restore-replicated-silent'; afterMs: number }
  | { code: 'restore-address-wrong'; found: string; expected: string }
  | { code: 'restore-host-wrong'; found?: string; expected: string }
  | { code: 'restore-web-silent'; what: string; url: string; last: string; afterMs: number }
  | { code: 'restore-mounts-missing'; missing: string[] }
  | { code: 'restore-not-undone'; left: string[] };

export const RESTORE_PROBLEMS: Explanations<RestoreProblem> = {
  'restore-ssh-unset': ({ target }) => ({
    reason: `The bot has no SSH key for ${target}.`,
    next: 'Set SSH_PRIVATE_KEY_FILE (and SSH_USER), start the bot again, then try again.',
  }),
  'restore-address-missing': ({ instanceId, kind }) => ({
    reason: `The machine ${instanceId} has no ${kind} address, so that the bot cannot reach it over SSH.`,
    next:
      kind === 'public'
        ? 'Set SSH_ADDRESS=private if the bot is in the same network, start it again, then try again.'
        : 'Look at the machine in the EC2 console, then try again.',
  }),
  'restore-machine-ended': ({ instanceId, state, why }) => ({
    reason: `The machine ${instanceId} is ${state} and not running${why === undefined ? '' : `: ${why}`}.`,
    next: remedyOf(why),
  }),
  'restore-machine-slow': ({ instanceId, state, afterMs }) => ({
    reason: `The machine ${instanceId} is still ${state} after ${durationInWords(afterMs)}.`,
    next: 'Look at it in the EC2 console, then try again: the bot goes on waiting.',
  }),
  'restore-checks-failed': ({ instanceId, checks, afterMs }) => ({
    reason: `EC2’s status checks of ${instanceId} have not passed within ${durationInWords(afterMs)}: ${checks}.`,
    next: 'Look at its console output (“Get system log”): the machine may not start from this backup. Try again to go on waiting.',
  }),
  'restore-root-kept': ({ instanceId, taskId, volumeId }) => ({
    reason: `EC2 could not replace the root volume of ${instanceId} (${taskId}). The old root volume${named(volumeId)} is still attached.`,
    next: 'Look at the task in the EC2 console, then try again, or restore beside it with a new machine.',
  }),
  'restore-root-gone': ({ instanceId, taskId, volumeId }) => ({
    reason: `EC2 could not replace the root volume of ${instanceId} (${taskId}), and now it has no root volume. The old one${named(volumeId)} is kept.`,
    next: 'Try again, or stop the machine, attach the old root volume by hand under its old device name, and start the machine.',
  }),
  'restore-root-slow': ({ instanceId, taskId, state, afterMs }) => ({
    reason: `EC2 has not ended the replacement of the root volume of ${instanceId} (${taskId}) after ${durationInWords(afterMs)}: ${state}.`,
    next: 'Look at the task in the EC2 console, then try again: the bot goes on waiting.',
  }),
  'restore-replicated-silent': ({ afterMs }) => ({
    reason: `Replicated was not ready within ${durationInWords(afterMs)} of its restart.`,
    next: 'See “sudo replicatedctl system status” and the logs of its services on the machine, then try again.',
  }),
  'restore-address-wrong': ({ found, expected }) => ({
    reason: `Replicated works with the address ${found}, not with the machine’s own ${expected}.`,
    next: 'Look at its settings at port 8800 and at its files on the machine, then try again.',
  }),
  'restore-host-wrong': ({ found, expected }) => ({
    reason: `CircleCI’s settings have ${found === undefined ? 'no host name' : `the host name ${found}`}, not ${expected}.`,
    next: 'Set it at port 8800, then try again.',
  }),
  'restore-web-silent': ({ what, url, last, afterMs }) => ({
    reason: `${what.charAt(0).toUpperCase()}${what.slice(1)} did not answer at ${url} within ${durationInWords(afterMs)}: ${last}.`,
    next: 'See whether its security groups let the bot in, and what CircleCI’s console at port 8800 says, then try again.',
  }),
  'restore-mounts-missing': ({ missing }) => ({
    reason: `Not mounted on the machine: ${listInWords(missing)}.`,
    next: 'Put it back: mount it at the same place, then try again. CircleCI may keep large objects there.',
  }),
  'restore-not-undone': ({ left }) => ({
    reason: `Not everything could be put back: ${listInWords(left)}.`,
    next: 'Look at it in the EC2 console.',
  }),
};

/** By the code that EC2's reason begins with (EC2 user guide, “Instance terminates immediately”). */
const ENDED: Record<string, string> = {
  'Client.InternalError':
    'Often EC2 may not use the KMS key of an encrypted volume: the bot’s role needs kms:CreateGrant (and kms:Decrypt, kms:DescribeKey, kms:GenerateDataKeyWithoutPlaintext, kms:ReEncrypt*) on that key, the key has to be enabled, and the key’s own policy has to allow it.',
  'Client.VolumeLimitExceeded':
    'Ask AWS for a higher limit of EBS storage, or delete volumes that nobody needs.',
  'Client.InvalidSnapshot.NotFound': 'A snapshot of this backup is gone: choose another backup.',
  'Client.UserInitiatedShutdown': 'Somebody has terminated or stopped it: ask who before anything else.',
  'Client.InstanceInitiatedShutdown': 'It has shut itself down: see its console output (“Get system log”).',
  'Server.InsufficientInstanceCapacity':
    'AWS has no room for it at the moment: wait some minutes, or choose another instance type or zone.',
  'Server.InternalError': 'A fault of AWS’ own: see the AWS Health Dashboard.',
  'Server.SpotInstanceTermination': 'AWS has taken the Spot machine away.',
};

function remedyOf(why: string | undefined): string {
  const known = ENDED[/^[\w.]{1,60}/.exec(why ?? '')?.[0] ?? ''];
  return known === undefined ? 'Look at it in the EC2 console.' : `${known} Look at it in the EC2 console.`;
}

function named(volumeId: string | undefined): string {
  return volumeId === undefined ? '' : ` ${volumeId}`;
}
