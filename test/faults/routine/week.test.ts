import { createWorld, type World } from '../../../sandbox/world.ts';
import { liveThroughKills, SPEED } from './week.ts';
import { weekOf } from './week-faults.ts';

/** WEEK_SEED runs the kills of an earlier week again, as far as the machine goes as fast. */
const seed = Number(process.env.WEEK_SEED ?? Math.floor(Math.random() * 1e6));

let world: World;
afterEach(() => world.close());

describe('a week of a bot that is killed again and again', () => {
  it(`has each slot once (WEEK_SEED=${seed})`, async () => {
    world = await createWorld({
      speed: SPEED,
      // A day is 14 s of the wall, which a run that is killed again and again may well take.
      env: { BACKUP_SCHEDULE: '0 */4 * * *', BACKUP_TIMEZONE: 'UTC', BACKUP_DEADLINE: '2w' },
      ec2: { snapshotSeconds: { min: 60, max: 1_200 } },
      // Slack's rates are of the wall.
      slack: { rates: false },
    });
    const life = await liveThroughKills(world, drawsOf(seed));
    const week = await weekOf(world, life);
    process.stdout.write(`week ${seed}: ${JSON.stringify({ ...life, ...week })}\n`);
    expect({ seed, faults: week.faults }).toEqual({ seed, faults: [] });
    // Otherwise it would show nothing: this machine was too slow for its bot to get to anything.
    expect(week.made).toBeGreaterThanOrEqual(5);
    expect(life.kills).toBeGreaterThanOrEqual(5);
  }, 240_000);
});

/** Numbers from 0 to 1 that look drawn and are the same each time (a linear congruence of Numerical Recipes). */
function drawsOf(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
