import type { ImageRecord, InstanceRecord, SnapshotRecord } from '../sandbox/ec2/state.ts';
import type { Ec2Server } from '../sandbox/ec2/wire/server.ts';
import { TAG } from '../src/core/catalogue/tags.ts';

const DAY_MS = 24 * 3_600_000;

/** Makes backups of a machine that were complete before the test began; each gets its own id. */
export type OlderBackup = (
  daysAgo: number,
  change?: Partial<ImageRecord>,
  /** Undefined takes a tag away. */
  tags?: Record<string, string | undefined>,
) => ImageRecord;

/** `now` is what `daysAgo` counts from, in ms since epoch; `from` sets ids of several of these apart. */
export function olderBackups(server: Ec2Server, machine: InstanceRecord, now: number, from = 0): OlderBackup {
  let count = from;
  return (daysAgo, change = {}, more = {}) => {
    count += 1;
    const at = now - daysAgo * DAY_MS;
    const id = String(count).padStart(17, '0');
    const runId = `bk-${new Date(at).toISOString().slice(0, 10).replaceAll('-', '')}-0300-${lettersOf(count)}`;
    const ours = { [TAG.run]: runId, [TAG.target]: 'prod', [TAG.sourceInstance]: machine.instanceId };
    const tags = present({
      ...ours,
      [TAG.mode]: 'live',
      [TAG.createdAt]: new Date(at).toISOString(),
      [TAG.outcome]: 'complete',
      ...more,
    });
    const snapshotTags = present({ ...ours, ...pick(more, ours) });
    const snapshot = olderSnapshot(server, machine, `snap-${id}`, at, snapshotTags);
    server.snapshots.set(snapshot.snapshotId, snapshot);
    const image: ImageRecord = {
      imageId: `ami-${id}`,
      name: `circleci-backup/${tags[TAG.target] ?? 'prod'}/${runId}`,
      description: '',
      state: 'available',
      sourceInstanceId: machine.instanceId,
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
  };
}

/** A snapshot of the machine's own volume, completed. */
export function olderSnapshot(
  server: Ec2Server,
  machine: InstanceRecord,
  snapshotId: string,
  at: number,
  tags: Record<string, string>,
): SnapshotRecord {
  const volumeId = machine.devices[0]?.volumeId ?? '';
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

/** `aaab` for 1: four characters, as ids of runs have them. */
function lettersOf(count: number): string {
  const letters = 'abcdefghjk';
  return [...String(count).padStart(4, '0')].map((digit) => letters[Number(digit)]).join('');
}

function present(tags: Record<string, string | undefined>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(tags)) if (value !== undefined) kept[key] = value;
  return kept;
}

function pick(tags: Record<string, string | undefined>, keys: object): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => key in keys));
}
