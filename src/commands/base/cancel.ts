import { type Target, targetNamed } from '../../core/model/target.ts';
import { isRunId, runMessageId } from '../../core/run/run-id.ts';
import { cut, oneLine } from '../../core/text/text.ts';
import { withdrawRequest } from '../approval/withdraw.ts';
import type { Reply } from './reply.ts';
import { type Arguments, COMMAND, type Needs, type Request, type Verb } from './verb.ts';

export const cancel: Verb = {
  name: 'cancel',
  summary: 'stops a run at its next safe point',
  usage: 'cancel <run>',
  examples: ['cancel bk-20261123-0314-x4qz'],
  details:
    'Nothing is broken off half-way. EC2 cannot stop an image that it has begun: the run then says what remains there ' +
    'and how to remove it.',
  permission: 'operator',
  takesTarget: false,
  flags: {},
  changes: true,
  targetOf: (args, deps) => targetOfRun(typedRun(args), deps),
  run: (request, deps) => cancelRun(request, typedRun(request.args), deps),
};

/** Whose operators may cancel a run; undefined when it does not run, or its target is no longer configured. */
export async function targetOfRun(
  runId: string,
  deps: Needs<'store' | 'targets'>,
): Promise<Target | undefined> {
  const lock = await deps.store.locks.ofRun(runId);
  return targetNamed(deps.targets, lock?.target);
}

function typedRun(args: Arguments): string {
  return oneLine(args.rest).toLowerCase();
}

/** Notes the wish to stop, and tells the run; the button in the run's message uses it as well. */
export async function cancelRun(
  request: Pick<Request, 'person'>,
  runId: string,
  deps: Needs<'clock' | 'engine' | 'notifier' | 'store'>,
): Promise<Reply> {
  const going = await deps.store.locks.all();
  const usage = `${COMMAND} ${cancel.usage}`;
  const hint =
    going.length === 0
      ? 'Nothing is running.'
      : `Running now: ${going.map((lock) => `${lock.runId} (${lock.target})`).join(', ')}.`;
  if (!isRunId(runId)) {
    const what = runId === '' ? 'Which run?' : `“${cut(runId, 60)}” is not a run id.`;
    return { view: 'refusal', reason: `${what} ${hint}`, usage };
  }
  const lock = going.find((l) => l.runId === runId);
  const pending = lock === undefined ? await deps.store.approvals.get(runId) : undefined;
  if (pending?.value.state === 'open') return withdrawRequest(runId, request.person, deps);
  if (lock === undefined)
    return { view: 'refusal', reason: `Run ${runId} is not running (any more). ${hint}`, usage };
  const at = deps.clock.now();
  const noted = await deps.store.transaction(async (store) => {
    if (!(await store.locks.requestCancel(runId, request.person, at))) return false;
    await store.audit.append({
      at,
      kind: 'cancel',
      verb: 'cancel',
      target: lock.target,
      runId,
      actor: request.person,
      detail: {},
    });
    const message = await store.messages.get(runMessageId(runId));
    if (message?.view.kind === 'run') {
      // The first wish is the one that counts, here as in the lock.
      const run = { cancelRequestedBy: request.person.userId, ...message.view.run };
      await store.messages.put({ ...message, view: { kind: 'run', run } }, at);
    }
    return true;
  });
  if (!noted) return { view: 'refusal', reason: `Run ${runId} has just ended. ${hint}`, usage };
  deps.engine.nudge(runId);
  deps.notifier.wake();
  return { view: 'canceling', runId, target: lock.target };
}
