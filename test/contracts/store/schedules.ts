import fc from 'fast-check';
import { ANA, BEN, type Here } from './fixtures.ts';

export function schedulesContract(here: Here): void {
  describe('schedules', () => {
    const NIGHTLY = '15 3 * * * Europe/Berlin';
    const mark = (target: string, schedule: string, expression = NIGHTLY) =>
      here.store.schedules.watermark(target, schedule, expression);

    it('keeps a watermark for each schedule of each target', async () => {
      expect(await mark('prod', 'nightly')).toBeUndefined();
      await here.store.schedules.setWatermark('prod', 'nightly', NIGHTLY, 1000);
      await here.store.schedules.setWatermark('prod', 'weekly', NIGHTLY, 2000);
      await here.store.schedules.setWatermark('stage', 'nightly', NIGHTLY, 3000);
      await here.store.schedules.setWatermark('prod', 'nightly', NIGHTLY, 1500);
      await here.reopen();
      expect(await mark('prod', 'nightly')).toBe(1500);
      expect(await mark('prod', 'weekly')).toBe(2000);
      expect(await mark('stage', 'nightly')).toBe(3000);
    });

    it('has no watermark for a changed schedule, nor for one that was changed back', async () => {
      await here.store.schedules.setWatermark('prod', 'nightly', NIGHTLY, 1000);
      expect(await mark('prod', 'nightly', '15 3 * * * UTC')).toBeUndefined();
      await here.store.schedules.setWatermark('prod', 'nightly', '15 3 * * * UTC', 2000);
      expect(await mark('prod', 'nightly', '15 3 * * * UTC')).toBe(2000);
      expect(await mark('prod', 'nightly')).toBeUndefined();
    });

    it('takes a watermark back, as dueSlots does with one from a clock that was wrong', async () => {
      await here.store.schedules.setWatermark('prod', 'nightly', NIGHTLY, 9000);
      await here.store.schedules.setWatermark('prod', 'nightly', NIGHTLY, 1000);
      expect(await mark('prod', 'nightly')).toBe(1000);
    });

    it('gives a slot to one run, also after a restart', async () => {
      const take = (slot: number, runId: string) =>
        here.store.schedules.takeSlot('prod', 'nightly', slot, runId);
      const answers = await Promise.all(['bk-1', 'bk-2', 'bk-3'].map((runId) => take(1000, runId)));
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await take(2000, 'bk-4')).toBe(true);
      expect(await here.store.schedules.takeSlot('prod', 'weekly', 1000, 'bk-5')).toBe(true);
      expect(await here.store.schedules.takeSlot('stage', 'nightly', 1000, 'bk-6')).toBe(true);
      await here.reopen();
      expect(await take(1000, 'bk-7')).toBe(false);
      // Not even to the same run: whoever asks twice has been told that it is theirs.
      expect(await take(2000, 'bk-4')).toBe(false);
    });

    it('gives each slot once, whatever the order', async () => {
      const ask = fc.record({
        schedule: fc.constantFrom('nightly', 'weekly'),
        slot: fc.integer({ min: 1, max: 4 }),
      });
      let n = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(ask, { maxLength: 12 }), async (asks) => {
          n += 1;
          const answers = await Promise.all(
            asks.map(({ schedule, slot }, at) =>
              here.store.schedules.takeSlot(`t${n}`, schedule, slot, `bk-${at}`),
            ),
          );
          const slots = new Set(asks.map(({ schedule, slot }) => `${schedule} ${slot}`));
          expect(answers.filter(Boolean)).toHaveLength(slots.size);
        }),
        { numRuns: 30 },
      );
    });

    it('forgets slots of long ago, and no others', async () => {
      for (const slot of [1000, 2000, 3000])
        await here.store.schedules.takeSlot('prod', 'nightly', slot, 'bk-1');
      await here.store.schedules.takeSlot('lab', 'nightly', 1000, 'bk-2');
      expect(await here.store.schedules.forgetSlots(2000)).toBe(2);
      expect(await here.store.schedules.forgetSlots(2000)).toBe(0);
      expect(await here.store.schedules.takeSlot('prod', 'nightly', 2000, 'bk-3')).toBe(false);
      expect(await here.store.schedules.takeSlot('prod', 'nightly', 3000, 'bk-4')).toBe(false);
    });

    it('keeps one pause a target, and replaces it', async () => {
      expect(await here.store.schedules.pauseOf('prod')).toBeUndefined();
      const pause = { target: 'prod', until: 9000, by: ANA, at: 1000 };
      await here.store.schedules.setPause(pause);
      await here.store.schedules.setPause({ ...pause, target: 'stage', remindedAt: 4000 });
      await here.reopen();
      expect(await here.store.schedules.pauseOf('prod')).toEqual(pause);
      expect(await here.store.schedules.pauseOf('stage')).toEqual({
        ...pause,
        target: 'stage',
        remindedAt: 4000,
      });
      await here.store.schedules.setPause({ ...pause, remindedAt: 5000 });
      const resumed = { target: 'prod', until: 6000, by: BEN, at: 6000 };
      await here.store.schedules.setPause(resumed);
      expect(await here.store.schedules.pauseOf('prod')).toEqual(resumed);
    });

    it('keeps the open alarm of a target until it is closed', async () => {
      expect(await here.store.schedules.alarmOf('prod')).toBeUndefined();
      await here.store.schedules.setAlarm('prod', undefined);
      await here.store.schedules.setAlarm('prod', { since: 1000, toldAt: 2000, times: 1 });
      await here.store.schedules.setAlarm('stage', { since: 1500, toldAt: 2500, times: 2 });
      await here.store.schedules.setAlarm('prod', { since: 1000, toldAt: 3000, times: 2 });
      await here.reopen();
      expect(await here.store.schedules.alarmOf('prod')).toEqual({ since: 1000, toldAt: 3000, times: 2 });
      await here.store.schedules.setAlarm('prod', undefined);
      expect(await here.store.schedules.alarmOf('prod')).toBeUndefined();
      expect(await here.store.schedules.alarmOf('stage')).toEqual({ since: 1500, toldAt: 2500, times: 2 });
    });

    it('remembers since when a target is watched', async () => {
      const first = [3000, 3000].map((at) => here.store.schedules.watchedSince('prod', at));
      expect(await Promise.all(first)).toEqual([3000, 3000]);
      await here.reopen();
      expect(await here.store.schedules.watchedSince('prod', 9000)).toBe(3000);
      expect(await here.store.schedules.watchedSince('prod', 1000)).toBe(3000);
      expect(await here.store.schedules.watchedSince('stage', 9000)).toBe(9000);
    });
  });
}
