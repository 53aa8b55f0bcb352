import type { Person } from '../../core/model/person.ts';
import { type Target, targetNamed } from '../../core/model/target.ts';
import type { ServicesMachine } from '../../core/ports/services-machine.ts';
import { explain, ProblemError } from '../../core/problems/problem.ts';
import { type Checklist, isFinished } from '../../core/restore/checklist.ts';
import { checklistMessage } from '../../runs/checklist-message.ts';
import { readingOptions } from '../base/call-options.ts';
import { logInTo } from '../base/log-in.ts';
import type { Reply } from '../base/reply.ts';
import type { MachineDeps, Needs } from '../base/verb.ts';

/** Logging in and a few files; a machine that does not answer within this is asked again by another click. */
const LIMIT_MS = 60_000;

/**
 * Removes the originals that a restore has kept beside Replicated's files, on the machine that it was about. They hold
 * Replicated's token. Done twice it does nothing more, so a click whose connection broke off is simply repeated.
 */
export async function removeOriginals(
  person: Person,
  runId: string,
  deps: MachineDeps & Needs<'clock' | 'notifier' | 'targets'>,
): Promise<Reply> {
  const list = (await deps.store.checklists.get(runId))?.value;
  const target = targetNamed(deps.targets, list?.target);
  if (list?.instanceId === undefined || target === undefined || !list.actions.includes('remove-originals'))
    return refusal('There are no originals of this restore to remove (any more). Nothing was done.');
  let machine: ServicesMachine | undefined;
  try {
    machine = await openMachine(list.instanceId, target, deps);
    const done = await machine.removeOriginals(runId);
    await written(person, list, done, deps);
    return { view: 'originals-removed', instanceId: list.instanceId, ...done };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { reason, next } = explain(error.problem);
    return machine === undefined
      ? refusal(`${reason} Nothing was removed.`, next)
      : refusal(
          `${reason} Which of the originals are removed is not known.`,
          'Press the button again: it removes what is left, and says so.',
        );
  } finally {
    machine?.close();
  }
}

async function openMachine(instanceId: string, target: Target, deps: MachineDeps) {
  const machine = await deps.ec2(target.region).machines.machine(instanceId, readingOptions());
  if (machine === undefined || machine.state === 'terminated')
    throw new ProblemError({ code: 'machine-gone', instanceId });
  return logInTo(machine, target, deps, LIMIT_MS);
}

/** The list says it from now on, and the audit who it was. */
async function written(
  actor: Person,
  { runId, target }: Checklist,
  { removed, left }: { removed: string[]; left: string[] },
  deps: Needs<'clock' | 'notifier' | 'store'>,
): Promise<void> {
  const at = deps.clock.now();
  await deps.store.transaction(async (store) => {
    const kept = await store.checklists.get(runId);
    if (kept !== undefined && left.length === 0) {
      const { originals: _gone, ...value } = kept.value;
      const list = { ...value, actions: value.actions.filter((action) => action !== 'remove-originals') };
      await store.checklists.replace(runId, kept.version, list, !isFinished(list));
      await store.messages.put(checklistMessage(list), at);
    }
    const detail = { removed: removed.length, left: left.length };
    await store.audit.append({ at, kind: 'request', verb: 'remove-originals', target, runId, actor, detail });
  });
  deps.notifier.wake();
}

function refusal(reason: string, next?: string): Reply {
  return { view: 'refusal', reason, ...(next === undefined ? {} : { next }) };
}
