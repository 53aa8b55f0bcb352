import type { CatalogueEntry } from '../../core/catalogue/entry.ts';
import { TAG } from '../../core/catalogue/tags.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Ec2, SnapshotDeletion, TaggedSnapshot } from '../../core/ports/ec2.ts';
import type { CallOptions } from '../../core/ports/ec2-call.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { findsRoom } from '../../runs/finds-room.ts';

/** Waits before a snapshot that stayed is asked about again, in ms. */
const AGAIN_AFTER_MS = [2_000, 10_000, 30_000];

/** What may be different a moment later; a missing permission or an error of ours is not (facts: ec2.md). */
const WORTH_RETRYING = new Set(['skipped', 'internal-error']);

export interface Removal {
  /** Deregisters the image; gives what became of each of its snapshots in the end. */
  remove(entry: CatalogueEntry, ours: readonly TaggedSnapshot[]): Promise<SnapshotDeletion[]>;
  /** Deletes a snapshot whose image is gone, asking again while that may help. */
  deleteLeft(snapshotId: string): Promise<SnapshotDeletion>;
}

/** Deletes images with their snapshots. A deregistration succeeds although snapshots stay: each one's code is read. */
export function createRemoval({ ec2, clock }: { ec2: Ec2; clock: Clock }, call: CallOptions): Removal {
  async function deleteLeft(snapshotId: string, first?: SnapshotDeletion): Promise<SnapshotDeletion> {
    let last = first ?? (await ec2.deleteSnapshot(snapshotId, call));
    for (const waitMs of AGAIN_AFTER_MS) {
      if (!WORTH_RETRYING.has(last.result)) return last;
      await clock.sleep(waitMs, call.signal);
      call.signal.throwIfAborted();
      last = await ec2.deleteSnapshot(snapshotId, call);
    }
    return last;
  }

  /** The image is gone already: what goes wrong now is a word on the snapshot, and the next run takes it up. */
  async function settled(snapshotId: string, first?: SnapshotDeletion): Promise<SnapshotDeletion> {
    try {
      return await deleteLeft(snapshotId, first);
    } catch (error) {
      call.signal.throwIfAborted();
      if (!(error instanceof ProblemError)) throw error;
      return { snapshotId, result: error.problem.code };
    }
  }

  return {
    deleteLeft: (snapshotId) => deleteLeft(snapshotId),
    async remove(entry, ours) {
      const ids = ours.map(({ snapshotId }) => snapshotId);
      // Should this process die after the image went, the marks tell the next one what was to go with it.
      // Where one has no room for it, the deletion is written down in the database all the same.
      if (ids.length > 0) await findsRoom(ec2.tag(ids, { [TAG.deleting]: entry.backupId }, call));
      const said = new Map(
        (await ec2.deregister(entry.imageId, call)).map((each) => [each.snapshotId, each] as const),
      );
      const last: SnapshotDeletion[] = [];
      for (const snapshotId of new Set([...said.keys(), ...ids])) {
        const first = said.get(snapshotId);
        // One that does not carry our tags was put into the image by somebody: it stays as EC2 left it.
        if (first !== undefined && !ids.includes(snapshotId)) last.push(first);
        // An answer that was lost says nothing of its snapshots, so those are asked about one by one.
        else last.push(await settled(snapshotId, first));
      }
      return last;
    },
  };
}
