import { drawsOf } from '../draws.ts';
import { turns } from '../turns.ts';
import { BLOWS } from './blows.ts';
import { COURSES } from './courses.ts';
import { type Survival, survive } from './kill.ts';

/** All points and blows are in `npm run test:long`. */
const DEATHS = 5;
const STRUCK = 4;
/** KILL_SEED draws the points and blows of an earlier run again. */
const seed = Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 1e6));
const draws = drawsOf(seed);

/** Of the engine, and told of under no name or another one. */
const UNTOLD = /^(?:again|shown|choices)\//;

const whole = new Map<string, Survival>();
const survived = new Map<string, Survival>();
const struck: [string, Survival][] = [];

beforeAll(async () => {
  const inTurn = turns(4);
  await Promise.all(COURSES.map(async (course) => whole.set(course.name, await survive(course, []))));
  const sampled = COURSES.map((course) => {
    const points = [...new Set(whole.get(course.name)?.points)];
    return { course, deadly: draws.some(DEATHS, points) };
  });
  const blows = draws.some(STRUCK, BLOWS);
  await Promise.all([
    ...sampled.map(({ course, deadly }) =>
      inTurn(async () => survived.set(course.name, await survive(course, deadly))),
    ),
    ...blows.map(([name, blow]) =>
      inTurn(async () => {
        const course = COURSES.find((one) => one.name === name);
        if (course !== undefined) struck.push([blow.name, await survive(course, [], blow)]);
      }),
    ),
  ]);
}, 300_000);

describe(`a restore whose bot is killed (KILL_SEED=${seed})`, () => {
  it.each(COURSES.map(({ name }) => name))(
    '%s: can be killed at each of its steps, for each is told',
    (name) => {
      const { faults = ['it never ran'], steps = [], points = [] } = whole.get(name) ?? {};
      expect(faults).toEqual([]);
      const told = steps.filter((step) => !UNTOLD.test(step)).map((step) => step.replace(/^ask\/.*/, 'ask'));
      const expected = ['vote', 'handover', ...told].flatMap((step) => [`${step}/started`, `${step}/done`]);
      expect([...new Set(points)].sort()).toEqual([...new Set(expected)].sort());
    },
  );

  it.each(COURSES.map(({ name }) => name))('%s: keeps its promises, wherever that is', (name) => {
    const { faults, deaths } = survived.get(name) ?? {};
    expect({ deaths, faults }).toEqual({ deaths, faults: [] });
    expect(deaths?.length).toBeGreaterThanOrEqual(DEATHS - 2);
  });

  it('keeps its promises when an answer is lost with it, or a file is half written', () => {
    expect(struck.filter(([, { faults }]) => faults.length > 0)).toEqual([]);
    expect(struck).toHaveLength(STRUCK);
  });
});
