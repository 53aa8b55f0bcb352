import { type Approval, annul, expire, isReminderDue, planDigest } from '../core/approval/approval.ts';
import { type Target, targetNamed } from '../core/model/target.ts';
import type { Item } from '../core/store/collections.ts';
import { approvalMessage, putDecision, reminderMessage } from '../runs/approval-messages.ts';
import { keepLooking, lookAtEach, type WatchDeps } from './keep-looking.ts';

/** A click after the end is refused whenever this looks; it only takes the buttons away. */
const LOOK_EVERY_MS = 15_000;

interface Deps extends WatchDeps {
  targets: readonly Pick<Target, 'name'>[];
  /** A text's SHA-256, in hex. */
  digest: (text: string) => string;
}

/**
 * The requests that wait for people: reminds of each at half time, and ends it when its time is over, its target is
 * gone from the configuration, or its plan reads otherwise now, as after an update of the bot. All it knows is in the store, so a restart changes nothing. Runs until the signal aborts.
 */
export async function watchApprovals(deps: Deps, signal: AbortSignal): Promise<void> {
  const failed = 'a request could not be looked at; the next look follows';
  const nameOf = ({ id }: Item<Approval>) => ({ run: id });
  await keepLooking(deps, { everyMs: deps.lookEveryMs ?? LOOK_EVERY_MS, failed }, signal, async () =>
    lookAtEach(deps, await deps.store.approvals.open(), { nameOf, failed }, signal, (item) =>
      lookAt(deps, item),
    ),
  );
}

async function lookAt(deps: Deps, { id, version, value }: Item<Approval>): Promise<void> {
  const { store, clock, notifier } = deps;
  const now = clock.now();
  const ended = endOf(value, deps, now);
  const next = ended ?? (isReminderDue(value, now) ? { ...value, remindedAt: now } : undefined);
  if (next === undefined) return;
  await store.transaction(async (tx) => {
    // Somebody has voted since it was read: the next look sees what is left to do.
    if (!(await tx.approvals.replace(id, version, next, ended === undefined))) return;
    if (ended === undefined) return tx.messages.put(reminderMessage(next), now);
    await tx.messages.put(approvalMessage(ended), now);
    await putDecision(ended, now, tx);
    const { action, target } = ended.plan;
    const detail = { state: ended.state, votes: ended.votes.length };
    return tx.audit.append({ at: now, kind: 'expiry', verb: action, target, runId: id, detail });
  });
  notifier.wake();
}

function endOf(approval: Approval, { targets, digest }: Deps, now: number): Approval | undefined {
  const { plan } = approval;
  if (targetNamed(targets, plan.target) === undefined)
    return annul(approval, `The target ${plan.target} is no longer configured.`, now);
  const expired = expire(approval, now);
  if (expired !== undefined || planDigest(plan, digest) === approval.digest) return expired;
  return annul(approval, 'The bot was updated since it was asked for. Ask again for a new plan.', now);
}
