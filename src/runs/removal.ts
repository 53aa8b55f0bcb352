import { z } from 'zod';
import type { InstanceSelector } from '../core/model/target.ts';
import type { Ec2 } from '../core/ports/ec2.ts';
import type { CallOptions } from '../core/ports/ec2-call.ts';
import type { RemovalNow } from '../core/restore/removal.ts';
import { removalChanges } from '../core/restore/removal.ts';
import { asked, instance, plannedMachine } from './schemas.ts';

/** The removal of what a restore launched. */
export const removalInput = z.object({
  ...asked,
  /** The restore whose machine it is: nothing that it did not launch is touched. */
  ofRun: z.string(),
  /** What EC2 showed of it when it was asked for. */
  machines: z.array(plannedMachine),
  /** How the target finds its machine, which none of these may be. */
  instance,
  /** Whether somebody else has approved it, and why that was needed. */
  approved: z.boolean(),
  why: z.array(z.string()),
});

export type RemovalInput = z.infer<typeof removalInput>;

export const REMOVAL = 'removal';

const GONE = new Set(['terminated', 'shutting-down']);

/** What EC2 shows of what a restore launched. */
export async function removalNow(
  ec2: Ec2,
  { ofRun, instance: selector }: { ofRun: string; instance: InstanceSelector },
  call: CallOptions,
): Promise<RemovalNow> {
  const machines = await ec2.machines.machinesOf(ofRun, call);
  return {
    machines: machines.filter(({ state }) => !GONE.has(state)),
    used: await ec2.findInstances(selector, call),
  };
}

/** In which points EC2 shows something else than what was asked for. */
export async function changesOfRemoval(ec2: Ec2, input: RemovalInput, call: CallOptions): Promise<string[]> {
  return removalChanges(input, await removalNow(ec2, input, call));
}
