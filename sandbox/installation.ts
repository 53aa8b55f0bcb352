import type { InstanceRecord } from './ec2/state.ts';
import type { Ec2Server } from './ec2/wire/server.ts';

/** A security group of the sandbox for tests in isolation; none of its machines is in it. */
export const ISOLATED_GROUP = 'sg-0a4f6d2c9b8e71399';

/** Of several installations the one that the drawer’s buttons mean; undefined where there is but one. */
export type Installation = string | undefined;

/** The Services machine of an installation, by the names under which the bot finds it; one that runs is preferred. */
export function servicesMachine(ec2: Ec2Server, installation?: Installation): InstanceRecord | undefined {
  const named = [...ec2.instances.values()].filter(
    ({ state, tags }) =>
      state !== 'terminated' &&
      (installation === undefined ? tags.Name === 'circleci_services' : tags.Installation === installation),
  );
  return named.find(({ state }) => state === 'running') ?? named[0];
}

/** Whether a machine is another installation’s. One that a restore makes is nobody’s before its cut-over. */
export function isOthers(ec2: Ec2Server, instanceId: string, installation?: Installation): boolean {
  const own = ec2.instances.get(instanceId)?.tags.Installation;
  return installation !== undefined && own !== undefined && own !== installation;
}

/** What a machine is called on the page: its installation, else its name. */
export function nameOf(ec2: Ec2Server, instanceId: string): string | undefined {
  const tags = ec2.instances.get(instanceId)?.tags;
  return tags?.Installation ?? tags?.Name;
}
