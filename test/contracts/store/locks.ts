import fc from 'fast-check';
import { ANA, BEN, type Here, lockOf } from './fixtures.ts';

export function locksContract(here: Here): void {
  describe('locks', () => {
    it('gives a target to one run, and names the holder to the others', async () => {
      const lock = { ...lockOf('prod', 'bk-1'), cancel: { by: BEN, at: 1200 }, engineId: 'e-1' };
      expect(await here.store.locks.acquire(lock)).toEqual({ taken: true });
      expect(await here.store.locks.acquire(lockOf('prod', 'bk-2'))).toEqual({ taken: false, by: lock });
      expect(await here.store.locks.acquire(lockOf('stage', 'bk-3'))).toEqual({ taken: true });
      expect(await here.store.locks.ofTarget('prod')).toEqual(lock);
      expect(await here.store.locks.ofRun('bk-3')).toEqual(lockOf('stage', 'bk-3'));
      expect((await here.store.locks.all()).map((l) => l.target)).toEqual(['prod', 'stage']);
    });

    it('is taken already when the same run asks again, and stays as it was', async () => {
      await here.store.locks.acquire(lockOf('prod', 'bk-1'));
      expect(await here.store.locks.acquire({ ...lockOf('prod', 'bk-1'), since: 2000 })).toEqual({
        taken: true,
      });
      expect((await here.store.locks.ofTarget('prod'))?.since).toBe(1000);
    });

    it('is held by a schedule as well as by a person', async () => {
      const lock = { ...lockOf('prod', 'bk-1'), requester: { schedule: 'nightly', slot: 1_790_824_500_000 } };
      await here.store.locks.acquire(lock);
      await here.reopen();
      expect(await here.store.locks.acquire(lockOf('prod', 'bk-2'))).toEqual({ taken: false, by: lock });
    });

    it('gives one run one target', async () => {
      await here.store.locks.acquire(lockOf('prod', 'bk-1'));
      expect(await here.store.locks.acquire(lockOf('stage', 'bk-1'))).toEqual({
        taken: false,
        by: lockOf('prod', 'bk-1'),
      });
    });

    it('is free after its release, and the release of an unknown run changes nothing', async () => {
      await here.store.locks.acquire(lockOf('prod', 'bk-1'));
      await here.store.locks.release('bk-2');
      expect(await here.store.locks.ofTarget('prod')).toBeDefined();
      await here.store.locks.release('bk-1');
      expect(await here.store.locks.ofTarget('prod')).toBeUndefined();
      expect(await here.store.locks.acquire(lockOf('prod', 'bk-2'))).toEqual({ taken: true });
    });

    it('keeps the first wish to stop, and has none for a run without a lock', async () => {
      await here.store.locks.acquire(lockOf('prod', 'bk-1'));
      expect(await here.store.locks.requestCancel('bk-1', BEN, 1500)).toBe(true);
      expect(await here.store.locks.requestCancel('bk-1', ANA, 1600)).toBe(true);
      expect((await here.store.locks.ofRun('bk-1'))?.cancel).toEqual({ by: BEN, at: 1500 });
      expect(await here.store.locks.requestCancel('bk-9', BEN, 1500)).toBe(false);
    });

    it('forgets the wish to stop where people decided to go on, and takes another one', async () => {
      await here.store.locks.acquire(lockOf('prod', 'bk-1'));
      await here.store.locks.requestCancel('bk-1', BEN, 1500);
      await here.store.locks.forgetCancel('bk-1');
      expect(await here.store.locks.ofRun('bk-1')).toEqual(lockOf('prod', 'bk-1'));
      await here.store.locks.requestCancel('bk-1', ANA, 1700);
      expect((await here.store.locks.ofRun('bk-1'))?.cancel).toEqual({ by: ANA, at: 1700 });
    });

    it('notes the id the engine gave', async () => {
      await here.store.locks.acquire(lockOf('prod', 'bk-1'));
      await here.store.locks.setEngineId('bk-1', 'e-7');
      expect((await here.store.locks.ofRun('bk-1'))?.engineId).toBe('e-7');
    });

    it('outlives the process', async () => {
      await here.store.locks.acquire(lockOf('prod', 'bk-1'));
      await here.reopen();
      expect(await here.store.locks.all()).toEqual([lockOf('prod', 'bk-1')]);
    });

    describe('of a run that is aside', () => {
      const live = lockOf('prod', 'bk-2');
      const beside = { ...live, beside: true };
      const aside = { ...lockOf('prod', 'rs-1'), aside: true };
      beforeEach(async () => {
        await here.store.locks.acquire(lockOf('prod', 'rs-1'));
        expect(await here.store.locks.acquire(live, true)).toMatchObject({ taken: false });
        await here.store.locks.setAside('rs-1', true);
      });

      it('leaves room for one live backup beside it, and for nothing else', async () => {
        const { locks } = here.store;
        expect(await locks.acquire(live)).toEqual({ taken: false, by: aside });
        expect(await locks.acquire(live, true)).toEqual({ taken: true });
        expect(await locks.acquire(live, true)).toEqual({ taken: true });
        expect(await locks.acquire(lockOf('prod', 'bk-3'), true)).toEqual({ taken: false, by: beside });
        await here.reopen();
        expect(await here.store.locks.ofTarget('prod')).toEqual(aside);
        expect(await here.store.locks.besideOf('prod')).toEqual(beside);
        expect(await here.store.locks.ofRun('bk-2')).toEqual(beside);
        expect(await here.store.locks.all()).toEqual([beside, aside]);
      });

      it('lets nobody in any more once it goes on, and the backup ends on its own', async () => {
        const { locks } = here.store;
        await locks.acquire(live, true);
        await locks.setAside('rs-1', false);
        expect(await locks.ofTarget('prod')).toEqual(lockOf('prod', 'rs-1'));
        expect(await locks.besideOf('prod')).toEqual(beside);
        await locks.release('bk-2');
        expect(await locks.besideOf('prod')).toBeUndefined();
        expect(await locks.acquire(live, true)).toMatchObject({ taken: false });
      });

      it('may end first: the backup that is left holds the target', async () => {
        const { locks } = here.store;
        await locks.acquire(live, true);
        await locks.release('rs-1');
        expect(await locks.ofTarget('prod')).toEqual(beside);
        for (const mayBeBeside of [true, false])
          expect(await locks.acquire(lockOf('prod', 'rs-2'), mayBeBeside)).toEqual({
            taken: false,
            by: beside,
          });
        expect(await locks.ofRun('rs-2')).toBeUndefined();
        await locks.release('bk-2');
        expect(await locks.acquire(lockOf('prod', 'rs-2'))).toEqual({ taken: true });
      });

      it('is raced for by many backups, of which one is made', async () => {
        const ids = ['bk-2', 'bk-3', 'bk-4', 'bk-5'];
        const answers = await Promise.all(
          ids.map((id) => here.store.locks.acquire(lockOf('prod', id), true)),
        );
        expect(answers.filter(({ taken }) => taken)).toHaveLength(1);
        expect(await here.store.locks.all()).toHaveLength(2);
      });
    });

    it('has one holder whatever the order', async () => {
      const call = fc.record({
        run: fc.constantFrom('a', 'b', 'c', 'd'),
        release: fc.boolean(),
      });
      let n = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(call, { maxLength: 6 }), { maxLength: 4 }), async (rounds) => {
          n += 1;
          const target = `t${n}`;
          let holder: string | undefined;
          for (const round of rounds) {
            // A round's acquires race each other.
            const asked = round.filter((c) => !c.release).map((c) => `${target}-${c.run}`);
            const answers = await Promise.all(
              asked.map(async (run) => ({ run, ...(await here.store.locks.acquire(lockOf(target, run))) })),
            );
            const taken = new Set(answers.filter((a) => a.taken).map((a) => a.run));
            expect(taken.size).toBeLessThanOrEqual(1);
            if (holder === undefined) expect(taken.size).toBe(asked.length > 0 ? 1 : 0);
            else for (const run of taken) expect(run).toBe(holder);
            for (const run of taken) holder = run;
            expect((await here.store.locks.ofTarget(target))?.runId).toBe(holder);
            const released = round.filter((c) => c.release).map((c) => `${target}-${c.run}`);
            await Promise.all(released.map((run) => here.store.locks.release(run)));
            if (holder !== undefined && released.includes(holder)) holder = undefined;
            expect((await here.store.locks.ofTarget(target))?.runId).toBe(holder);
          }
        }),
        { numRuns: 40 },
      );
    });
  });
}
