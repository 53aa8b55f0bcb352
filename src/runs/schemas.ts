import { z } from 'zod';
import { ACTOR_KINDS } from '../core/catalogue/machine-actors.ts';

/** Parts of the inputs of runs, which the engine stores as they are: ids and settings only, no secrets. */

export const person = z.object({ userId: z.string(), teamId: z.string() });

/** What every run that a person asks for is given. */
export const asked = {
  runId: z.string(),
  target: z.string(),
  region: z.string(),
  channel: z.string(),
  requester: person,
  /** ms since epoch. */
  requestedAt: z.number(),
};

/** How a target finds its machine. */
export const instance = z.union([
  z.object({ by: z.literal('id'), id: z.string() }),
  z.object({ by: z.literal('tag'), key: z.string(), value: z.string() }),
]);

/** Who else acts on a machine. */
export const actors = z.array(z.object({ kind: z.enum(ACTOR_KINDS), name: z.string() })).optional();

/** The machine that a plan names, as `core/approval/planned-machine` compares it. */
export const plannedMachine = z.object({
  instanceId: z.string(),
  name: z.string().optional(),
  type: z.string(),
  privateIp: z.string().optional(),
  publicIp: z.string().optional(),
  volumes: z.array(z.object({ volumeId: z.string(), device: z.string() })),
  actors,
});
