import { berlin, DATA_DEVICE, type Year } from './world.ts';

/** Why a slot has no complete backup of its own. */
export type Excuse = 'paused' | 'missed' | 'overlap' | 'failed' | 'partial';

/** Something that happens in a simulated time, in Berlin's time. */
export interface Incident {
  steps: { at: string; act: (year: Year) => Promise<unknown> | unknown }[];
  /** By the day of the slot. */
  excuses: Record<string, Excuse>;
  /** Days on which an alarm is raised; each is closed by the next complete backup. */
  alarms: string[];
}

/** The bot is down; whether the newest slot is made up for depends on how near the next one is. */
export function downtime(from: string, to: string, missed: string[], alarm: string): Incident {
  return {
    steps: [
      { at: from, act: (year) => year.stop() },
      { at: to, act: (year) => year.start() },
    ],
    excuses: Object.fromEntries(missed.map((day) => [day, 'missed'])),
    alarms: [alarm],
  };
}

export function pause(from: string, length: string, paused: string[], alarm: string): Incident {
  return {
    steps: [{ at: from, act: (year) => year.say(year.ana, `schedule pause for ${length}`) }],
    excuses: Object.fromEntries(paused.map((day) => [day, 'paused'])),
    alarms: [alarm],
  };
}

/** A pause of two days that is ended before its first slot. */
export function shortPause(from: string, to: string): Incident {
  return {
    steps: [
      { at: from, act: (year) => year.say(year.ana, 'schedule pause for 2d') },
      { at: to, act: (year) => year.say(year.ana, 'schedule resume') },
    ],
    excuses: {},
    alarms: [],
  };
}

/** Somebody takes the permission to make images away, and gives it back. */
export function denied(from: string, to: string, failed: string[], alarm: string): Incident {
  return {
    steps: [
      { at: from, act: ({ ec2 }) => ec2.denied.add('ec2:CreateImage') },
      { at: to, act: ({ ec2 }) => ec2.denied.delete('ec2:CreateImage') },
    ],
    excuses: Object.fromEntries(failed.map((day) => [day, 'failed'])),
    alarms: [alarm],
  };
}

/** One image leaves a volume out; the next complete backup comes a day later, which is too late. */
export function partial(day: string, alarm: string): Incident {
  return {
    steps: [
      {
        at: `${day} 02:00`,
        act: ({ ec2 }) => {
          ec2.nextImage = { dropVolumes: [DATA_DEVICE] };
        },
      },
    ],
    excuses: { [day]: 'partial' },
    alarms: [alarm],
  };
}

/** A backup by hand still goes on at the slot. It counts, so there is no alarm. */
export function overlap(day: string): Incident {
  return {
    steps: [{ at: `${day} 02:29`, act: (year) => year.say(year.ana, 'now') }],
    excuses: { [day]: 'overlap' },
    alarms: [],
  };
}

/** Lets time pass up to `to` with these incidents in it. */
export async function live(year: Year, incidents: readonly Incident[], to: string): Promise<void> {
  const { clock } = year;
  const steps = incidents.flatMap((incident) => incident.steps);
  for (const { at, act } of steps.toSorted((a, b) => berlin(a.at) - berlin(b.at))) {
    await clock.until(berlin(at));
    await clock.hold(async () => act(year));
  }
  await clock.until(berlin(to));
  await clock.hold(() => year.stop());
}
