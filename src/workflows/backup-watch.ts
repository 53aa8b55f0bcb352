import type { Ec2, Trouble } from '../core/ec2.ts';
import type { ImageStatus } from '../core/model.ts';
import type { Problem } from '../core/problem.ts';
import { percentDone, settled } from '../core/verdict.ts';
import { counted } from '../core/words.ts';
import type { BackupTools } from './backup-stages.ts';
import type { WorkflowContext } from './context.ts';
import type { BackupInput } from './specs.ts';
import type { StageResult } from './stage.ts';
import { troubleHint } from './trouble.ts';

/** EC2 hides a new image for up to 2.5 minutes (packer#3377); what was seen once and is gone this long was removed. */
const HIDDEN_AT_MOST_MS = 10 * 60_000;
/** Credentials can be renewed while EC2 works on; after this the run ends and says what may still complete. */
const CREDENTIALS_PATIENCE_MS = 60 * 60_000;

/** Waits until EC2 has ended its work on the image and its snapshots, and shows the percent on the way. */
export async function watchSnapshots(
  context: WorkflowContext,
  ec2: Ec2,
  input: BackupInput,
  imageId: string,
  tools: BackupTools,
): Promise<StageResult<ImageStatus>> {
  const { clock } = context;
  const deadline = new AbortController();
  const done = new AbortController();
  const leftMs = input.requestedAt + input.deadlineMs - clock.now();
  void clock.sleep(leftMs, done.signal).then(() => {
    if (!done.signal.aborted) deadline.abort();
  });

  let seenAt = clock.now();
  let last: ImageStatus | undefined;
  let refusedSince: number | undefined;
  try {
    for await (const event of ec2.watch(
      input.runId,
      AbortSignal.any([tools.cancelOrStop, deadline.signal]),
    )) {
      if ('trouble' in event) {
        refusedSince = event.trouble.kind === 'credentials' ? (refusedSince ?? clock.now()) : undefined;
        const problem = outlasted(event.trouble, refusedSince, clock.now(), imageId);
        if (problem !== undefined) return { ok: false, problem };
        const hint = troubleHint(event.trouble);
        if (hint !== undefined) await tools.show((view) => ({ ...view, hint }));
        continue;
      }
      refusedSince = undefined;
      const { status } = event;
      if (status === undefined) {
        const hiddenMs = clock.now() - seenAt;
        if (hiddenMs >= HIDDEN_AT_MOST_MS) {
          return { ok: false, problem: { code: 'image-vanished', imageId, afterMs: hiddenMs } };
        }
        await tools.show((view) => ({
          ...view,
          hint: `EC2 does not show image ${imageId} yet; still looking.`,
        }));
        continue;
      }
      seenAt = clock.now();
      last = status;
      const percent = percentDone(status);
      await tools.show(({ hint: _healed, ...view }) => ({ ...view, percent }));
      if (settled(status) !== 'waiting') {
        return { ok: true, value: status, detail: inWords(status) };
      }
    }
  } finally {
    done.abort();
  }
  context.stopping.throwIfAborted();
  if (deadline.signal.aborted) {
    return { ok: false, problem: { code: 'deadline', afterMs: input.deadlineMs, imageId } };
  }
  const lock = await context.store.locks.ofRun(input.runId);
  return {
    ok: false,
    problem: {
      code: 'canceled',
      by: lock?.cancel?.by.userId ?? '',
      imageId,
      snapshotIds: (last?.snapshots ?? []).map((s) => s.snapshotId),
    },
  };
}

function outlasted(
  trouble: Trouble,
  since: number | undefined,
  now: number,
  imageId: string,
): Problem | undefined {
  if (since === undefined || now - since < CREDENTIALS_PATIENCE_MS) return undefined;
  return { code: 'credentials', awsCode: trouble.awsCode, sinceMs: now - since, imageId };
}

function inWords(status: ImageStatus): string {
  const completed = status.snapshots.filter((s) => s.state === 'completed').length;
  return `${completed} of ${counted(status.snapshots.length, 'snapshot')} completed, image ${status.image.state}`;
}
