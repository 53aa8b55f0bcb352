import { factChanges, type PlannedMachine } from '../approval/planned-machine.ts';
import type { InstanceFacts } from '../model/instance.ts';
import type { RestoreWay } from './order.ts';

/** What the removal of what a restore launched says that it removes. */
export interface PlannedRemoval {
  ofRun: string;
  machines: PlannedMachine[];
}

/** What EC2 shows of it now. */
export interface RemovalNow {
  machines: readonly InstanceFacts[];
  /** What the target's selector finds. */
  used: readonly InstanceFacts[];
}

/** In which points EC2 shows something else, a clause each. What is gone already needs no removal. */
export function removalChanges(planned: PlannedRemoval, { machines, used }: RemovalNow): string[] {
  const known = new Map(planned.machines.map((machine) => [machine.instanceId, machine]));
  return [
    ...machines.flatMap((machine) => {
      const before = known.get(machine.instanceId);
      return before === undefined
        ? [`${machine.instanceId} is there as well, and was not in the plan`]
        : factChanges(before, machine);
    }),
    ...used.flatMap(({ instanceId }) =>
      known.has(instanceId) ? [`${instanceId} is the machine of the target now`] : [],
    ),
  ];
}

/**
 * Why nobody removes it alone, a sentence each; none for a test's own machine that nobody works with. `way`: of the restore,
 * missing where the bot's database does not say it. `sources`: machines that backups are of. `held`: who has an Elastic IP.
 */
export function whySecondPerson(
  { machines }: Pick<PlannedRemoval, 'machines'>,
  {
    way,
    sources,
    held,
  }: { way?: RestoreWay; sources: ReadonlySet<string>; held: ReadonlyMap<string, string> },
): string[] {
  return [
    ...(way === 'test'
      ? []
      : [
          way === undefined
            ? 'The bot’s database does not say what it was launched for'
            : 'It was launched to take over: people may have put it to use by hand',
        ]),
    ...machines.flatMap(({ instanceId }) => [
      ...(sources.has(instanceId) ? [`There are backups of ${instanceId}: it has been in use`] : []),
      ...(held.has(instanceId) ? [`${instanceId} has the Elastic IP ${held.get(instanceId)}`] : []),
    ]),
  ];
}
