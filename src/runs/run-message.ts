import type { Clock } from '../core/ports/clock.ts';
import type { Notifier } from '../core/ports/notifier.ts';
import { runMessageId } from '../core/run/run-id.ts';
import type { RunView } from '../core/run/run-view.ts';
import type { Tone } from '../core/store/messages.ts';
import type { Store } from '../core/store/store.ts';
import { noteMessage } from './note.ts';

/** A line in a run's thread; the same key is written once, however often a step runs again. */
export interface RunNote {
  key: string;
  text: string;
  /** Lines below the text, as they are. */
  verbatim?: string[];
  tone: Tone;
  /** User and user-group ids. */
  mentions?: readonly string[];
  /** Shown in the channel as well. */
  broadcast?: boolean;
}

/**
 * Reads the run's message, changes it, writes it back; without a message (a new database) there is nothing to change.
 * Whether it did: then the outbox is to be woken, once the transaction that `store` is on has its commit.
 */
export async function changeRun(
  store: Store,
  at: number,
  runId: string,
  change: (view: RunView) => RunView,
  final = false,
): Promise<boolean> {
  const message = await store.messages.get(runMessageId(runId));
  if (message?.view.kind !== 'run') return false;
  // What comes late, as a hint can, changes nothing of the last word; what follows it is known by name.
  if (message.final && !final && message.view.run.follows === undefined) return false;
  const run = change(message.view.run);
  const isFinal = final || message.final;
  if (JSON.stringify(run) === JSON.stringify(message.view.run) && isFinal === message.final) return false;
  await store.messages.put({ ...message, view: { kind: 'run', run }, final: isFinal }, at);
  return true;
}

/** `changeRun` in a transaction of its own: a hint, a cancel and the end of a stage may come at the same moment. */
export async function updateRun(
  { store, clock, notifier }: { store: Store; clock: Clock; notifier: Notifier },
  runId: string,
  change: (view: RunView) => RunView,
): Promise<void> {
  const isChanged = await store.transaction((tx) => changeRun(tx, clock.now(), runId, change));
  if (isChanged) notifier.wake();
}

export async function putNote(
  store: Store,
  at: number,
  run: { runId: string; channel: string },
  { key, broadcast = false, mentions, ...said }: RunNote,
): Promise<void> {
  const { runId, channel } = run;
  const threadOf = runMessageId(runId);
  const id = `${threadOf}/${key}`;
  if ((await store.messages.get(id)) !== undefined) return;
  // A run that is told only if it fails has no thread yet; its end brings it, and notes of the way are past by then.
  if ((await store.messages.get(threadOf))?.state === 'withheld') return;
  const note = { runId, ...said, ...(mentions === undefined ? {} : { mentions: [...mentions] }) };
  await store.messages.put(noteMessage({ id, channel, threadOf, broadcast, final: false }, note), at);
}

/** A run that was to be told only if it fails is told from now on. */
export async function unwithhold(store: Store, runId: string): Promise<void> {
  const message = await store.messages.get(runMessageId(runId));
  if (message?.state === 'withheld') await store.messages.setState(message.id, 'new');
}
