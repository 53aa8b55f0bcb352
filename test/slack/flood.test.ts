import { createFlood } from '../../src/slack/flood.ts';
import { handClock } from '../hand-clock.ts';

const ANA = { userId: 'U1', teamId: 'T1' };
const BEN = { userId: 'U2', teamId: 'T1' };
const MINUTE = 60_000;

function scene(operators: string[] = []) {
  const clock = handClock(0);
  const stopping = new AbortController();
  const told: unknown[] = [];
  const asked: string[] = [];
  const flood = createFlood({
    clock,
    signal: stopping.signal,
    isTrusted: async ({ userId }) => {
      asked.push(userId);
      return operators.includes(userId);
    },
    ended: async (person, count) => void told.push([person.userId, count]),
  });
  const kinds = async (n: number, person = ANA) =>
    (await Promise.all(Array.from({ length: n }, () => flood.pass(person)))).map(({ kind }) => kind);
  return { clock, stopping, told, asked, flood, kinds };
}

const count = (kinds: string[]) =>
  Object.fromEntries([...new Set(kinds)].map((kind) => [kind, kinds.filter((one) => one === kind).length]));

describe('a flood', () => {
  test('of 500 at once: 30 are heard, one is refused visibly, and the rest is told as a number', async () => {
    const { clock, told, asked, kinds } = scene();
    expect(count(await kinds(500))).toEqual({ open: 30, refused: 1, dropped: 469 });
    expect(asked).toEqual(['U1']);
    expect(await kinds(1, BEN)).toEqual(['open']);
    expect(told).toEqual([]);
    await clock.advance(MINUTE);
    expect(told).toEqual([['U1', 470]]);
    expect(await kinds(31)).toEqual([...Array(30).fill('open'), 'refused']);
  });

  test('of an operator is a fleet’s: a thousand at once, and no more than that', async () => {
    const { clock, told, asked, kinds } = scene(['U1']);
    expect(count(await kinds(1_030))).toEqual({ open: 1_030 });
    expect(asked).toEqual(['U1']);
    expect(count(await kinds(5))).toEqual({ refused: 1, dropped: 4 });
    await clock.advance(MINUTE);
    expect(told).toEqual([['U1', 5]]);
    expect(count(await kinds(600))).toEqual({ open: 600 });
  });

  test('is no one’s who takes two seconds for each, nor whose pace is a person’s', async () => {
    const { clock, told, kinds } = scene();
    await kinds(30);
    for (let n = 0; n < 300; n += 1) {
      await clock.advance(2_000);
      expect(await kinds(1)).toEqual(['open']);
    }
    await clock.advance(MINUTE);
    expect(await kinds(20)).toEqual(Array(20).fill('open'));
    expect(told).toEqual([]);
  });

  test('is shut out for longer each time, an hour at the most, until there was an hour without', async () => {
    const { clock, flood, kinds } = scene();
    const shutFor = async () => {
      await kinds(30);
      const passage = await flood.pass(ANA);
      return passage.kind === 'refused' ? passage.forMs / MINUTE : passage.kind;
    };
    for (const minutes of [1, 2, 4, 8, 16, 32, 60]) {
      expect(await shutFor()).toBe(minutes);
      expect(await kinds(1)).toEqual(['dropped']);
      await clock.advance(minutes * MINUTE);
    }
    for (let n = 0; n < 4; n += 1) {
      await clock.advance(15 * MINUTE);
      expect(await kinds(1)).toEqual(['open']);
    }
    await clock.advance(MINUTE);
    expect(await shutFor()).toBe(1);
  });

  test('is told of when the bot stops, too, and each person’s by itself', async () => {
    const { stopping, told, flood, kinds } = scene();
    await kinds(100);
    await kinds(40, BEN);
    await kinds(50, { ...ANA, teamId: 'T2' });
    stopping.abort();
    await flood.settled();
    expect(told).toEqual([
      ['U1', 70],
      ['U2', 10],
      ['U1', 20],
    ]);
  });

  test('of a clock that is put back shuts nobody out for longer', async () => {
    const { clock, kinds } = scene();
    await kinds(30);
    await clock.advance(-24 * 60 * MINUTE);
    expect(await kinds(1)).toEqual(['refused']);
    await clock.advance(MINUTE);
    expect(await kinds(1)).toEqual(['open']);
  });
});
