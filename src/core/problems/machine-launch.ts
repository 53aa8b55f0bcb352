import type { Explanations } from './explanation.ts';

/** What EC2 may refuse while a machine is launched, changed, or given its addresses. */
export type MachineLaunchProblem =
  | { code: 'no-capacity'; type: string; zone?: string }
  | { code: 'start-no-capacity'; instanceId: string }
  | { code: 'type-not-offered'; type: string; zone?: string }
  | { code: 'address-in-use'; ip: string; subnetId: string; holder?: string }
  | { code: 'subnet-full'; subnetId: string }
  | { code: 'idempotent-mismatch'; action: string; runId: string }
  | { code: 'launch-quota'; type: string; awsCode: string }
  | { code: 'image-unavailable'; imageId: string; awsCode: string }
  | { code: 'launch-part-gone'; what: LaunchPart; id: string }
  | { code: 'machine-gone'; instanceId: string }
  | { code: 'machine-not-ours'; instanceId: string; runId: string; why?: string }
  | { code: 'machine-protected'; instanceId: string; against: 'stop' | 'termination' }
  /** `why`: the sentence of what refused the termination. */
  | { code: 'machine-unprotected'; instanceId: string; why: string }
  | { code: 'machine-busy'; instanceId: string; action: string }
  | { code: 'volume-not-ours'; volumeId: string; runId: string; why?: string }
  | { code: 'elastic-address-taken'; publicIp: string; holder?: string }
  | { code: 'elastic-address-gone'; allocationId: string };

export type LaunchPart = 'key pair' | 'subnet' | 'security group';

/** Which setting of the machine a missing part belongs to, for the words of the remedy. */
const REMEDY: Record<LaunchPart, string> = {
  'key pair': 'Import a key pair of that name in EC2, or choose another',
  subnet: 'Choose another subnet of the same VPC',
  'security group': 'Make the security group again, or choose another',
};

export const MACHINE_LAUNCH_PROBLEMS: Explanations<MachineLaunchProblem> = {
  'no-capacity': ({ type, zone }) => ({
    reason: `AWS has no free ${type}${inZone(zone)} at the moment. Nothing was launched.`,
    next: 'Choose another instance type or a subnet in another zone, or wait some minutes, then start it again.',
  }),
  'start-no-capacity': ({ instanceId }) => ({
    reason: `AWS has no room to start the machine ${instanceId} at the moment. It stays stopped.`,
    next: 'Wait some minutes, then start it again.',
  }),
  'type-not-offered': ({ type, zone }) => ({
    reason: `AWS does not offer the instance type ${type}${inZone(zone)}, or not with the settings of the old machine. Nothing was launched.`,
    next: 'Choose another instance type or a subnet in another zone, then start it again.',
  }),
  'address-in-use': ({ ip, subnetId, holder }) => ({
    reason: `The private address ${ip} in ${subnetId} is in use${holder === undefined ? '' : ` by ${holder}`}. Nothing was launched.`,
    next: 'Start it again with a new private address. A stopped machine keeps its address; only a terminated one frees it.',
  }),
  'subnet-full': ({ subnetId }) => ({
    reason: `The subnet ${subnetId} has no free address. Nothing was launched.`,
    next: 'Choose another subnet of the same VPC, then start it again.',
  }),
  'idempotent-mismatch': ({ action, runId }) => ({
    reason: `EC2 knows an earlier ${action} of ${runId} with other parameters, and did nothing.`,
    next: 'Look in the EC2 console for what carries the tag of this run, then start a new restore.',
  }),
  'launch-quota': ({ type, awsCode }) => ({
    reason: `A limit of the AWS account does not allow another ${type} (${awsCode}). Nothing was launched.`,
    next: 'Choose a smaller instance type, or ask AWS for a higher limit, then start it again.',
  }),
  'image-unavailable': ({ imageId, awsCode }) => ({
    reason: `EC2 cannot use the image ${imageId} of this backup (${awsCode}).`,
    next: 'See /circleci-backup list for another backup, and the EC2 console for what became of this one.',
  }),
  'launch-part-gone': ({ what, id }) => ({
    reason: `The ${what} ${id} that the machine had does not exist any more. Nothing was launched.`,
    next: `${REMEDY[what]}, then start it again.`,
  }),
  'machine-gone': ({ instanceId }) => ({
    reason: `EC2 does not know the machine ${instanceId} (any more).`,
    next: 'Look for it in the EC2 console: somebody may have terminated it.',
  }),
  'machine-not-ours': ({ instanceId, runId, why }) => ({
    reason:
      why === undefined
        ? `The machine ${instanceId} was not launched by ${runId}, so it was left alone.`
        : `The machine ${instanceId} was left alone: ${why}.`,
    next: 'Look at it in the EC2 console, and remove it there if it should go.',
  }),
  'machine-protected': ({ instanceId, against }) => ({
    reason: `The machine ${instanceId} is protected from ${against === 'stop' ? 'being stopped' : 'termination'}. It was left as it is.`,
    next: `Look at its ${against} protection in the EC2 console, and switch it off if that is meant.`,
  }),
  'machine-unprotected': ({ instanceId, why }) => ({
    reason: `${why} The machine ${instanceId} stays, and its termination protection is OFF: the bot had lifted it and could not put it back.`,
    next: 'Try again to remove it, or set its termination protection in the EC2 console if it is to stay.',
  }),
  'machine-busy': ({ instanceId, action }) => ({
    reason: `The machine ${instanceId} is in a state in which EC2 does not do ${action}.`,
    next: 'Wait until it has started or stopped, then try again.',
  }),
  'volume-not-ours': ({ volumeId, runId, why }) => ({
    reason:
      why === undefined
        ? `The volume ${volumeId} was not made by ${runId}, so it was left alone.`
        : `The volume ${volumeId} was left alone: ${why}.`,
    next: 'Look at it in the EC2 console, and remove it there if it should go.',
  }),
  'elastic-address-taken': ({ publicIp, holder }) => ({
    reason: `The Elastic IP ${publicIp} belongs to ${holder ?? 'something else'} now, so it was not moved.`,
    next: 'Find out who moved it there before anything else.',
  }),
  'elastic-address-gone': ({ allocationId }) => ({
    reason: `The Elastic IP ${allocationId} does not exist any more.`,
    next: 'Look in the EC2 console whether it was released, and set DNS to the address of the new machine.',
  }),
};

function inZone(zone: string | undefined): string {
  return zone === undefined ? '' : ` in ${zone}`;
}
