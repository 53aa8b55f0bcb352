import { createBatch, createShared } from '../../../src/gateways/ec2/batch.ts';
import { handClock } from '../../hand-clock.ts';

describe('createBatch', () => {
  function setUp(fails: { next: boolean } = { next: false }) {
    const clock = handClock(0);
    const loads: string[][] = [];
    const ask = createBatch<string, string>(clock, async (keys) => {
      loads.push(keys);
      if (fails.next) throw new Error('no answer');
      return (key) => key.toUpperCase();
    });
    return { clock, loads, ask };
  }

  it('asks once for all who come within the window, and gives each its own', async () => {
    const { clock, loads, ask } = setUp();
    const first = Array.from({ length: 100 }, (_, i) => ask(`target-${i}`));
    await clock.advance(99);
    const late = ask('late');
    expect(loads).toEqual([]);
    await clock.advance(1);
    expect(await Promise.all(first)).toEqual(Array.from({ length: 100 }, (_, i) => `TARGET-${i}`));
    expect(await late).toBe('LATE');
    expect(loads).toHaveLength(1);
    expect(loads[0]).toHaveLength(101);
  });

  it('opens a new batch once one was sent', async () => {
    const { clock, loads, ask } = setUp();
    const one = ask('one');
    await clock.advance(100);
    const two = ask('two');
    await clock.advance(100);
    expect(await Promise.all([one, two])).toEqual(['ONE', 'TWO']);
    expect(loads).toEqual([['one'], ['two']]);
  });

  it('fails every asker when it fails, and none after', async () => {
    const fails = { next: true };
    const { clock, ask } = setUp(fails);
    const both = Promise.allSettled([ask('one'), ask('two')]);
    await clock.advance(100);
    expect((await both).map((r) => r.status)).toEqual(['rejected', 'rejected']);
    fails.next = false;
    const again = ask('one');
    await clock.advance(100);
    expect(await again).toBe('ONE');
  });
});

describe('createShared', () => {
  function setUp() {
    const clock = handClock(1_000);
    const loads: PromiseWithResolvers<number>[] = [];
    const read = createShared(clock, 15_000, () => {
      const load = Promise.withResolvers<number>();
      loads.push(load);
      return load.promise;
    });
    return { clock, loads, read };
  }

  it('gives everybody the load that is under way, and keeps it fresh for a while', async () => {
    const { clock, loads, read } = setUp();
    const both = Promise.all([read(), read()]);
    loads[0]?.resolve(1);
    expect(await both).toEqual([1, 1]);
    await clock.advance(14_999);
    expect(await read()).toBe(1);
    await clock.advance(1);
    const next = read();
    loads[1]?.resolve(2);
    expect(await next).toBe(2);
    expect(loads).toHaveLength(2);
  });

  it('reads anew for who wants it newer than what there is', async () => {
    const { clock, loads, read } = setUp();
    const old = read();
    loads[0]?.resolve(1);
    await old;
    await clock.advance(10);
    expect(await read(1_000)).toBe(1);
    const newer = read(1_005);
    loads[1]?.resolve(2);
    expect(await newer).toBe(2);
    expect(await read(1_005)).toBe(2);
  });

  it('gives who asks as of a time any load since then, however old, and whatever changed', async () => {
    const { clock, loads, read } = setUp();
    const old = read();
    loads[0]?.resolve(1);
    await old;
    await clock.advance(600_000);
    expect(await read(500_000, 1_000)).toBe(1);
    const newer = read(500_000, 1_001);
    loads[1]?.resolve(2);
    expect(await newer).toBe(2);
    expect(loads).toHaveLength(2);
  });

  it('does not keep a load that failed, nor forgets a newer one for it', async () => {
    const { clock, loads, read } = setUp();
    const first = read();
    await clock.advance(10);
    const second = read(1_005);
    loads[1]?.resolve(2);
    loads[0]?.reject(new Error('no answer'));
    await expect(first).rejects.toThrow('no answer');
    expect(await second).toBe(2);
    expect(await read()).toBe(2);
    expect(loads).toHaveLength(2);

    await clock.advance(20_000);
    const failed = read();
    loads[2]?.reject(new Error('no answer'));
    await expect(failed).rejects.toThrow('no answer');
    const again = read();
    loads[3]?.resolve(4);
    expect(await again).toBe(4);
  });
});
