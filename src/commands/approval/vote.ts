import {
  type Approval,
  approvalsOf,
  type Ballot,
  castVote,
  type VoteRefusal,
  type VoterFacts,
} from '../../core/approval/approval.ts';
import { targetNamed } from '../../core/model/target.ts';
import type { Item } from '../../core/store/collections.ts';
import type { Lock } from '../../core/store/locks.ts';
import type { Store } from '../../core/store/store.ts';
import { cut, oneLine } from '../../core/text/text.ts';
import { approvalMessage, putDecision } from '../../runs/approval-messages.ts';
import { type RunDeps, recordRun, startRun } from '../../runs/request.ts';
import type { Reply } from '../base/reply.ts';
import type { Needs, Verb } from '../base/verb.ts';
import { busyVote, outOfDate, refusedVote } from './vote-refusal.ts';

const REASON_MAX = 250;
const KNOWN_TO_BE_ONE: VoterFacts = { account: 'person', isApprover: 'yes' };

/** Not typed, only clicked; who may is the approval's own matter. */
export const voting: Pick<Verb, 'name' | 'changes' | 'permission'> = {
  name: 'vote',
  changes: true,
  permission: 'anyone',
};

type Voted =
  | { kind: 'voted'; approval: Approval }
  | { kind: 'refused'; code: VoteRefusal; approval: Approval }
  | { kind: 'busy'; by: Lock; approval: Approval };

/**
 * One person's vote. The one that completes an approval takes the target's lock and writes the run's first message in
 * the same transaction, so that of any number of clicks one starts the run, and a process that dies right after it
 * leaves a run that the next one starts. `seen`: the request, where somebody has just read it; what counts is read in the transaction.
 */
export async function voteOn(
  runId: string,
  typed: Ballot,
  deps: RunDeps & Needs<'members' | 'targets'>,
  seen?: Approval,
): Promise<Reply> {
  const before = seen ?? (await deps.store.approvals.get(runId))?.value;
  if (before === undefined) return outOfDate();
  const ballot = withCleanReason(typed);
  const facts = await factsOf(before, ballot, deps);
  const voted = await recorded(runId, ballot, facts, deps);
  deps.notifier.wake();
  if (voted.kind === 'refused') return refusedVote(voted.code, voted.approval, ballot, deps);
  if (voted.kind === 'busy') return busyVote(voted.by, voted.approval, deps);
  const { approval } = voted;
  const isDelayed = approval.state === 'approved' && !(await started(approval, deps));
  return {
    view: 'voted',
    runId,
    vote: ballot.vote,
    state: approval.state,
    summary: approval.plan.summary,
    target: approval.plan.target,
    channel: approval.channel,
    count: approvalsOf(approval).length,
    required: approval.required,
    ...(isDelayed ? { isDelayed } : {}),
  };
}

/** What the store alone refuses, before a form is opened for the rest of it. */
export async function refusedAtOnce(
  approval: Approval,
  ballot: Ballot,
  deps: Needs<'clock' | 'targets'>,
): Promise<Reply | undefined> {
  const code = refusedAnyway(approval, ballot, deps);
  return code === undefined ? undefined : refusedVote(code, approval, ballot, deps);
}

/** Why it would not count, whoever Slack says the person is and whatever they type. */
function refusedAnyway(
  approval: Approval,
  ballot: Ballot,
  { clock }: Needs<'clock'>,
): VoteRefusal | undefined {
  const { mustType } = approval;
  const typed = mustType === undefined ? ballot : { ...ballot, typed: mustType };
  const cast = castVote(approval, typed, KNOWN_TO_BE_ONE, clock.now());
  return cast.ok ? undefined : cast.code;
}

function withCleanReason({ reason, ...ballot }: Ballot): Ballot {
  const clean = cut(oneLine(reason ?? ''), REASON_MAX);
  return clean === '' ? ballot : { ...ballot, reason: clean };
}

/** What is refused whatever Slack says of the person is not worth a question to Slack: a hundred may click at once. */
async function factsOf(
  approval: Approval,
  ballot: Ballot,
  deps: Needs<'clock' | 'members' | 'targets'>,
): Promise<VoterFacts> {
  if (refusedAnyway(approval, ballot, deps) !== undefined) return KNOWN_TO_BE_ONE;
  const { userId } = ballot.person;
  const target = targetNamed(deps.targets, approval.plan.target);
  // Whoever was taken out of the configuration since it was asked for may not approve any more.
  const isApprover = await deps.members.isOneOf(userId, target?.approvers ?? []);
  if (isApprover !== 'yes') return { ...KNOWN_TO_BE_ONE, isApprover };
  const account = await deps.members.accountOf(userId);
  return { account, isApprover, ...(target === undefined ? {} : { required: target.approvalsRequired }) };
}

/** Another process has changed the request meanwhile: what was written with the vote is undone, and it counts anew. */
class OvertakenError extends Error {}

async function recorded(
  runId: string,
  ballot: Ballot,
  facts: VoterFacts,
  deps: Needs<'clock' | 'observe' | 'store'>,
): Promise<Voted> {
  deps.observe({ runId, step: 'vote', phase: 'started' });
  for (;;) {
    try {
      const voted = await deps.store.transaction(async (store) => {
        const item = await store.approvals.get(runId);
        if (item === undefined) throw new Error(`the request for ${runId} has vanished`);
        return record(item, ballot, facts, deps.clock.now(), store);
      });
      deps.observe({ runId, step: 'vote', phase: 'done' });
      return voted;
    } catch (error) {
      if (!(error instanceof OvertakenError)) throw error;
    }
  }
}

async function record(
  item: Item<Approval>,
  ballot: Ballot,
  facts: VoterFacts,
  at: number,
  store: Store,
): Promise<Voted> {
  const { id: runId, version, value } = item;
  const { vote, person, reason } = ballot;
  const { action: verb, target } = value.plan;
  const about = { at, verb, target, runId, actor: person };
  const cast = castVote(value, ballot, facts, at);
  if (!cast.ok) {
    await store.audit.append({ ...about, kind: 'refusal', detail: { code: cast.code, vote } });
    return { kind: 'refused', code: cast.code, approval: value };
  }
  const { approval } = cast;
  const by = approval.state === 'approved' ? await store.locks.ofTarget(target) : undefined;
  if (by !== undefined) {
    await store.audit.append({
      ...about,
      kind: 'refusal',
      detail: { code: 'target-busy', vote, by: by.runId },
    });
    return { kind: 'busy', by, approval: value };
  }
  await store.audit.append({
    ...about,
    kind: 'vote',
    detail: {
      vote,
      digest: approval.digest,
      count: approvalsOf(approval).length,
      required: approval.required,
      ...(reason === undefined ? {} : { reason }),
    },
  });
  if (!(await store.approvals.replace(runId, version, approval, approval.state === 'open')))
    throw new OvertakenError();
  if (approval.state === 'approved') await begin(approval, at, store);
  await store.messages.put(approvalMessage(approval), at);
  if (approval.state !== 'open') await putDecision(approval, at, store);
  return { kind: 'voted', approval };
}

/** Takes the lock and writes the run's first message; from this transaction on the run will be made. */
async function begin(approval: Approval, at: number, store: Store): Promise<void> {
  const { runId, plan, channel, requester, votes } = approval;
  const { workflow, input, view } = plan.start;
  const taken = await recordRun(
    {
      runId,
      target: plan.target,
      workflow,
      input,
      requester,
      requestedAt: at,
      channel,
      view,
      quiet: false,
      audit: {
        kind: 'start',
        verb: plan.action,
        detail: { digest: approval.digest, approvedBy: votes.map((vote) => vote.person.userId) },
      },
    },
    store,
  );
  if (!taken.taken) throw new OvertakenError();
}

function started(approval: Approval, deps: RunDeps): Promise<boolean> {
  const { workflow, input } = approval.plan.start;
  return startRun({ runId: approval.runId, target: approval.plan.target, workflow, input }, deps);
}
