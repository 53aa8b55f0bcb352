import type { Person } from '../../core/model/person.ts';
import { type Target, targetNamed } from '../../core/model/target.ts';
import { type Checklist, isFinished, tick, untick } from '../../core/restore/checklist.ts';
import type { Store } from '../../core/store/store.ts';
import { checklistMessage } from '../../runs/checklist-message.ts';
import type { Reply } from '../base/reply.ts';
import type { Needs, Verb } from '../base/verb.ts';

/** What a button of a list says: `<run> <item>`. */
export interface Ticked {
  runId: string;
  key: string;
}

export function readTicked(value: string): Ticked | undefined {
  const [runId, key, ...more] = value.split(' ');
  return runId && key && more.length === 0 ? { runId, key } : undefined;
}

/** Not typed, only clicked; its permission is an operator's. */
export const ticking: Pick<Verb, 'name' | 'changes' | 'permission'> = {
  name: 'tick',
  changes: true,
  permission: 'operator',
};

export async function targetOfChecklist(
  runId: string,
  deps: Needs<'store' | 'targets'>,
): Promise<Target | undefined> {
  const kept = await deps.store.checklists.get(runId);
  return targetNamed(deps.targets, kept?.value.target);
}

/** Ticks an item, or opens it again, with who and when; of two people the first one counts. */
export async function tickItem(
  person: Person,
  { runId, key }: Ticked,
  what: 'done' | 'open',
  deps: Needs<'clock' | 'notifier' | 'store'>,
): Promise<Reply> {
  const at = deps.clock.now();
  const reply = await deps.store.transaction(async (store): Promise<Reply> => {
    const kept = await store.checklists.get(runId);
    const item = kept?.value.items.find((one) => one.key === key);
    if (kept === undefined || item === undefined) return outdated();
    const next = what === 'done' ? tick(kept.value, key, person, at) : untick(kept.value, key);
    if (next === undefined) return alreadySo(item.done?.by);
    if (!(await putChecklist(store, kept.version, next, at))) return outdated();
    await store.audit.append({
      at,
      kind: 'request',
      verb: 'tick',
      target: kept.value.target,
      runId,
      actor: person,
      detail: { item: key, done: what === 'done' },
    });
    const open = next.items.filter(({ done }) => done === undefined).length;
    return { view: 'ticked', title: item.title, isDone: what === 'done', open };
  });
  deps.notifier.wake();
  return reply;
}

/** Writes a list and its message. false when somebody else was faster. */
async function putChecklist(store: Store, version: number, list: Checklist, at: number): Promise<boolean> {
  if (!(await store.checklists.replace(list.runId, version, list, !isFinished(list)))) return false;
  await store.messages.put(checklistMessage(list), at);
  return true;
}

function outdated(): Reply {
  return { view: 'refusal', reason: 'This button is out of date. Nothing was changed.' };
}

function alreadySo(by: Person | undefined): Reply {
  return by === undefined
    ? { view: 'refusal', reason: 'It is open already. Your click changed nothing.' }
    : {
        view: 'refusal',
        reason: 'It was ticked already. Your click changed nothing.',
        next: 'It was ticked by:',
        people: [by.userId],
      };
}
