import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Notifier } from '../core/notifier.ts';
import { skipPending } from '../core/run-view.ts';
import type { Lock, Store } from '../core/store.ts';
import { resultOf } from './backup-result.ts';
import type { EngineState, WorkflowEngine } from './engine.ts';
import { putNote, unwithhold, updateRun } from './report.ts';
import { backupInput } from './specs/backup.ts';

interface Effects {
  store: Store;
  engine: WorkflowEngine;
  notifier: Notifier;
  clock: Clock;
  log: Log;
}

/**
 * A lock without a run that goes on is a promise nobody keeps: the process died between taking the lock and starting
 * the run, or the engine gave the run up. The first is started now, the second is told as failed and unlocked.
 */
export async function reconcile(effects: Effects): Promise<void> {
  for (const lock of await effects.store.locks.all()) {
    try {
      await reconcileOne(effects, lock);
    } catch (error) {
      effects.log.error(
        { err: error, run: lock.runId, target: lock.target },
        'this lock could not be reconciled',
      );
    }
  }
}

async function reconcileOne(effects: Effects, lock: Lock): Promise<void> {
  const { store, engine, log } = effects;
  if (lock.engineId === undefined) {
    log.info(
      { run: lock.runId, target: lock.target },
      'starting a run that was asked for before the last stop',
    );
    await store.locks.setEngineId(lock.runId, await engine.start(lock.workflow, lock.input, lock.runId));
    return;
  }
  const state = await engine.stateOf(lock.engineId);
  if (state === 'going on') return;
  log.error(
    { run: lock.runId, target: lock.target, state },
    'the engine no longer works on a run that holds a lock',
  );
  await giveUp(effects, lock, state);
}

const SAID = {
  ended: 'says that the run has ended',
  failed: 'has given the run up',
  unknown: 'does not know the run any more',
} as const;

async function giveUp(
  { store, notifier, clock }: Effects,
  lock: Lock,
  state: Exclude<EngineState, 'going on'>,
): Promise<void> {
  const input = backupInput.parse(lock.input);
  const now = clock.now();
  const unfinished = resultOf(input, {
    problem: {
      code: 'unexpected',
      step: 'engine',
      message: `the engine ${SAID[state]} although it was not finished`,
    },
  });
  await store.transaction(async (tx) => {
    // It may have ended properly since the lock was read.
    if ((await tx.locks.ofRun(lock.runId)) === undefined) return;
    const result = { ...unfinished, finishedAt: now };
    await updateRun(
      { store: tx, clock, notifier },
      lock.runId,
      (view) => ({ ...skipPending(view), result }),
      true,
    );
    await unwithhold(tx, lock.runId);
    await putNote(
      tx,
      now,
      { runId: lock.runId, channel: input.channel },
      {
        key: 'end',
        tone: 'bad',
        broadcast: true,
        mentions: input.alert,
        text: `run ${lock.runId} of ${lock.target} was given up. An image may exist: see the list and the bot's log.`,
      },
    );
    await tx.audit.append({
      at: now,
      kind: 'result',
      verb: 'now',
      target: lock.target,
      runId: lock.runId,
      detail: { ...result },
    });
    await tx.locks.release(lock.runId);
  });
  notifier.wake();
}
