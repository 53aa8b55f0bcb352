import { TAG } from '../../src/core/catalogue.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { Ec2 } from '../../src/core/ec2.ts';
import { noLog } from '../../src/core/log.ts';
import { noMetrics } from '../../src/core/metrics.ts';
import type { RetentionTarget } from '../../src/core/retention-reading.ts';
import { createEc2 } from '../../src/gateways/ec2/ec2.ts';
import type { ImageRecord, SnapshotRecord } from '../../src/sandbox/ec2/state.ts';
import { startWorld, type World } from '../sandbox/ec2/harness.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export const PROD: RetentionTarget = {
  name: 'prod',
  keep: { last: 2 },
  schedules: [{ name: 'nightly', keep: { daily: 2 } }],
  timezone: 'UTC',
  keepFailedMs: 7 * DAY,
  deadlineMs: HOUR,
};

export interface RetentionWorld extends World {
  /** The port at the sandbox's wire, on a clock whose waits end at once. */
  port: Ec2;
  hurried: Clock;
  /** A backup of `prod` that was made so many days ago: tags, name, machine, and one snapshot. */
  backup(
    daysAgo: number,
    change?: Partial<ImageRecord>,
    tags?: Record<string, string | undefined>,
  ): ImageRecord;
  snapshotOf(image: ImageRecord): SnapshotRecord;
}

export async function retentionWorld(): Promise<RetentionWorld> {
  const world = await startWorld({ pageSize: 7 });
  const { server, clock, prod } = world;
  const hurried: Clock = { now: clock.now, sleep: (ms) => clock.advance(ms) };
  const port = createEc2(
    {
      region: server.region,
      endpointEc2: server.url,
      endpointEbs: server.url,
      credentials: { accessKeyId: 'AKIDSANDBOX', secretAccessKey: 'sandbox' },
    },
    { clock: hurried, random: () => 0.5, metrics: noMetrics, log: noLog },
  );
  const began = clock.now();
  let count = 0;

  function backup(
    daysAgo: number,
    change: Partial<ImageRecord> = {},
    more: Record<string, string | undefined> = {},
  ): ImageRecord {
    count += 1;
    const n = count;
    const at = began - daysAgo * DAY;
    const id = String(n).padStart(17, '0');
    const runId = `bk-${new Date(at).toISOString().slice(0, 10).replaceAll('-', '')}-0300-t${n}`;
    const ours = { [TAG.run]: runId, [TAG.target]: 'prod', [TAG.sourceInstance]: prod.instanceId };
    const tags = present({
      ...ours,
      [TAG.mode]: 'live',
      [TAG.createdAt]: new Date(at).toISOString(),
      [TAG.outcome]: 'complete',
      ...more,
    });
    const snapshot = aSnapshot(world, `snap-${id}`, at, present({ ...ours, ...pick(more, ours) }));
    server.snapshots.set(snapshot.snapshotId, snapshot);
    const image: ImageRecord = {
      imageId: `ami-${id}`,
      name: `circleci-backup/${tags[TAG.target] ?? 'prod'}/${runId}`,
      description: '',
      state: 'available',
      sourceInstanceId: prod.instanceId,
      createdAt: at,
      rootDevice: '/dev/sda1',
      mappings: [
        {
          device: '/dev/sda1',
          snapshotId: snapshot.snapshotId,
          sizeGiB: 1,
          volumeType: 'gp3',
          deleteOnTermination: true,
        },
      ],
      tags,
      noReboot: true,
      protection: 'disabled',
      ...change,
    };
    server.images.set(image.imageId, image);
    return image;
  }

  return {
    ...world,
    port,
    hurried,
    backup,
    snapshotOf(image) {
      const found = server.snapshots.get(image.mappings[0]?.snapshotId ?? '');
      if (found === undefined) throw new Error(`${image.imageId} has no snapshot (any more)`);
      return found;
    },
    async [Symbol.asyncDispose]() {
      port.close();
      await world[Symbol.asyncDispose]();
    },
  };
}

/** A snapshot of the machine's own volume, completed. */
export function aSnapshot(
  { server, prod }: World,
  snapshotId: string,
  at: number,
  tags: Record<string, string>,
): SnapshotRecord {
  const volumeId = prod.devices[0]?.volumeId ?? '';
  const volume = server.volumes.get(volumeId);
  if (volume === undefined) throw new Error('the machine has no volume');
  return {
    snapshotId,
    volumeId,
    sizeGiB: 1,
    description: '',
    state: 'completed',
    progress: 100,
    startedAt: at,
    durationMs: 1,
    completedAt: at + 1,
    tags,
    blocks: volume.blocks,
    epoch: 0,
    fullBytes: 1,
  };
}

export const CALL = { signal: new AbortController().signal, patienceMs: 60_000 };

function present(tags: Record<string, string | undefined>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(tags)) if (value !== undefined) kept[key] = value;
  return kept;
}

function pick(tags: Record<string, string | undefined>, keys: object): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => key in keys));
}
