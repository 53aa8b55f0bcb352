import type { ImageRecord, SnapshotRecord } from '../../../sandbox/ec2/state.ts';
import type { Clock } from '../../../src/core/ports/clock.ts';
import type { Ec2 } from '../../../src/core/ports/ec2.ts';
import { noLog } from '../../../src/core/ports/log.ts';
import type { RetentionTarget } from '../../../src/core/retention/reading.ts';
import { createEc2 } from '../../../src/gateways/ec2/ec2.ts';
import { type MemoryStore, memoryStore } from '../../memory-store.ts';
import { noMetrics } from '../../no-metrics.ts';
import { type OlderBackup, olderBackups, olderSnapshot } from '../../older-backup.ts';
import { startWorld, type World } from '../../sandbox/ec2/harness.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export const PROD: RetentionTarget = {
  name: 'prod',
  instance: { by: 'tag', key: 'Name', value: 'prod' },
  keep: { last: 2 },
  schedules: [{ name: 'nightly', keep: { daily: 2 } }],
  timezone: 'UTC',
  keepFailedMs: 7 * DAY,
  deadlineMs: HOUR,
};

export interface RetentionWorld extends World {
  /** The port at the sandbox's wire, on a clock whose waits end at once. */
  port: Ec2;
  store: MemoryStore;
  hurried: Clock;
  /** A backup of `prod` that was made so many days ago: tags, name, machine, and one snapshot. */
  backup: OlderBackup;
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
  prod.tags.Name = 'prod';
  const backup = olderBackups(server, prod, clock.now());

  return {
    ...world,
    port,
    store: memoryStore(),
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
  return olderSnapshot(server, prod, snapshotId, at, tags);
}

export const CALL = { signal: new AbortController().signal, patienceMs: 60_000 };
