import type { Verdict } from '../../core/backup/verdict.ts';
import { isComplete, newestFirst } from '../../core/catalogue/entry.ts';
import type { Size } from '../../core/model/backup.ts';
import type { InstanceFacts } from '../../core/model/instance.ts';
import type { Ec2 } from '../../core/ports/ec2.ts';
import type { CallOptions } from '../../core/ports/ec2-call.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import type { BackupInput } from '../../runs/backup.ts';

/** What this backup added over the newest complete one that has a snapshot of the same volume, summed over volumes. */
export async function measureAdded(
  ec2: Ec2,
  input: BackupInput,
  machine: InstanceFacts,
  verdict: Verdict,
  options: CallOptions,
): Promise<Size> {
  try {
    // Backups of this target are older than the request: no other run can have made one since.
    const known = await ec2.catalogue({ ...options, asOf: input.requestedAt });
    const earlier = newestFirst(known).filter(
      (entry) =>
        entry.target === input.target &&
        entry.sourceInstanceId === machine.instanceId &&
        entry.backupId !== input.runId &&
        entry.createdAt < input.requestedAt &&
        isComplete(entry),
    );
    let bytes = 0;
    for (const volume of verdict.volumes) {
      if (volume.snapshotId === undefined) continue;
      const previous = earlier.find((entry) => entry.snapshots[volume.volumeId] !== undefined);
      const size = await ec2.addedBytes(volume.snapshotId, previous?.snapshots[volume.volumeId], options);
      if (!size.known) return size;
      bytes += size.bytes;
    }
    return { known: true, bytes };
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof ProblemError) return { known: false, reason: error.message };
    throw error;
  }
}
