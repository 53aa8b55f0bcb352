import type { Target, TargetSchedule } from '../core/model/target.ts';
import type { Lock } from '../core/store/locks.ts';
import type { Store } from '../core/store/store.ts';
import { counted, utcTime } from '../core/text/words.ts';
import { type DueSlots, dueSlots } from '../core/time/due-slots.ts';
import { noteMessage } from '../runs/note.ts';
import type { RunDeps } from '../runs/request.ts';
import { recordRequest, startRecorded } from '../runs/request-backup.ts';

/** Of a long list the audit keeps the oldest, and how many there are. */
const MOST_NOTED = 50;

interface Deps extends RunDeps {
  targets: readonly Target[];
}

export interface Routine {
  /** Every schedule of every target, by its key. */
  schedules: readonly { key: string; schedule: TargetSchedule['schedule'] }[];
  /** Looks at these schedules and does what is due. One look at a time; never rejects. */
  look(keys: readonly string[]): Promise<void>;
}

/**
 * Turns ticks into backups. What a tick finds due follows from the stored watermark and the cron alone, so a tick too
 * many, too late or after a restart starts nothing twice and forgets nothing.
 */
export function createRoutine(deps: Deps): Routine {
  const { targets, clock, log } = deps;
  const startedAt = clock.now();
  const all = targets.flatMap((target) =>
    target.schedules.map((schedule) => ({ key: `${target.name}/${schedule.name}`, target, schedule })),
  );
  let looking = Promise.resolve();

  async function lookAll(keys: readonly string[]): Promise<void> {
    const asked = new Set(keys);
    for (const { key, target, schedule } of all) {
      if (!asked.has(key)) continue;
      await lookAt(deps, target, schedule, startedAt).catch((error) =>
        log.error(
          { err: error, target: target.name, schedule: schedule.name },
          'a schedule could not be looked at',
        ),
      );
    }
  }

  return {
    schedules: all.map(({ key, schedule }) => ({ key, schedule: schedule.schedule })),
    look(keys) {
      looking = looking.then(() => lookAll(keys));
      return looking;
    },
  };
}

async function lookAt(
  deps: Deps,
  target: Target,
  { name, schedule }: TargetSchedule,
  startedAt: number,
): Promise<void> {
  const { store, clock, notifier, log } = deps;
  const expression = `${schedule.cron} ${schedule.timezone}`;
  const now = clock.now();
  const look = store.transaction(async (tx) => {
    const lastSlot = await tx.schedules.watermark(target.name, name, expression);
    const pause = await tx.schedules.pauseOf(target.name);
    const due = dueSlots(
      { lastSlot, startedAt, ...(pause === undefined ? {} : { pausedUntil: pause.until }) },
      schedule,
      now,
    );
    if (due.newWatermark !== lastSlot) {
      await tx.schedules.setWatermark(target.name, name, expression, due.newWatermark);
    }
    const { run, aheadMs } = due;
    if (aheadMs !== undefined) {
      log.warn({ target: target.name, schedule: name, aheadMs }, 'the watermark was ahead of the clock');
    }
    await tellMissed(tx, target, name, due, now);
    if (due.paused.length > 0) await notePaused(tx, target, name, due.paused, now);
    if (run === undefined) return undefined;
    const recorded = await recordRequest(
      {
        target,
        requester: { schedule: name, slot: run.slot },
        alert: target.operators,
        note: run.reason === 'caught-up' ? `made up for the slot of ${utcTime(run.slot)}` : '',
        quiet: target.notify === 'failures',
      },
      deps,
    );
    if (!recorded.taken) {
      await tellOverlap(tx, target, name, run.slot, recorded.by, now);
      return undefined;
    }
    // The watermark settles slots; this holds even where a wrong clock made it move back. Throwing undoes all of it.
    const { runId } = recorded.input;
    if (!(await tx.schedules.takeSlot(target.name, name, run.slot, runId)))
      throw new SlotTakenError(run.slot);
    return recorded.input;
  });
  const started = await look.catch(async (error: unknown) => {
    // Settled all the same, or the next look would find it again and call it missed.
    if (error instanceof SlotTakenError) {
      await store.schedules.setWatermark(target.name, name, expression, error.slot);
    }
    throw error;
  });
  notifier.wake();
  if (started !== undefined) await startRecorded(started, deps);
}

class SlotTakenError extends Error {
  readonly slot: number;
  constructor(slot: number) {
    super(`the slot of ${utcTime(slot)} has its run already; nothing was started`);
    this.name = 'SlotTakenError';
    this.slot = slot;
  }
}

async function tellMissed(
  store: Store,
  target: Target,
  schedule: string,
  due: DueSlots,
  now: number,
): Promise<void> {
  const oldest = due.missed[0];
  if (oldest === undefined) return;
  const caughtUp = due.run?.reason === 'caught-up';
  const slots = due.missed.length + (caughtUp ? 1 : 0);
  const text =
    `The bot was not running at ${counted(slots, 'slot')} of the schedule “${schedule}” of ${target.name}, ` +
    `the first at ${utcTime(oldest)}. ${madeUp(due)}`;
  await tell(store, target, `missed/${target.name}/${schedule}/${oldest}`, text, now);
  await store.audit.append({
    at: now,
    kind: 'refusal',
    verb: 'schedule',
    target: target.name,
    detail: {
      code: 'slots-missed',
      schedule,
      count: due.missed.length,
      slots: due.missed.slice(0, MOST_NOTED),
    },
  });
}

/** For the week's digest alone: whoever paused the schedules knows that they make no backups. */
async function notePaused(
  store: Store,
  target: Target,
  schedule: string,
  slots: DueSlots['paused'],
  now: number,
): Promise<void> {
  await store.audit.append({
    at: now,
    kind: 'stage',
    verb: 'schedule',
    target: target.name,
    detail: { code: 'slots-paused', schedule, count: slots.length, slots: slots.slice(0, MOST_NOTED) },
  });
}

function madeUp({ run }: DueSlots): string {
  if (run === undefined) return 'The next slot is near, so nothing is made up for.';
  return run.reason === 'caught-up'
    ? 'One backup makes up for the newest of them now.'
    : 'The backup that is due now takes their place.';
}

async function tellOverlap(
  store: Store,
  target: Target,
  schedule: string,
  slot: number,
  by: Lock,
  now: number,
): Promise<void> {
  const text =
    `The backup of ${target.name} for the slot of ${utcTime(slot)} (schedule “${schedule}”) was skipped: run ${by.runId}, ` +
    `begun at ${utcTime(by.since)}, still goes on.`;
  await tell(store, target, `overlap/${target.name}/${schedule}/${slot}`, text, now);
  await store.audit.append({
    at: now,
    kind: 'refusal',
    verb: 'schedule',
    target: target.name,
    runId: by.runId,
    detail: { code: 'overlap', schedule, slot },
  });
}

/** A line in the channel about a target, not about one run. */
async function tell(store: Store, target: Target, id: string, text: string, now: number): Promise<void> {
  await store.messages.put(noteMessage({ id, channel: target.channel }, { tone: 'info', text }), now);
}
