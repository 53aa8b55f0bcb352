import { claimUntilNothing } from '../../../src/workflows/engine/claim-queue.ts';

type Claim = Parameters<typeof claimUntilNothing>[0];
type Run = NonNullable<Awaited<ReturnType<Claim>>>;

/** A queue of runs, of which each claim takes one. */
function queue(...ids: string[]) {
  let asked = 0;
  const claim: Claim = async () => {
    asked += 1;
    const id = ids.shift();
    return id === undefined ? null : ({ id } as Run);
  };
  return { claim: claimUntilNothing(claim), ids, asked: () => asked };
}

const params = (n: number) => ({ workerId: `worker-${n}`, leaseDurationMs: 30_000 });
const tick = async (claim: Claim, slots: number) =>
  (await Promise.all(Array.from({ length: slots }, (_, n) => claim(params(n))))).map((run) => run?.id);

describe('the asks of one turn', () => {
  it('end with the first that finds nothing', async () => {
    const { claim, asked } = queue();
    expect(await tick(claim, 200)).toEqual(Array(200).fill(undefined));
    expect(asked()).toBe(1);
  });

  it('take every run there is, one a slot', async () => {
    const { claim, asked } = queue('a', 'b', 'c');
    expect(await tick(claim, 5)).toEqual(['a', 'b', 'c', undefined, undefined]);
    expect(asked()).toBe(4);
    expect(await tick(queue('a', 'b', 'c').claim, 2)).toEqual(['a', 'b']);
  });

  it('say nothing about the next turn', async () => {
    const { claim, ids } = queue();
    await tick(claim, 2);
    ids.push('late');
    expect(await tick(claim, 2)).toEqual(['late', undefined]);
  });

  it('fail together with the one before', async () => {
    const claim = claimUntilNothing(async () => {
      throw new Error('database is locked');
    });
    await expect(tick(claim, 3)).rejects.toThrow('database is locked');
  });
});
