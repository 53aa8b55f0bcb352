import type { World } from '../../sandbox/world.ts';
import { TAG } from '../../src/core/catalogue/tags.ts';
import { backUpAll, createFleetWorld, until } from './fleet.ts';
import { pollingScript } from './polling-script.ts';
import type { Measure } from './report.ts';

/** Calls of the EBS direct API measure what a backup added; the script does nothing of the kind. */
const EBS_ACTIONS = new Set(['ListSnapshotBlocks', 'ListChangedBlocks']);
const WITHIN_MS = 120_000;

export interface CallCounts {
  /** Calls of the EC2 API, dry runs included, by action; a dry run counts as an action of its own. */
  ec2: Record<string, number>;
  ebs: Record<string, number>;
}

export interface Ec2CallsResult {
  measures: Measure[];
  /** Lines that tell the calls by action. */
  details: string[];
}

/** Backs up `size` machines at once with each side, on a clock `speed` times as fast, and compares the calls. */
export async function measureEc2Calls(options: {
  size: number;
  speed: number;
  aim?: number;
}): Promise<Ec2CallsResult> {
  const { size, aim } = options;
  const script = await countScript(options);
  const ours = await countOurs(options);
  const name = size === 1 ? 'EC2 calls for one backup' : `EC2 calls a backup, ${size} at once`;
  return {
    measures: [
      {
        name,
        unit: 'calls',
        baseline: [total(script.ec2) / size],
        ours: [total(ours.ec2) / size],
        ...(aim === undefined ? {} : { aim }),
      },
    ],
    details: [
      `${size} at once, the script: ${callsInWords(script.ec2)}`,
      `${size} at once, ours: ${callsInWords(ours.ec2)}; EBS direct API: ${callsInWords(ours.ebs)}`,
    ],
  };
}

async function countScript({ size, speed }: { size: number; speed: number }): Promise<CallCounts> {
  const { world, instanceIds } = await createFleetWorld(size, { speed });
  try {
    const effects = {
      clock: world.clock,
      endpoint: world.ec2.url,
      credentials: {
        accessKeyId: world.env.AWS_ACCESS_KEY_ID ?? '',
        secretAccessKey: world.env.AWS_SECRET_ACCESS_KEY ?? '',
      },
    };
    await Promise.all(instanceIds.map((id) => pollingScript(effects, id)));
    return callCounts(world);
  } finally {
    await world.close();
  }
}

async function countOurs({ size, speed }: { size: number; speed: number }): Promise<CallCounts> {
  const { world, names } = await createFleetWorld(size, { speed });
  try {
    await world.startBot();
    await backUpAll(world, names);
    // The size is measured after the end, and its calls count.
    await until('every size is known', WITHIN_MS, () => imagesWith(world, TAG.addedBytes).length === size);
    await world.stopBot();
    return callCounts(world);
  } finally {
    await world.close();
  }
}

export function completeBackups(world: World): number {
  return imagesWith(world, TAG.outcome).filter((outcome) => outcome === 'complete').length;
}

/** The values of a tag on the images that have it. */
function imagesWith({ ec2 }: World, tag: string): string[] {
  return [...ec2.images.values()].flatMap(({ tags }) => tags[tag] ?? []);
}

export function callCounts(world: World): CallCounts {
  const ec2: Record<string, number> = {};
  const ebs: Record<string, number> = {};
  for (const { action, dryRun } of world.ec2.calls) {
    const of = EBS_ACTIONS.has(action) ? ebs : ec2;
    const name = dryRun ? `${action} (dry run)` : action;
    of[name] = (of[name] ?? 0) + 1;
  }
  return { ec2, ebs };
}

export function total(calls: Record<string, number>): number {
  return Object.values(calls).reduce((sum, n) => sum + n, 0);
}

export function callsInWords(calls: Record<string, number>): string {
  const parts = Object.entries(calls)
    .sort(([, a], [, b]) => b - a)
    .map(([action, n]) => `${action} ${n}`);
  return parts.length === 0 ? 'none' : `${parts.join(', ')} (together ${total(calls)})`;
}
