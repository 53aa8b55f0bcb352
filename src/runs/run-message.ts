import { runMessageId } from '../core/run/run-id.ts';
import type { RunView } from '../core/run/run-view.ts';
import type { Tone } from '../core/store/messages.ts';
import type { Store } from '../core/store/store.ts';
import type { RunDeps } from './request.ts';

/** Reads the run's message, changes it, writes it back; without a message (a new database) there is nothing to change. */
export async function updateRun(
  context: Pick<RunDeps, 'clock' | 'store' | 'notifier'>,
  runId: string,
  change: (view: RunView) => RunView,
  final = false,
): Promise<void> {
  const { clock, notifier } = context;
  // In one transaction: a hint, a cancel and the end of a stage may come at the same moment, and none may be lost.
  const changed = await context.store.transaction(async (store) => {
    const message = await store.messages.get(runMessageId(runId));
    if (message?.view.kind !== 'run') return false;
    // What comes late, as a hint can, changes nothing of the last word.
    if (message.final && !final) return false;
    const run = change(message.view.run);
    if (JSON.stringify(run) === JSON.stringify(message.view.run) && final === message.final) return false;
    await store.messages.put({ ...message, view: { kind: 'run', run }, final }, clock.now());
    return true;
  });
  if (changed) notifier.wake();
}

/** A note in the run's thread; the same key is written once, however often a step runs again. */
export async function putNote(
  store: Store,
  at: number,
  run: { runId: string; channel: string },
  note: {
    key: string;
    text: string;
    verbatim?: string[];
    tone: Tone;
    mentions?: string[];
    broadcast?: boolean;
  },
): Promise<void> {
  const id = `${runMessageId(run.runId)}/${note.key}`;
  if ((await store.messages.get(id)) !== undefined) return;
  // A run that is told only if it fails has no thread yet; its end brings it, and notes of the way are past by then.
  if ((await store.messages.get(runMessageId(run.runId)))?.state === 'withheld') return;
  await store.messages.put(
    {
      id,
      channel: run.channel,
      threadOf: runMessageId(run.runId),
      broadcast: note.broadcast ?? false,
      final: false,
      view: {
        kind: 'note',
        runId: run.runId,
        tone: note.tone,
        text: note.text,
        ...(note.verbatim === undefined ? {} : { verbatim: note.verbatim }),
        ...(note.mentions === undefined ? {} : { mentions: note.mentions }),
      },
    },
    at,
  );
}

/** A run that was to be told only if it fails is told from now on. */
export async function unwithhold(store: Store, runId: string): Promise<void> {
  const message = await store.messages.get(runMessageId(runId));
  if (message?.state === 'withheld') await store.messages.setState(message.id, 'new');
}
