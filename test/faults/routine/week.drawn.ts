import { createWorld, type World } from '../../../sandbox/world.ts';
import { countOf, DRAWN, seed } from '../drawn.ts';
import { drawsOf } from '../draws.ts';
import { liveThroughKills, SPEED } from './week.ts';
import { weekOf } from './week-faults.ts';

/** The seed draws the same kills again, as far as the machine goes as fast. */
const days = countOf(2, 7);

let world: World;
afterEach(() => world.close());

describe('a bot that is killed again and again', () => {
  it(`has each slot of ${days} days once (${DRAWN})`, async () => {
    world = await createWorld({
      speed: SPEED,
      // A day is 14 s of the wall, which a run that is killed again and again may well take.
      env: { BACKUP_SCHEDULE: '0 */4 * * *', BACKUP_TIMEZONE: 'UTC', BACKUP_DEADLINE: '2w' },
      ec2: { snapshotSeconds: { min: 60, max: 1_200 } },
      // Slack's rates are of the wall.
      slack: { rates: false },
    });
    const life = await liveThroughKills(world, days, drawsOf(seed).number);
    const week = await weekOf(world, life);
    process.stdout.write(
      `routine/week: ${days} days of 7, ${DRAWN}: ${JSON.stringify({ ...life, ...week })}\n`,
    );
    expect({ seed, faults: week.faults }).toEqual({ seed, faults: [] });
    // Otherwise it would show nothing: this machine was too slow for its bot to get to anything.
    expect(week.made).toBeGreaterThanOrEqual(days - 1);
    expect(life.kills).toBeGreaterThanOrEqual(days - 1);
  }, 240_000);
});
