import type { App } from '../../../../src/app.ts';
import { localTimeMs } from '../../../../src/core/time/wall-time.ts';
// Loaded before the clock leaps: the bot does so at its first use of EC2.
import '../../../../src/gateways/ec2/ec2.ts';
import { standardInstall } from '../../../../sandbox/ec2/world.ts';
import type { Member } from '../../../../sandbox/slack/model.ts';
import { createWorld, type World } from '../../../../sandbox/world.ts';
import { watchActivity } from './activity.ts';
import { type LeapClock, leapClock } from './clock.ts';

export const ZONE = 'Europe/Berlin';
const HOUR = 3_600_000;
/** Seldom enough for a year, and often enough for alarms that are due after 26 hours. */
export const LOOK_EVERY_MS = 3 * HOUR;
export const MAX_AGE_MS = 26 * HOUR;
/** The second volume of the machine. */
export const DATA_DEVICE = '/dev/sdf';
export const KEPT = { last: 7, daily: 14, weekly: 8, monthly: 12 };

/** An image that EC2 deregistered, and the newest complete one just before. */
export interface Deletion {
  at: number;
  runId: string;
  outcome: string;
  /** The run of the newest complete one, and when it was made. */
  newest: { runId: string; at: number };
}

export interface Year extends World {
  clock: LeapClock;
  start(): Promise<App>;
  stop(): Promise<void>;
  /** Types a command and waits for the answer. */
  say(person: Member, text: string): Promise<void>;
  deletions: Deletion[];
  /** When a bot was started, and when it was stopped. */
  ups: { from: number; to: number }[];
}

/** ms of `2028-02-29 02:30` in Berlin. */
export function berlin(local: string): number {
  const [date = '', time = '00:00'] = local.split(' ');
  const ms = localTimeMs(date, time, ZONE);
  if (ms === undefined) throw new Error(`no calendar has ${local}`);
  return ms;
}

/** The bot on a clock that leaps from one thing to the next, with a daily schedule at 02:30 in Berlin. */
export async function openYear(startsAt: number): Promise<Year> {
  const activity = watchActivity();
  const clock = leapClock(startsAt, activity);
  const snapshotSeconds = { min: 60, max: 60 };
  const world = await createWorld({
    slack: { clock },
    ec2: { clock, snapshotSeconds },
    standardInstall: false,
    env: {
      // Nothing here depends on what is on the machine, and its time is not this clock's.
      SSH_PRIVATE_KEY_FILE: '',
      BACKUP_SCHEDULE: '30 2 * * *',
      BACKUP_TIMEZONE: ZONE,
      BACKUP_MAX_AGE: `${MAX_AGE_MS / HOUR}h`,
      KEEP_LAST: String(KEPT.last),
      KEEP_DAILY: String(KEPT.daily),
      KEEP_WEEKLY: String(KEPT.weekly),
      KEEP_MONTHLY: String(KEPT.monthly),
      LOG_LEVEL: 'warn',
    },
    gateways: {
      clock,
      random: drawsOf(1),
      lookEveryMs: LOOK_EVERY_MS,
      observe: (event) => activity.observe(event),
    },
  });
  const { ec2, slack, channel } = world;
  // Small volumes: what they hold is of no matter here, and each snapshot is made of it.
  const small = { sizeGiB: 8, type: 'gp3', usedBlocks: 2_048 };
  standardInstall(ec2, {
    volumes: [
      { ...small, device: '/dev/sda1' },
      { ...small, device: DATA_DEVICE },
    ],
  });
  const deletions: Deletion[] = [];
  const ups: Year['ups'] = [];
  const made = new Map<string, { createdAt: number; tags: Record<string, string> }>();
  ec2.onChange(({ noun, id, what }) => {
    if (noun !== 'image') return;
    const image = ec2.images.get(id);
    if (image !== undefined) made.set(id, image);
    const gone = made.get(id);
    if (what !== 'deregistered' || gone === undefined) return;
    const [newest] = [...ec2.images.values(), gone]
      .filter(({ tags }) => tags['circleci-backup:outcome'] === 'complete')
      .toSorted((one, other) => other.createdAt - one.createdAt);
    deletions.push({
      at: clock.now(),
      runId: gone.tags['circleci-backup:run'] ?? 'none',
      outcome: gone.tags['circleci-backup:outcome'] ?? 'none',
      newest: { runId: newest?.tags['circleci-backup:run'] ?? 'none', at: newest?.createdAt ?? 0 },
    });
  });

  return {
    ...world,
    clock,
    deletions,
    ups,
    async start() {
      ups.push({ from: clock.now(), to: Number.POSITIVE_INFINITY });
      return world.startBot();
    },
    async stop() {
      await world.stopBot();
      const up = ups.at(-1);
      if (up !== undefined) up.to = clock.now();
    },
    async say(person, text) {
      const before = slack.ephemerals(person.id).length;
      await slack.command(person.id, channel.id, text);
      const since = performance.now();
      while (slack.ephemerals(person.id).length === before) {
        if (performance.now() - since > 30_000) throw new Error(`“${text}” was not answered`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    async close() {
      clock.stop();
      await world.close();
      activity.stop();
    },
  };
}

/** Numbers from 0 to 1 that look drawn and are the same each time (mulberry32). */
function drawsOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
