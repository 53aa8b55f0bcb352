import type { LaunchRequest } from '../../../core/ports/ec2-machines.ts';
import { type Problem, ProblemError } from '../../../core/problems/problem.ts';
import { codeOf, NO_CAPACITY } from '../calls.ts';

/** Codes are from the EC2 API reference, "Error codes". */
const LAUNCH_QUOTA = new Set([
  'InstanceLimitExceeded',
  'MaxIOPSLimitExceeded',
  'ResourceLimitExceeded',
  'VcpuLimitExceeded',
  'VolumeLimitExceeded',
]);

const IMAGE_GONE = new Set([
  'InvalidAMIID.Malformed',
  'InvalidAMIID.NotFound',
  'InvalidAMIID.Unavailable',
  'InvalidSnapshot.NotFound',
]);

const MACHINE_GONE = new Set(['InvalidInstanceID.Malformed', 'InvalidInstanceID.NotFound']);

const MACHINE_BUSY = new Set(['IncorrectInstanceState', 'IncorrectState', 'InvalidState']);

/** The problem behind a refused launch; undefined for what no person could tell from a fault. */
export function launchProblem(code: string, request: LaunchRequest, awsMessage: string): Problem | undefined {
  const { type, subnetId, imageId, runId } = request;
  const where = { type, ...(request.zone === undefined ? {} : { zone: request.zone }) };
  if (NO_CAPACITY.has(code)) return { code: 'no-capacity', ...where };
  if (LAUNCH_QUOTA.has(code)) return { code: 'launch-quota', type, awsCode: code };
  const image = imageProblem(code, imageId);
  if (image !== undefined) return image;
  switch (code) {
    case 'Unsupported':
    case 'InvalidInstanceType':
      return { code: 'type-not-offered', ...where };
    case 'InvalidIPAddress.InUse':
      return { code: 'address-in-use', ip: request.privateIp ?? '', subnetId };
    case 'InsufficientFreeAddressesInSubnet':
      return { code: 'subnet-full', subnetId };
    case 'IdempotentParameterMismatch':
      return { code: 'idempotent-mismatch', action: 'RunInstances', runId };
    case 'InvalidKeyPair.NotFound':
      return { code: 'launch-part-gone', what: 'key pair', id: request.keyName ?? '' };
    case 'InvalidSubnetID.NotFound':
      return { code: 'launch-part-gone', what: 'subnet', id: subnetId };
    case 'InvalidGroup.NotFound':
    case 'InvalidSecurityGroupID.NotFound':
      return {
        code: 'launch-part-gone',
        what: 'security group',
        id: namedIn(awsMessage, request.securityGroupIds),
      };
    default:
      return undefined;
  }
}

export function imageProblem(code: string, imageId: string): Problem | undefined {
  return IMAGE_GONE.has(code) ? { code: 'image-unavailable', imageId, awsCode: code } : undefined;
}

/** EC2 names the one group that is gone in its message alone; where it does not, all are named. */
function namedIn(message: string, ids: readonly string[]): string {
  return ids.find((id) => message.includes(id)) ?? ids.join(', ');
}

/** Turns a refusal into a problem of a machine that is there, or was. */
export function machineProblem(code: string, instanceId: string, action: string): Problem | undefined {
  if (MACHINE_GONE.has(code)) return { code: 'machine-gone', instanceId };
  if (MACHINE_BUSY.has(code)) return { code: 'machine-busy', instanceId, action };
  return undefined;
}

/** Does the work; a refusal with a code that `known` has words for becomes that problem. */
export async function orProblem<T>(
  work: () => Promise<T>,
  known: (code: string, awsMessage: string) => Problem | undefined,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    const problem = code === undefined ? undefined : known(code, messageOf(error));
    if (problem === undefined) throw error;
    throw new ProblemError(problem, { cause: error });
  }
}

function messageOf(error: unknown): string {
  if (error instanceof ProblemError && error.problem.code === 'ec2-refused') return error.problem.awsMessage;
  return '';
}
