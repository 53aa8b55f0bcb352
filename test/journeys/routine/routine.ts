import type { WorldOptions } from '../../../sandbox/world.ts';
import { eventually } from '../../faults/eventually.ts';
import { auditOf } from '../audit.ts';
import { BEGIN, type Journey, startJourney } from '../journey.ts';
import { skipClock } from '../skip-clock.ts';

export const HOUR_MS = 3_600_000;
/** A slot is half a minute of the wall: room for a backup also where the machine is busy. */
const SPEED = 120;

export interface RoutineJourney extends Journey {
  /** Leaves out the time until just before the next slot of so many hours. */
  toSlot(hours?: number): void;
  skip(ms: number): void;
  /** Waits until so many runs have ended, and the next one may begin. */
  ran(count: number): Promise<void>;
}

/** A journey with a slot an hour, on a clock that leaves out the time between them. */
export async function routineJourney(options: WorldOptions = {}): Promise<RoutineJourney> {
  const clock = skipClock(SPEED, BEGIN);
  const env = { BACKUP_SCHEDULE: '0 * * * *', KEEP_LAST: '2', ...options.env };
  const ec2 = { snapshotSeconds: { min: 60, max: 120 }, ...options.ec2 };
  const journey = await startJourney({ ...options, clock, env, ec2 });
  const skip = (ms: number) => clock.skipTo(clock.now() + ms);
  return {
    ...journey,
    skip,
    ran: (count) =>
      eventually(`${count} run(s) have ended`, async () => {
        const rows = await auditOf(journey.dataFolder);
        return rows.filter(({ kind }) => kind === 'result').length >= count;
      }),
    toSlot(hours = 1) {
      const every = hours * HOUR_MS;
      clock.skipTo(Math.ceil(clock.now() / every) * every - 1_000);
    },
  };
}

/** Slots of which a backup was asked for, as the audit tells, oldest first. */
export async function slotsOf({ dataFolder }: Journey): Promise<number[]> {
  const rows = await auditOf(dataFolder);
  return rows
    .filter((row) => row.kind === 'request' && row.detail.slot !== undefined)
    .map((row) => Number(row.detail.slot));
}
