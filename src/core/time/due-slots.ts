import type { Schedule } from './schedule.ts';
import { latestSlot, type Slot, slotsBetween } from './slots.ts';

/** What the store knows of one schedule. A schedule whose cron or zone was changed is a new one: it has no `lastSlot`. */
export interface ScheduleState {
  /** The watermark of the last look: everything up to it, in ms, is settled. Undefined for a new schedule. */
  lastSlot: number | undefined;
  /** When this process began to look, in ms. What was before is nothing to a new schedule. */
  startedAt: number;
  /** The end of the pause, in ms. To resume, it is set to now, not removed: what the pause has covered stays covered. */
  pausedUntil?: number;
}

export interface DueSlots {
  /** The one backup to start now: `due` when its slot is at most ten minutes old, otherwise `caught-up`. */
  run?: { slot: Slot; reason: 'due' | 'caught-up' };
  /** Slots that will have no backup because nobody looked in time, oldest first, at most MOST_LISTED. */
  missed: Slot[];
  /** Slots that passed in a pause, oldest first, at most MOST_LISTED. */
  paused: Slot[];
  /** To be stored as `lastSlot`, in one transaction with what is done about `run`. */
  newWatermark: number;
  /** How far the watermark was ahead of the clock, where it was too far to be believed. */
  aheadMs?: number;
}

/** A look this long after its slot is still on time. */
const ON_TIME_MS = 10 * 60_000;
const DAY_MS = 24 * 3_600_000;
/** Nobody reads a longer list, and a bot that was down for a year shall not count for seconds. */
export const MOST_LISTED = 1_000;

/**
 * What is to be done for a schedule at a time. Each slot is in `run`, `missed` or `paused` of one look, and never again:
 * the watermark only rises, whatever the clock does, so a clock that is set back by hours runs no slot twice.
 *
 * One exception: a watermark more than a day ahead comes from a clock that was wrong, and believing it could mean years
 * without a backup. It is set to now; the key of a slot's backup is then what keeps it from being made twice.
 */
export function dueSlots(state: ScheduleState, schedule: Schedule, nowMs: number): DueSlots {
  const watermark = state.lastSlot ?? Math.min(state.startedAt, nowMs);
  const aheadMs = watermark - nowMs;
  if (aheadMs > DAY_MS) return { missed: [], paused: [], newWatermark: nowMs, aheadMs };

  const pausedUntil = state.pausedUntil ?? watermark;
  const paused = slotsBetween(schedule, watermark, Math.min(pausedUntil, nowMs), MOST_LISTED);
  const after = Math.max(watermark, pausedUntil);
  const open = slotsBetween(schedule, after, nowMs, MOST_LISTED);
  const newest = open.length < MOST_LISTED ? open.at(-1) : latestSlot(schedule, nowMs);
  const settled = newest ?? settledInPause(schedule, paused, Math.min(pausedUntil, nowMs));
  const newWatermark = Math.max(watermark, settled ?? watermark);

  if (newest === undefined) return { missed: [], paused, newWatermark };
  const onTime = nowMs - newest <= ON_TIME_MS;
  if (!onTime && !isUseful(newest, schedule.next(nowMs), nowMs)) {
    return { missed: open, paused, newWatermark };
  }
  const missed = open.filter((slot) => slot !== newest);
  return { run: { slot: newest, reason: onTime ? 'due' : 'caught-up' }, missed, paused, newWatermark };
}

/** A backup for a missed slot is worth its cost while the next one is far: more than a day, or more than half the way. */
function isUseful(missed: Slot, next: Slot | undefined, nowMs: number): boolean {
  return next === undefined || next - nowMs > DAY_MS || nowMs - missed < (next - missed) / 2;
}

function settledInPause(schedule: Schedule, paused: readonly Slot[], untilMs: number): Slot | undefined {
  return paused.length < MOST_LISTED ? paused.at(-1) : latestSlot(schedule, untilMs);
}
