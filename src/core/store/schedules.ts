import type { OpenAlarm } from '../alarms/alarm.ts';
import type { Person } from '../model/person.ts';

/** A break of a target's schedules; it ends by itself. */
export interface Pause {
  target: string;
  /** ms since epoch; to resume, it is set to that moment. */
  until: number;
  by: Person;
  at: number;
  /** When the channel was last reminded of it. */
  remindedAt?: number;
}

export interface Schedules {
  /** Up to where a schedule's slots are settled; undefined for a new one, and for one whose cron or zone changed. */
  watermark(target: string, schedule: string, expression: string): Promise<number | undefined>;
  setWatermark(target: string, schedule: string, expression: string, at: number): Promise<void>;
  /** Takes a slot for a run. false when it was taken before: each slot has one run, whoever counts it. */
  takeSlot(target: string, schedule: string, slot: number, runId: string): Promise<boolean>;
  pauseOf(target: string): Promise<Pause | undefined>;
  setPause(pause: Pause): Promise<void>;
  /** The open alarm about a target's silence. */
  alarmOf(target: string): Promise<OpenAlarm | undefined>;
  setAlarm(target: string, alarm: OpenAlarm | undefined): Promise<void>;
  /** Forgets which slots before this time were taken, and gives how many that were. */
  forgetSlots(before: number): Promise<number>;
  /** Since when the bot watches this target; the first call with a target keeps `at`. */
  watchedSince(target: string, at: number): Promise<number>;
}
