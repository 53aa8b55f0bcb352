import type { Store } from '../../../src/core/store/store.ts';
import type { Redact } from '../../../src/core/text/redact.ts';
import { auditContract } from './audit.ts';
import { type Here, lockOf, message, note } from './fixtures.ts';
import { locksContract } from './locks.ts';
import { messagesContract } from './messages.ts';
import { recordsContract } from './records.ts';
import { schedulesContract } from './schedules.ts';
import { transactionContract } from './transaction.ts';

/** A database of its own for one test. */
export interface StoreUnderTest {
  /** Opens it; after `close` of the store before, it is opened again with what was kept. */
  open(redact?: Redact): Promise<Store>;
  /** Removes it. */
  drop(): Promise<void>;
}

/** What every implementation of `Store` keeps. */
export function storeContract(name: string, create: () => Promise<StoreUnderTest>): void {
  describe(`store contract: ${name}`, () => {
    let under: StoreUnderTest;
    let store: Store;
    beforeEach(async () => {
      under = await create();
      store = await under.open();
    });
    afterEach(async () => {
      await store.close();
      await under.drop();
    });

    const here: Here = {
      get store() {
        return store;
      },
      async reopen(redact) {
        await store.close();
        store = await under.open(redact);
      },
    };
    locksContract(here);
    auditContract(here);
    messagesContract(here);
    schedulesContract(here);
    recordsContract(here);
    transactionContract(here);

    it('takes a payload once, also of two that come together and after a restart', async () => {
      const { deliveries } = store;
      const both = await Promise.all([deliveries.take('command 1.2', 1), deliveries.take('command 1.2', 1)]);
      expect(both.sort()).toEqual([false, true]);
      await here.reopen();
      expect(await store.deliveries.take('command 1.2', 60_000)).toBe(false);
      expect(await store.deliveries.take('command 1.3', 60_000)).toBe(true);
    });

    it('redacts every text it keeps, and no number', async () => {
      await here.reopen((text) =>
        text.replaceAll('hunter2', '[redacted]').replaceAll('123456', '[redacted]'),
      );
      await store.locks.acquire({
        ...lockOf('prod', 'bk-1'),
        input: { note: 'it is hunter2', size: 123456 },
      });
      await store.audit.append({
        at: 1,
        kind: 'refusal',
        verb: 'hunter2',
        detail: { typed: ['x hunter2'], n: 123456 },
      });
      await store.messages.put(message('run/1', 'hunter2'), 1);
      await store.messages.setState('run/1', 'unknown');
      expect(await store.messages.get('run/1')).toMatchObject({ view: note('[redacted]') });
      await store.messages.replace('run/1', note('new hunter2'), 2);
      expect(await store.messages.get('run/1')).toMatchObject({ view: note('new [redacted]') });
      expect((await store.locks.ofTarget('prod'))?.input).toEqual({
        note: 'it is [redacted]',
        size: 123456,
      });
      expect(await store.audit.list({ limit: 1, offset: 0 })).toMatchObject([
        { verb: '[redacted]', detail: { typed: ['x [redacted]'], n: 123456 } },
      ]);
      expect(await store.audit.verify()).not.toHaveProperty('broken');
    });

    it('can be written, until it is closed; closing twice is closing once', async () => {
      await store.checkWritable();
      const last = store.locks.acquire(lockOf('prod', 'bk-1'));
      await Promise.all([store.close(), store.close()]);
      expect(await last).toEqual({ taken: true });
      await expect(store.checkWritable()).rejects.toMatchObject({ problem: { code: 'store-unavailable' } });
      await expect(store.locks.all()).rejects.toMatchObject({ problem: { code: 'store-unavailable' } });
    });
  });
}
