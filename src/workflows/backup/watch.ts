import { percentDone, settled } from '../../core/backup/verdict.ts';
import { imageName } from '../../core/catalogue/tags.ts';
import type { ImageStatus } from '../../core/model/image.ts';
import type { Ec2 } from '../../core/ports/ec2.ts';
import type { Trouble } from '../../core/ports/ec2-call.ts';
import type { Problem } from '../../core/problems/problem.ts';
import { counted, listInWords } from '../../core/text/words.ts';
import type { Tools } from '../run/run.ts';
import type { StageResult } from '../run/stage.ts';
import { troubleHint } from '../run/trouble.ts';
import type { BackupRun } from './run.ts';

/** EC2 hides a new image for up to 2.5 minutes (packer#3377); what was seen once and is gone this long was removed. */
const HIDDEN_AT_MOST_MS = 10 * 60_000;
/** Credentials can be renewed while EC2 works on; after this the run ends and says what may still complete. */
const CREDENTIALS_PATIENCE_MS = 60 * 60_000;

/** Waits until EC2 has ended its work on the image and its snapshots, and shows the percent on the way. */
export async function watchSnapshots(
  { context, input }: Pick<BackupRun, 'context' | 'input'>,
  ec2: Ec2,
  imageId: string,
  { show }: Pick<Tools, 'show'>,
): Promise<StageResult<ImageStatus>> {
  const { clock, stopping } = context;
  // Before the look: a wish to stop that comes between the two would be missed.
  const cancel = context.cancelSignal(input.runId);
  const asked = (await context.store.locks.ofRun(input.runId))?.cancel;
  if (asked !== undefined) return canceled(asked.by.userId);
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
    const name = imageName(input.target, input.runId);
    for await (const event of ec2.watch(name, AbortSignal.any([stopping, cancel, deadline.signal]))) {
      if ('trouble' in event) {
        refusedSince = event.trouble.kind === 'credentials' ? (refusedSince ?? clock.now()) : undefined;
        const problem = outlasted(event.trouble, refusedSince, clock.now(), imageId);
        if (problem !== undefined) return { ok: false, problem };
        const hint = troubleHint(event.trouble);
        if (hint !== undefined) await show((view) => ({ ...view, hint }));
        continue;
      }
      refusedSince = undefined;
      const { status } = event;
      // Once ours is gone its name is anybody's.
      if (status?.image.imageId !== imageId) {
        const hiddenMs = clock.now() - seenAt;
        if (hiddenMs >= HIDDEN_AT_MOST_MS) {
          return { ok: false, problem: { code: 'image-vanished', imageId, afterMs: hiddenMs } };
        }
        await show((view) => ({
          ...view,
          hint:
            last === undefined
              ? `EC2 does not show image ${imageId} yet; still looking.`
              : `EC2 no longer shows image ${imageId}; still looking.`,
        }));
        continue;
      }
      seenAt = clock.now();
      last = status;
      const percent = percentDone(status);
      const hint = unknownStates(status);
      await show(({ hint: _healed, ...view }) => ({
        ...view,
        percent,
        ...(hint === undefined ? {} : { hint }),
      }));
      if (settled(status) !== 'waiting') {
        return { ok: true, value: status, detail: inWords(status) };
      }
    }
  } finally {
    done.abort();
  }
  stopping.throwIfAborted();
  if (deadline.signal.aborted) {
    return { ok: false, problem: { code: 'deadline', afterMs: input.deadlineMs, imageId } };
  }
  const lock = await context.store.locks.ofRun(input.runId);
  return canceled(lock?.cancel?.by.userId ?? '', last);

  /** The image exists from here on, so a cancel has to say so. */
  function canceled(by: string, seen?: ImageStatus): StageResult<ImageStatus> {
    const snapshotIds = (seen?.snapshots ?? []).map((s) => s.snapshotId);
    return { ok: false, problem: { code: 'canceled', by, imageId, region: input.region, snapshotIds } };
  }
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

/** EC2's states on the way; another one counts as "not yet", and is said (facts: ec2.md). */
const KNOWN_STATES = new Set(['pending', 'available', 'completed']);

function unknownStates(status: ImageStatus): string | undefined {
  if (settled(status) !== 'waiting') return undefined;
  const odd = [
    ...[status.image].map(({ imageId, state }) => ({ what: `image ${imageId}`, state })),
    ...status.snapshots.map(({ snapshotId, state }) => ({ what: `snapshot ${snapshotId}`, state })),
  ].filter(({ state }) => !KNOWN_STATES.has(state));
  if (odd.length === 0) return undefined;
  const said = odd.map(({ what, state }) => `${what} is “${state}”`);
  return `EC2 says that ${listInWords(said)}. That is neither done nor failed, so I go on waiting.`;
}

function inWords(status: ImageStatus): string {
  const failed = status.snapshots.filter((s) => s.state === 'error').length;
  // EC2 ends the image a little later; its state at this moment would say nothing.
  if (failed > 0) return `${failed} of ${counted(status.snapshots.length, 'snapshot')} failed`;
  const completed = status.snapshots.filter((s) => s.state === 'completed').length;
  return `${completed} of ${counted(status.snapshots.length, 'snapshot')} completed, image ${status.image.state}`;
}
