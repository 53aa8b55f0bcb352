import { type Here, lockOf, message } from './fixtures.ts';

export function transactionContract(here: Here): void {
  describe('transaction', () => {
    it('keeps all or nothing', async () => {
      await here.store.transaction(async (inside) => {
        await inside.locks.acquire(lockOf('prod', 'bk-1'));
        await inside.audit.append({ at: 1, kind: 'request', verb: 'now', detail: {} });
      });
      const undone = here.store.transaction(async (inside) => {
        await inside.locks.release('bk-1');
        await inside.messages.put(message('run/1'), 1000);
        throw new Error('no');
      });
      await expect(undone).rejects.toThrow('no');
      expect(await here.store.locks.ofTarget('prod')).toBeDefined();
      expect(await here.store.messages.get('run/1')).toBeUndefined();
      expect(await here.store.audit.count({})).toBe(1);
    });

    it('takes a slot, its watermark and its lock together, or none of them', async () => {
      const start = (runId: string) =>
        here.store.transaction(async (inside) => {
          expect(await inside.schedules.takeSlot('prod', 'nightly', 1000, runId)).toBe(true);
          await here.store.schedules.setWatermark('prod', 'nightly', '15 3 * * *', 1000);
          await here.store.schedules.setAlarm('prod', { since: 1, toldAt: 1, times: 1 });
          const { taken } = await inside.locks.acquire(lockOf('prod', runId));
          if (!taken) throw new Error('busy');
        });
      await here.store.locks.acquire(lockOf('prod', 'bk-1'));
      await expect(start('bk-2')).rejects.toThrow('busy');
      expect(await here.store.schedules.watermark('prod', 'nightly', '15 3 * * *')).toBeUndefined();
      expect(await here.store.schedules.alarmOf('prod')).toBeUndefined();
      await here.store.locks.release('bk-1');
      await start('bk-3');
      expect(await here.store.schedules.watermark('prod', 'nightly', '15 3 * * *')).toBe(1000);
    });

    it('lets others wait, and does not let them in', async () => {
      const order: string[] = [];
      const first = here.store.transaction(async (inside) => {
        await inside.locks.acquire(lockOf('prod', 'bk-1'));
        await new Promise((resolve) => setImmediate(resolve));
        order.push('first ends');
      });
      const second = here.store.transaction(async (inside) => {
        const answer = await inside.locks.acquire(lockOf('prod', 'bk-2'));
        order.push(`second: ${answer.taken}`);
      });
      await Promise.all([first, second]);
      expect(order).toEqual(['first ends', 'second: false']);
    });

    it('is joined by calls on the outer store, which would otherwise wait for themselves', async () => {
      const undone = here.store.transaction(async () => {
        await here.store.locks.acquire(lockOf('prod', 'bk-1'));
        await here.store.transaction((inside) => inside.messages.put(message('run/1'), 1000));
        await here.store.checkWritable();
        expect(await here.store.locks.ofTarget('prod')).toBeDefined();
        throw new Error('no');
      });
      await expect(undone).rejects.toThrow('no');
      expect(await here.store.locks.all()).toEqual([]);
      expect(await here.store.messages.get('run/1')).toBeUndefined();
    });

    it('is undone as a whole when a nested one failed, also when that was caught', async () => {
      const undone = here.store.transaction(async (inside) => {
        await inside.locks.acquire(lockOf('prod', 'bk-1'));
        await inside
          .transaction(async () => {
            throw new Error('inner');
          })
          .catch(() => undefined);
      });
      await expect(undone).rejects.toThrow('inner');
      expect(await here.store.locks.all()).toEqual([]);
    });

    it('is not joined any more by what goes on after it ended', async () => {
      let later: Promise<void> | undefined;
      let go: () => void = () => undefined;
      const ended = new Promise<void>((resolve) => {
        go = resolve;
      });
      await here.store.transaction(async () => {
        later = ended.then(() => here.store.messages.put(message('run/1'), 1000));
      });
      go();
      await later;
      expect(await here.store.messages.get('run/1')).toBeDefined();
    });

    it('cannot be used after it ended, nor closed inside', async () => {
      const kept = await here.store.transaction(async (inside) => {
        await expect(inside.close()).rejects.toThrow('cannot be closed inside');
        return inside;
      });
      await expect(kept.locks.all()).rejects.toThrow();
    });
  });
}
