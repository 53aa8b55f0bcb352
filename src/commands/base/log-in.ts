import { trustOf } from '../../core/model/host-keys.ts';
import type { InstanceFacts } from '../../core/model/instance.ts';
import { sshAddress } from '../../core/model/ssh-access.ts';
import type { Target } from '../../core/model/target.ts';
import type { ServicesMachine } from '../../core/ports/services-machine.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { readingOptions } from './call-options.ts';
import type { MachineDeps } from './verb.ts';

/**
 * Logs in to a target's machine while somebody waits: once, and for `limitMs` of the wall's time in all. Rejects with
 * `restore-ssh-unset`, `restore-address-missing`, or as `OpenSsh` does.
 */
export async function logInTo(
  { instanceId, privateIp, publicIp }: Pick<InstanceFacts, 'instanceId' | 'privateIp' | 'publicIp'>,
  { name, region, ssh }: Target,
  { ec2, store, openMachine, timeLimit }: MachineDeps,
  limitMs: number,
): Promise<ServicesMachine> {
  if (ssh === undefined) throw new ProblemError({ code: 'restore-ssh-unset', target: name });
  const host = ssh.address === 'public' ? publicIp : privateIp;
  if (host === undefined)
    throw new ProblemError({ code: 'restore-address-missing', instanceId, kind: ssh.address });
  const known = (await store.hosts.get(instanceId))?.value;
  const readConsole = () => ec2(region).machines.consoleKeys(instanceId, readingOptions());
  const { hostKeys } = await trustOf(ssh.hostKeys, known, readConsole);
  return openMachine(sshAddress(ssh, host, hostKeys), { signal: timeLimit(limitMs), patienceMs: 0 });
}
