import { DRAWN, drawn, type Life, wrongWith } from '../drawn.ts';
import { BLOWS } from './blows.ts';
import { COURSES } from './courses.ts';
import { type Survival, survive } from './kill.ts';

/** Whole restores that one bot dies in: at every point they are covered by those that die again and again. */
const ALONE = 16;
/** A bot that dies after the vote hands nothing over: the next one starts what was voted for. */
const HIDES_THE_HANDOVER = 'vote/done';
/** Of the engine, and told of under no name or another one. */
const UNTOLD = /^(?:again|shown|choices)\//;

const courses = drawn('restore/kill: courses', COURSES, 2);
const names = new Set(courses.map(({ name }) => name));
const whole = new Map<string, Survival>();

beforeAll(async () => {
  const lives = courses.map(
    (course): Life => [
      course.name,
      async () => {
        whole.set(course.name, await survive(course, []));
        return [];
      },
    ],
  );
  await wrongWith(lives);
}, 600_000);

const pointsOf = (name: string) => [...new Set(whole.get(name)?.points)].sort();

describe(`a restore whose bot is killed (${DRAWN})`, () => {
  it.each([...names])('%s: can be killed at each of its steps, for each is told', (name) => {
    const { faults = ['it never ran'], steps = [] } = whole.get(name) ?? {};
    expect(faults).toEqual([]);
    const told = steps.filter((step) => !UNTOLD.test(step)).map((step) => step.replace(/^ask\/.*/, 'ask'));
    const expected = ['vote', 'handover', ...told].flatMap((step) => [`${step}/started`, `${step}/done`]);
    expect(pointsOf(name)).toEqual([...new Set(expected)].sort());
  });

  it('keeps its promises, killed again and again', async () => {
    const lives = courses.map((course, i): Life => {
      const points = drawn(`restore/kill: ${course.name}`, pointsOf(course.name), 5);
      const deadly = i % 2 === 0 ? points : points.filter((point) => point !== HIDES_THE_HANDOVER);
      return [
        course.name,
        async () => {
          const { faults, deaths } = await survive(course, deadly);
          // Some of the points may be on a way that another kill leaves out.
          return deaths.length < Math.min(deadly.length, 5) - 2
            ? [...faults, `died only at ${deaths.join()}`]
            : faults;
        },
      ];
    });
    expect(await wrongWith(lives)).toEqual([]);
  }, 1_200_000);

  it('keeps its promises, killed at one point alone', async () => {
    const all = courses.flatMap((course) =>
      pointsOf(course.name).map(
        (point): Life => [`${course.name}, ${point}`, async () => (await survive(course, [point])).faults],
      ),
    );
    expect(await wrongWith(drawn('restore/kill: alone', all, 2).slice(0, ALONE))).toEqual([]);
  }, 1_200_000);

  it('keeps its promises when an answer is lost with it, or a file is half written', async () => {
    const lives = BLOWS.flatMap(([name, blow]) =>
      courses
        .filter((course) => course.name === name)
        .map(
          (course): Life => [`${name}, ${blow.name}`, async () => (await survive(course, [], blow)).faults],
        ),
    );
    expect(await wrongWith(drawn('restore/kill: blows', lives, 2))).toEqual([]);
  }, 1_200_000);
});
