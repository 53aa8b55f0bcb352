import {
  type Approval,
  annul,
  approvalMessageId,
  approvalsOf,
  planDigest,
  requiredApprovals,
  shownOf,
} from '../../core/approval/approval.ts';
import { type Target, targetNamed } from '../../core/model/target.ts';
import { explain, type Problem } from '../../core/problems/problem.ts';
import { APPROVAL_STAGE } from '../../core/run/approval-stage.ts';
import type { Item } from '../../core/store/collections.ts';
import type { Store } from '../../core/store/store.ts';
import { counted } from '../../core/text/words.ts';
import type { ApprovalContext, RunContext } from './context.ts';
import type { Run, Tools } from './run.ts';
import type { StageResult } from './stage.ts';

/** Slack has this long to confirm those who approved; then it fails closed. */
const PATIENCE_MS = 3 * 60_000;
const ASK_AGAIN_MS = 5_000;

type ApprovedRun = Run<RunContext & ApprovalContext>;

/** What a run compares with its plan before anything is done. */
export interface Compared {
  /** What to type for another plan, without the slash command; missing where a button asks for it. */
  again?: string;
  /** In which points the target's settings and EC2 are not as the plan says, a clause each. Rejects where nobody can tell. */
  changes(target: Target, tools: Tools): Promise<string[]>;
}

/**
 * The first stage of every run that needed an approval. Between the last click and now the process may have been
 * replaced, its configuration, Slack's groups and what the plan names changed: all of it is read again, and what does not
 * hold any more stops the run before anything was done. `started` is what the engine runs, which must be what was approved.
 */
export function approvedStage(
  run: ApprovedRun,
  started: { workflow: string; input: unknown },
  compared: Compared,
): Promise<StageResult<null>> {
  return run.attempt<null>(APPROVAL_STAGE.key, async (tools) => {
    const problem = await checked(run, started, compared, tools);
    if (problem === undefined) {
      const used = await markUsed(run);
      return { ok: true, value: null, detail: detailOf(used) };
    }
    await markVoid(run, explain(problem).reason);
    return { ok: false, problem };
  });
}

async function checked(
  run: ApprovedRun,
  started: { workflow: string; input: unknown },
  { again, changes }: Compared,
  tools: Tools,
): Promise<Problem | undefined> {
  const { context } = run;
  const approval = (await context.store.approvals.get(run.runId))?.value;
  if (approval === undefined) return { code: 'approval-missing', runId: run.runId };
  if (approval.state !== 'approved') return { code: 'approval-not-given', state: approval.state };
  const { plan } = approval;
  const digest = planDigest({ ...plan, start: { ...plan.start, ...started } }, context.digest);
  if (digest !== approval.digest || plan.start.view.runId !== run.runId || plan.target !== run.target)
    return { code: 'approval-plan-changed' };
  const target = targetNamed(context.targets, run.target);
  if (target === undefined) return { code: 'approval-target-gone', target: run.target };
  const short = await enoughApprovers(run, approval, target, tools);
  if (short !== undefined) return short;
  const found = await changes(target, tools);
  return found.length === 0
    ? undefined
    : { code: 'plan-changed', changes: found, ...(again === undefined ? {} : { again }) };
}

async function enoughApprovers(
  { context }: ApprovedRun,
  approval: Approval,
  target: Target,
  { signal, wanted, show, throwIfCanceled }: Tools,
): Promise<Problem | undefined> {
  const { clock } = context;
  const required = requiredApprovals(approval.required, target.approvalsRequired);
  const voters = approvalsOf(approval)
    .map(({ person }) => person.userId)
    .filter((id) => id !== approval.requester.userId);
  const since = clock.now();
  for (;;) {
    signal.throwIfAborted();
    const answers = await Promise.all(
      [...new Set(voters)].map(async (id) => ({ id, may: await mayApprove(context, id, target) })),
    );
    const of = (may: string) => answers.filter((answer) => answer.may === may).map(({ id }) => id);
    if (of('yes').length >= required) return undefined;
    if (of('yes').length + of('unknown').length < required)
      return { code: 'approval-short', valid: of('yes').length, required, invalid: of('no') };
    const sinceMs = clock.now() - since;
    if (sinceMs >= PATIENCE_MS) return { code: 'approval-unconfirmed', sinceMs };
    const hint = 'Slack does not confirm right now that those who approved may do so; still asking.';
    await show((view) => ({ ...view, hint }));
    await clock.sleep(ASK_AGAIN_MS, wanted);
    await throwIfCanceled();
  }
}

async function mayApprove(
  { members }: ApprovalContext,
  id: string,
  target: Target,
): Promise<'yes' | 'no' | 'unknown'> {
  const may = await members.isOneOf(id, target.approvers);
  if (may !== 'yes') return may;
  const account = await members.accountOf(id);
  if (account === 'unknown') return 'unknown';
  return account === 'person' ? 'yes' : 'no';
}

/** Once; a run that was interrupted after it finds its own mark. */
async function markUsed({ context, runId }: ApprovedRun): Promise<Approval> {
  const used = await change(context.store, runId, ({ value }) =>
    value.usedAt === undefined ? { ...value, usedAt: context.clock.now() } : undefined,
  );
  if (used === undefined) throw new Error(`the approval of ${runId} has vanished`);
  return used;
}

/** Whoever reads the request afterwards must not take it for one that counted. */
async function markVoid({ context, runId }: ApprovedRun, because: string): Promise<void> {
  const now = context.clock.now();
  await change(
    context.store,
    runId,
    ({ value }) => annul(value, because, now),
    async (store, approval) => {
      const message = await store.messages.get(approvalMessageId(runId));
      if (message?.view.kind !== 'approval') return;
      await store.messages.put({ ...message, view: { ...message.view, approval: shownOf(approval) } }, now);
    },
  );
  context.notifier.wake();
}

/** Reads, changes and writes in one transaction; gives what is kept then. */
async function change(
  root: Store,
  runId: string,
  changed: (item: Item<Approval>) => Approval | undefined,
  also: (store: Store, approval: Approval) => Promise<void> = async () => undefined,
): Promise<Approval | undefined> {
  for (;;) {
    const done = await root.transaction(async (store) => {
      const item = await store.approvals.get(runId);
      if (item === undefined) return { approval: undefined };
      const next = changed(item);
      if (next === undefined) return { approval: item.value };
      // Another process came between: it is read again.
      if (!(await store.approvals.replace(runId, item.version, next, false))) return undefined;
      await also(store, next);
      return { approval: next };
    });
    if (done !== undefined) return done.approval;
  }
}

function detailOf(approval: Approval): string {
  const count = approvalsOf(approval).length;
  return `${counted(count, 'approval')} of the plan that runs, confirmed by Slack`;
}
