import { trustOf } from '../../core/model/host-keys.ts';
import type { InstanceFacts } from '../../core/model/instance.ts';
import type { InstanceSelector } from '../../core/model/target.ts';
import type { CallOptions } from '../../core/ports/ec2-call.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { provenMachine } from '../../runs/find-machine.ts';
import type { Ec2Context, RunContext, TargetsContext } from './context.ts';
import { type Doorstep, sshAccessOf } from './machine.ts';

/** The machine that a target has now, and how to get into it. */
export interface CurrentMachine extends Doorstep {
  instance: InstanceFacts;
}

/**
 * Finds a target's running machine, its address, and whom to trust there. Its console was printed long ago, and may
 * not tell any more. Rejects with `instance-…`, `restore-ssh-unset` or `restore-address-missing`.
 */
export async function currentMachine(
  context: Ec2Context & TargetsContext & Pick<RunContext, 'store'>,
  target: { target: string; region: string; instance: InstanceSelector },
  call: CallOptions,
): Promise<CurrentMachine> {
  const access = sshAccessOf(context, target.target);
  const ec2 = context.ec2(target.region);
  const instance = await provenMachine(context, target, call);
  const { instanceId } = instance;
  const host = access.address === 'public' ? instance.publicIp : instance.privateIp;
  if (host === undefined)
    throw new ProblemError({ code: 'restore-address-missing', instanceId, kind: access.address });
  const known = (await context.store.hosts.get(instanceId))?.value;
  const trust = await trustOf(access.hostKeys, known, () => ec2.machines.consoleKeys(instanceId, call));
  return { instance, host, ...trust };
}
