import { hostKeys } from '../../core/model/host-keys.ts';
import type { InstanceFacts } from '../../core/model/instance.ts';
import type { SshAccess } from '../../core/model/ssh-access.ts';
import type { InstanceSelector } from '../../core/model/target.ts';
import type { CallOptions } from '../../core/ports/ec2-call.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import type { WorkflowContext } from './context.ts';
import { findMachine } from './find-machine.ts';

/** The machine that a target has now, and how to get into it. */
export interface PresentMachine {
  instance: InstanceFacts;
  /** The address that the bot can reach. */
  host: string;
  /** Fingerprints: those on its console, and those in SSH_HOST_KEY. */
  hostKeys: string[];
  /** Where a host key is known from, as half a sentence. */
  vouchedBy(hostKey: string): string;
}

/**
 * Finds a target's running machine, its address, and whom to trust there. Its console was printed long ago: where it does
 * not tell (any more), SSH_HOST_KEY alone does. Rejects with `instance-…`, `restore-ssh-unset` or `restore-address-missing`.
 */
export async function presentMachine(
  context: Pick<WorkflowContext, 'ec2' | 'targets'>,
  target: { target: string; region: string; instance: InstanceSelector },
  call: CallOptions,
): Promise<PresentMachine> {
  const access = sshAccessOf(context, target.target);
  const ec2 = context.ec2(target.region);
  const instance = await findMachine(ec2, target, call);
  const { instanceId } = instance;
  const host = access.address === 'public' ? instance.publicIp : instance.privateIp;
  if (host === undefined)
    throw new ProblemError({ code: 'restore-address-missing', instanceId, kind: access.address });
  const text = await ec2.machines.consoleOutput(instanceId, call);
  const onConsole = hostKeys(text ?? '').map(({ fingerprint }) => fingerprint);
  return {
    instance,
    host,
    hostKeys: [...new Set([...onConsole, ...access.hostKeys])],
    vouchedBy: (key) => (onConsole.includes(key) ? 'the machine’s console shows it' : 'as in SSH_HOST_KEY'),
  };
}

/** As it is configured now: a key that was set meanwhile counts at the next try. */
export function sshAccessOf({ targets }: Pick<WorkflowContext, 'targets'>, target: string): SshAccess {
  const access = targets.find(({ name }) => name === target)?.ssh;
  if (access === undefined) throw new ProblemError({ code: 'restore-ssh-unset', target });
  return access;
}
