import { runMessageId } from '../../core/run/run-id.ts';
import { currentStage } from '../../core/run/run-view.ts';
import type { Lock } from '../../core/store/locks.ts';
import type { Store } from '../../core/store/store.ts';
import type { RunningRun } from './reply.ts';

/** What others are told about a run that goes on: how far it is and where to look. */
export async function runningRun(lock: Lock, store: Store): Promise<RunningRun> {
  const message = await store.messages.get(runMessageId(lock.runId));
  if (message?.view.kind !== 'run') return { lock };
  const stage = currentStage(message.view.run)?.title;
  const { percent } = message.view.run;
  return {
    lock,
    ...(stage === undefined ? {} : { stage }),
    ...(percent === undefined ? {} : { percent }),
    ...(message.ts === undefined ? {} : { message: { channel: message.channel, ts: message.ts } }),
  };
}
