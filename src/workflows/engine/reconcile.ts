import { isPerson } from '../../core/model/person.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Notifier } from '../../core/ports/notifier.ts';
import type { Problem } from '../../core/problems/problem.ts';
import { runMessageId } from '../../core/run/run-id.ts';
import type { RunEnd } from '../../core/run/run-view.ts';
import type { Lock } from '../../core/store/locks.ts';
import type { Store } from '../../core/store/store.ts';
import { BACKUP, backupInput } from '../../runs/backup.ts';
import { resultOf } from '../backup/result.ts';
import { verbOf } from '../backup/run.ts';
import { type LastWord, logOutcome, putLastWord } from '../run/finish.ts';
import type { EngineState, WorkflowEngine } from './engine.ts';

interface Effects {
  store: Store;
  engine: WorkflowEngine;
  notifier: Notifier;
  clock: Clock;
  log: Log;
  /** Set: whoever took a lock so short a time ago is still about to start its run. */
  onTheWayMs?: number;
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
  const { store, engine, clock, log } = effects;
  if (lock.engineId === undefined) {
    if (clock.now() - lock.since < (effects.onTheWayMs ?? 0)) return;
    log.info({ run: lock.runId, target: lock.target }, 'starting a run that the engine has not taken yet');
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
  { store, notifier, clock, log }: Effects,
  lock: Lock,
  state: Exclude<EngineState, 'going on'>,
): Promise<void> {
  const now = clock.now();
  const problem: Problem = {
    code: 'unexpected',
    step: 'engine',
    message: `the engine ${SAID[state]} although it was not finished`,
  };
  const { runId, target } = lock;
  const { verb, ended, mentions, left } = lastWord(lock, problem, now);
  const text = `run ${runId} of ${target} was given up. ${left}`;
  const isTold = await store.transaction(async (tx) => {
    // It may have ended properly since the lock was read.
    if ((await tx.locks.ofRun(runId)) === undefined) return false;
    const channel = (await tx.messages.get(runMessageId(runId)))?.channel;
    const note = { tone: 'bad', broadcast: true, mentions, text } as const;
    await putLastWord(
      tx,
      now,
      { runId, target, channel: channel ?? '', verb },
      { ended, note: channel === undefined ? undefined : note },
    );
    return true;
  });
  if (isTold) logOutcome(log, { runId, target, kind: lock.workflow }, ended);
  notifier.wake();
}

interface GivenUp extends Pick<LastWord, 'ended'> {
  verb: string;
  mentions: string[];
  /** What may be left behind. */
  left: string;
}

function lastWord(lock: Lock, problem: Problem, now: number): GivenUp {
  if (lock.workflow === BACKUP) {
    const input = backupInput.parse(lock.input);
    const result = { ...resultOf(input, { problem }), finishedAt: now };
    return {
      ended: { result },
      verb: verbOf(input),
      mentions: input.alert,
      left:
        "An image may exist: see the list and the bot's log." +
        (input.mode === 'live'
          ? ''
          : ' CircleCI may be stopped: see “sudo replicatedctl app status” on the machine, and start it there with “sudo ' +
            'replicatedctl app start”.'),
    };
  }
  const end: RunEnd = {
    outcome: 'failed',
    headline: `Run ${lock.runId} of ${lock.target} was given up`,
    problem,
    facts: [],
    lines: [
      'Its steps below and in the thread show how far it came. What it has made or changed by then stays.',
    ],
    warnings: [],
    startedAt: lock.since,
    finishedAt: now,
  };
  return {
    ended: { end },
    verb: lock.workflow,
    mentions: isPerson(lock.requester) ? [lock.requester.userId] : [],
    left: "What it has made or changed stays: see its steps and the bot's log.",
  };
}
