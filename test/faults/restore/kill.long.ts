import { drawsOf } from '../draws.ts';
import { turns } from '../turns.ts';
import { BLOWS } from './blows.ts';
import { COURSES } from './courses.ts';
import { type Survival, survive } from './kill.ts';

/** Each holds a world and a bot. */
const AT_ONCE = 4;
const ALONE = 16;
/** KILL_SEED draws the points of an earlier run again. */
const seed = Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 1e6));
/** A bot that dies after the vote hands nothing over: the next one starts what was voted for. */
const HIDES_THE_HANDOVER = 'vote/done';

type Life = [name: string, live: () => Promise<Survival>];

/** What is wrong, with its name; nothing else. */
async function wrong(lives: readonly Life[]): Promise<string[][]> {
  const inTurn = turns(AT_ONCE);
  const all = await Promise.all(
    lives.map(([name, live]) => inTurn(async () => [name, ...(await live()).faults])),
  );
  return all.filter(([, ...faults]) => faults.length > 0);
}

describe(`a restore keeps its promises when its bot is killed (KILL_SEED=${seed})`, () => {
  let points: Map<string, string[]>;

  beforeAll(async () => {
    const whole = COURSES.map(async (course): Promise<[string, string[]]> => {
      const { points: told, faults } = await survive(course, []);
      if (faults.length > 0) throw new Error(`${course.name}, without a kill: ${faults.join()}`);
      return [course.name, [...new Set(told)]];
    });
    points = new Map(await Promise.all(whole));
  }, 300_000);

  it('at every point, one after another', async () => {
    const lives = COURSES.map((course, i): Life => {
      const all = points.get(course.name) ?? [];
      const deadly = i % 2 === 0 ? all : all.filter((point) => point !== HIDES_THE_HANDOVER);
      return [course.name, () => survive(course, deadly)];
    });
    expect([...points.values()].flat().length).toBeGreaterThan(150);
    expect(await wrong(lives)).toEqual([]);
  });

  it('at one point alone', async () => {
    const all = COURSES.flatMap((course) =>
      (points.get(course.name) ?? []).map(
        (point): Life => [`${course.name}, ${point}`, () => survive(course, [point])],
      ),
    );
    expect(await wrong(drawsOf(seed).some(ALONE, all))).toEqual([]);
  });

  it('while an answer is on its way, or a file is half written', async () => {
    const lives = BLOWS.flatMap(([name, blow]) =>
      COURSES.filter((course) => course.name === name).map(
        (course): Life => [`${name}, ${blow.name}`, () => survive(course, [], blow)],
      ),
    );
    expect(lives).toHaveLength(BLOWS.length);
    expect(await wrong(lives)).toEqual([]);
  });
});
