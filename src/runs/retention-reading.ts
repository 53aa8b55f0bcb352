import { z } from 'zod';
import { parseEntry } from '../core/catalogue/parse-entry.ts';
import { ownMachines } from '../core/catalogue/proof.ts';
import type { InstanceSelector } from '../core/model/target.ts';
import type { Ec2 } from '../core/ports/ec2.ts';
import type { CallOptions } from '../core/ports/ec2-call.ts';
import {
  previewOf,
  type RetentionReading,
  type RetentionState,
  type RetentionTarget,
  retentionReading,
  wouldGo,
} from '../core/retention/reading.ts';
import type { RetentionPreview } from '../core/retention/result.ts';
import type { Store } from '../core/store/store.ts';
import { RESTORE } from './restore.ts';

/** What of EC2 the reading asks. */
export type RetentionEc2 = Pick<Ec2, 'findInstances' | 'taggedSnapshots' | 'taggedImages' | 'instancesFrom'>;

export type RetentionOptions = RetentionState & { call: CallOptions };

/** Reads EC2's own state, never what a cache or the bot's database says of it, and plans. It changes nothing. */
export async function readRetention(
  ec2: RetentionEc2,
  target: RetentionTarget,
  options: RetentionOptions,
): Promise<RetentionReading> {
  // Snapshots first: the image of one that is seen here was made with it, and is seen as well.
  const snapshots = (await ec2.taggedSnapshots(options.call)).filter((one) => one.target === target.name);
  const images = await ec2.taggedImages(options.call);
  const entries = images.flatMap((image) => parseEntry(image) ?? []);
  const machines = await ownMachines(target, entries, options.record.machines, (selector: InstanceSelector) =>
    ec2.findInstances(selector, options.call),
  );
  const found = { snapshots, images, entries, machines };
  const candidates = wouldGo(found, target, options);
  // To be in use only ever keeps an image, so nobody has to be asked about those that stay anyway.
  const inUse =
    candidates.length === 0 ? new Map<string, string>() : await ec2.instancesFrom(candidates, options.call);
  return retentionReading(found, new Map([...inUse, ...options.restoring]), target, options);
}

const restored = z.object({ backup: z.object({ imageId: z.string() }) });

/** The runs that hold a lock, but for the one that asks, and what they restore. */
export async function runsGoingOn(
  { locks }: Pick<Store, 'locks'>,
  asking?: string,
): Promise<Pick<RetentionState, 'running' | 'restoring'>> {
  const all = (await locks.all()).filter(({ runId }) => runId !== asking);
  return {
    running: new Set(all.map(({ runId }) => runId)),
    restoring: new Map(
      all.flatMap(({ runId, workflow, input }) => {
        const { data } = restored.safeParse(workflow === RESTORE ? input : undefined);
        return data === undefined ? [] : [[data.backup.imageId, runId]];
      }),
    ),
  };
}

/** What retention would do now, in words. */
export async function previewRetention(
  ec2: RetentionEc2,
  target: RetentionTarget,
  options: RetentionOptions,
): Promise<RetentionPreview> {
  return previewOf(await readRetention(ec2, target, options));
}
