import type { FilesReport, Outcome, VolumeResult } from '../model/backup.ts';
import type { Coverage } from '../model/coverage.ts';
import type { StoreResult } from '../model/datastore.ts';
import { datastoresInWords, missingOf } from '../model/datastore.ts';
import type { ImageStatus, SnapshotFacts } from '../model/image.ts';
import type { AttachedVolume } from '../model/instance.ts';
import type { Problem } from '../problems/problem.ts';
import { bytesInWords, counted } from '../text/words.ts';

const ENDED_BADLY = new Set(['failed', 'error', 'invalid', 'deregistered', 'disabled']);

/**
 * Whether EC2 has ended its work on an image: `available` only when the image is and every snapshot behind it is
 * completed; `failed` when the image or one snapshot says so. Unknown states are "not yet" (facts: ec2.md).
 */
export function settled(status: ImageStatus): 'waiting' | 'available' | 'failed' {
  if (ENDED_BADLY.has(status.image.state)) return 'failed';
  if (status.snapshots.some((snapshot) => snapshot.state === 'error')) return 'failed';
  if (status.image.state !== 'available') return 'waiting';
  if (status.snapshots.some((snapshot) => snapshot.state !== 'completed')) return 'waiting';
  const completed = new Set(status.snapshots.map((snapshot) => snapshot.snapshotId));
  const needed = status.image.mappings.flatMap((m) => (m.snapshotId === undefined ? [] : [m.snapshotId]));
  return needed.every((id) => completed.has(id)) ? 'available' : 'waiting';
}

/** Percent of all bytes to be copied, 0 to 100; EC2 gives progress on snapshots only, not on the image. */
export function percentDone(status: ImageStatus): number {
  const bytes = status.snapshots.reduce((sum, s) => sum + s.volumeBytes, 0);
  if (bytes === 0) return 0;
  const done = status.snapshots.reduce(
    (sum, s) => sum + s.volumeBytes * (s.state === 'completed' ? 100 : s.progress),
    0,
  );
  return Math.floor(done / bytes);
}

export interface Verdict {
  outcome: Outcome;
  volumes: VolumeResult[];
  totalBytes: number;
  checked: string[];
  coverage?: Coverage;
  problem?: Problem;
}

/**
 * The promise in code: complete only when the image is available, every snapshot is completed and every volume the
 * machine had is in it, and nothing else is known to be missing. `status` must be settled; anything else is judged as failed,
 * never as complete. `coverage`: missing where nobody asked.
 */
export function judge(volumes: readonly AttachedVolume[], status: ImageStatus, coverage?: Coverage): Verdict {
  const { image } = status;
  const inImage = new Set(image.mappings.map((m) => m.snapshotId));
  const results = volumes.map((volume): VolumeResult => {
    const snapshot = status.snapshots.find(
      (s) => s.volumeId === volume.volumeId && inImage.has(s.snapshotId),
    );
    return snapshot === undefined
      ? { ...volume, state: 'missing' }
      : {
          ...volume,
          snapshotId: snapshot.snapshotId,
          bytes: snapshot.volumeBytes,
          state: snapshot.state === 'completed' ? 'in the backup' : 'failed',
        };
  });
  const good = results.filter((v) => v.state === 'in the backup');
  const base = {
    volumes: results,
    totalBytes: good.reduce((sum, v) => sum + (v.bytes ?? 0), 0),
    ...(coverage === undefined ? {} : { coverage }),
  };

  const broken = status.snapshots.filter((s) => s.state === 'error');
  if (broken.length > 0) {
    return { ...base, outcome: 'failed', checked: [], problem: snapshotProblem(image.imageId, broken) };
  }
  if (settled(status) !== 'available' || volumes.length === 0) {
    const reason = image.stateReason ?? (volumes.length === 0 ? 'the machine had no volume' : '');
    return {
      ...base,
      outcome: 'failed',
      checked: [],
      problem: { code: 'image-failed', imageId: image.imageId, state: image.state, reason },
    };
  }
  const missing = results.filter((v) => v.state !== 'in the backup');
  const checked = [
    `image ${image.imageId} is available`,
    `${counted(status.snapshots.length, 'snapshot')} completed`,
    `${good.length} of ${counted(volumes.length, 'volume')} of the machine in the image`,
  ];
  const gaps = coverage?.gaps ?? [];
  if (missing.length === 0 && gaps.length === 0) return { ...base, outcome: 'complete', checked };
  if (missing.length === 0)
    return { ...base, outcome: 'partial', checked, problem: { code: 'data-uncovered', gaps } };
  return {
    ...base,
    // An image without any of the volumes is of no use to anybody.
    outcome: good.length === 0 ? 'failed' : 'partial',
    checked,
    problem: {
      code: 'volumes-missing',
      imageId: image.imageId,
      volumes: missing.map(({ volumeId, device }) => ({ volumeId, device })),
    },
  };
}

/**
 * The same promise for files beside the image: without all of them it is partial at the best. What is wrong with the image
 * is told first.
 */
export function withFiles(verdict: Verdict, files: FilesReport | undefined): Verdict {
  if (files === undefined || verdict.outcome === 'failed') return verdict;
  const { state, files: count = 0, bytes = 0, problem = verdict.problem } = files;
  if (state !== 'in the backup')
    return {
      ...verdict,
      outcome: 'partial',
      ...(problem === undefined ? {} : { problem: verdict.problem ?? problem }),
    };
  const said = `${counted(count, 'file')} of ${bytesInWords(bytes)} in restic’s snapshot, found again by its tag`;
  return { ...verdict, checked: [...verdict.checked, said] };
}

/**
 * The verdict on image and external datastores together: where one of their parts is not in the backup, what the image alone
 * would make complete is partial.
 */
export function judgeDatastores(verdict: Verdict, stores: readonly StoreResult[]): Verdict {
  if (stores.length === 0 || verdict.outcome === 'failed') return verdict;
  const isAny = stores.some(({ parts }) => parts.some(({ lacks }) => lacks === undefined));
  const said = `${datastoresInWords(stores)} in the backup, each of them read to its end`;
  const checked = [...verdict.checked, ...(isAny ? [said] : [])];
  const problem = missingOf(stores);
  return problem === undefined
    ? { ...verdict, checked }
    : { ...verdict, checked, outcome: 'partial', problem: verdict.problem ?? problem };
}

function snapshotProblem(imageId: string, broken: readonly SnapshotFacts[]): Problem {
  return {
    code: 'snapshot-failed',
    imageId,
    snapshots: broken.map(({ snapshotId, volumeId, message }) => ({
      snapshotId,
      volumeId,
      message: message ?? '',
    })),
  };
}
