import { type Approval, withdraw } from '../../core/approval/approval.ts';
import type { Person } from '../../core/model/person.ts';
import type { Store } from '../../core/store/store.ts';
import { approvalMessage } from '../../runs/approval-messages.ts';
import type { Reply } from '../base/reply.ts';
import type { Needs } from '../base/verb.ts';
import { outOfDate } from './vote-refusal.ts';

/** The requester takes a request back; a button and `cancel <run>` do it. */
export async function withdrawRequest(
  runId: string,
  person: Person,
  deps: Needs<'clock' | 'notifier' | 'store'>,
): Promise<Reply> {
  for (;;) {
    const at = deps.clock.now();
    const reply = await deps.store.transaction((store) => withdrawn(runId, person, at, store));
    // Somebody voted in between: read it again.
    if (reply === undefined) continue;
    deps.notifier.wake();
    return reply;
  }
}

async function withdrawn(
  runId: string,
  person: Person,
  at: number,
  store: Store,
): Promise<Reply | undefined> {
  const item = await store.approvals.get(runId);
  if (item === undefined) return outOfDate();
  const { value, version } = item;
  const about = { at, verb: value.plan.action, target: value.plan.target, runId, actor: person };
  const done = withdraw(value, person, at);
  if (!done.ok) {
    await store.audit.append({ ...about, kind: 'refusal', detail: { code: done.code, vote: 'withdraw' } });
    return refused(done.code, value);
  }
  if (!(await store.approvals.replace(runId, version, done.approval, false))) return undefined;
  await store.messages.put(approvalMessage(done.approval), at);
  await store.audit.append({ ...about, kind: 'vote', detail: { vote: 'withdraw' } });
  return { view: 'withdrawn', runId, summary: value.plan.summary };
}

function refused(code: 'not-the-requester' | 'decided' | 'expired', approval: Approval): Reply {
  const { requester, state } = approval;
  if (code === 'not-the-requester') {
    return {
      view: 'refusal',
      reason: 'Only whoever asked can withdraw a request. Nothing was changed.',
      next: 'An approver can deny it. It was asked for by:',
      people: [requester.userId],
    };
  }
  const said = code === 'expired' ? 'has expired' : `was ${state}`;
  return { view: 'refusal', reason: `This request ${said} already; there is nothing to withdraw.` };
}
