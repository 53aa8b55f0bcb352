import { type Checklist, isReminderDue } from '../core/restore/checklist.ts';
import type { Item } from '../core/store/collections.ts';
import { counted, listInWords } from '../core/text/words.ts';
import { checklistMessageId } from '../runs/checklist-message.ts';
import { type NewMessage, noteMessage } from '../runs/note.ts';
import { keepLooking, lookAtEach, type WatchDeps } from './keep-looking.ts';

const LOOK_EVERY_MS = 15 * 60_000;

/**
 * Lists that people have not ticked to their end: whoever asked for the restore is reminded after a day, then ever more
 * seldom. Runs until the signal aborts.
 */
export async function watchChecklists(deps: WatchDeps, signal: AbortSignal): Promise<void> {
  const failed = 'a list could not be looked at; the next look follows';
  const nameOf = ({ id }: Item<Checklist>) => ({ run: id });
  await keepLooking(deps, { everyMs: deps.lookEveryMs ?? LOOK_EVERY_MS, failed }, signal, async () =>
    lookAtEach(deps, await deps.store.checklists.open(), { nameOf, failed }, signal, (item) =>
      lookAt(deps, item),
    ),
  );
}

async function lookAt(
  { store, clock, notifier }: WatchDeps,
  { id, version, value }: Item<Checklist>,
): Promise<void> {
  const now = clock.now();
  if (!isReminderDue(value, now)) return;
  const next = { ...value, reminders: value.reminders + 1, remindedAt: now };
  await store.transaction(async (tx) => {
    // Somebody has ticked since it was read: the next look sees what is left to do.
    if (!(await tx.checklists.replace(id, version, next, true))) return;
    await tx.messages.put(reminderOf(id, next), now);
  });
  notifier.wake();
}

function reminderOf(id: string, { target, channel, requester, items, reminders }: Checklist): NewMessage {
  const threadOf = checklistMessageId(id);
  const open = items.filter(({ done }) => done === undefined).map(({ title }) => title);
  const text = `the restore of ${target} is not finished: ${counted(open.length, 'item')} of its list ${open.length === 1 ? 'is' : 'are'} open: ${listInWords(open)}.`;
  return noteMessage(
    { id: `${threadOf}/reminder/${reminders}`, channel, threadOf, broadcast: true, final: false },
    { runId: id, tone: 'info', mentions: [requester.userId], text },
  );
}
