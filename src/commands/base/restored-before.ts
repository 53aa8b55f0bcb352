import type { Target } from '../../core/model/target.ts';
import { approvedRestoreOf } from '../../runs/restore.ts';
import { readingOptions } from './call-options.ts';
import type { Needs } from './verb.ts';

/** How far back restores are looked for; older ones are told by the image a machine was launched from. */
const RESTORES = 50;

/** When the backup was made that a target's machine was restored from. */
export interface RestoredBefore {
  backupId: string;
  instanceId: string;
  /** ms since epoch. */
  madeAt: number;
}

/**
 * The newest restore of the present machine, as the bot's own records have it; where they are lost, the image
 * that EC2 launched it from. Undefined where neither tells.
 */
export async function restoredBefore(
  target: Target,
  deps: Needs<'ec2' | 'store'>,
): Promise<RestoredBefore | undefined> {
  const ec2 = deps.ec2(target.region);
  const found = await ec2.findInstances(target.instance, readingOptions());
  const [machine, ...others] = found.filter(({ state }) => state === 'running');
  if (machine === undefined || others.length > 0) return undefined;
  const { instanceId } = machine;
  const recorded = await inRecords(target, instanceId, deps);
  if (recorded === 'none') return undefined;
  if (recorded !== undefined) return { instanceId, ...recorded };
  const all = await ec2.catalogue(readingOptions());
  const entry = all.find((one) => one.imageId === machine.imageId && one.target === target.name);
  if (entry === undefined || entry.doubts.length > 0) return undefined;
  return { instanceId, backupId: entry.backupId, madeAt: entry.createdAt };
}

/** `none`: the newest restore went back to a former root volume, of which nobody knows how old it is. */
async function inRecords(
  target: Target,
  instanceId: string,
  { store }: Needs<'store'>,
): Promise<Omit<RestoredBefore, 'instanceId'> | 'none' | undefined> {
  const rows = await store.audit.list({ target: target.name, kinds: ['start'], limit: RESTORES, offset: 0 });
  for (const { verb, runId } of rows) {
    if (verb !== 'restore' || runId === undefined) continue;
    const list = (await store.checklists.get(runId))?.value;
    if (list?.instanceId !== instanceId) continue;
    const order = await approvedRestoreOf(store, runId);
    if (order === undefined) continue;
    const { backup } = order;
    return backup === undefined ? 'none' : { backupId: backup.backupId, madeAt: backup.createdAt };
  }
  return undefined;
}
