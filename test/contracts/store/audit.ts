import fc from 'fast-check';
import type { Audit } from '../../../src/core/store/audit.ts';
import { ANA, type Here } from './fixtures.ts';

export function auditContract(here: Here): void {
  describe('audit', () => {
    const entry = { at: 1000, kind: 'request' as const, verb: 'now', detail: {} };

    it('gives back what was appended, newest first, by target and kind', async () => {
      const full = { ...entry, target: 'prod', runId: 'bk-1', actor: ANA, detail: { mode: 'live', n: 3 } };
      await here.store.audit.append(full);
      await here.store.audit.append({ ...entry, at: 1001, kind: 'stage', target: 'prod' });
      await here.store.audit.append({ ...entry, at: 1002, kind: 'result', target: 'stage' });
      const all = await here.store.audit.list({ limit: 10, offset: 0 });
      expect(all.map((row) => row.seq)).toEqual([3, 2, 1]);
      expect(all[2]).toEqual({ ...full, seq: 1 });
      expect(all[1]).not.toHaveProperty('actor');
      const seqs = async (filter: Parameters<Audit['list']>[0]) =>
        (await here.store.audit.list(filter)).map((row) => row.seq);
      expect(await seqs({ target: 'prod', limit: 10, offset: 0 })).toEqual([2, 1]);
      expect(await seqs({ target: 'prod', kinds: ['stage', 'result'], limit: 10, offset: 0 })).toEqual([2]);
      expect(await seqs({ kinds: [], limit: 10, offset: 0 })).toEqual([]);
      expect(await seqs({ limit: 1, offset: 1 })).toEqual([2]);
      expect(await here.store.audit.count({})).toBe(3);
      expect(await here.store.audit.count({ target: 'prod', kinds: ['request'] })).toBe(1);
      expect(await here.store.audit.count({ kinds: [] })).toBe(0);
    });

    it('is whole for whoever reads it while rows are added', async () => {
      for (let at = 0; at < 600; at += 100)
        await here.store.transaction(async (tx) => {
          for (let n = 0; n < 100; n += 1) await tx.audit.append({ ...entry, at: at + n });
        });
      const reading = here.store.audit.verify();
      await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((n) => here.store.audit.append({ ...entry, at: n })));
      expect(await reading).not.toHaveProperty('broken');
    });

    it('is a whole chain after any appends, also at the same moment', async () => {
      expect(await here.store.audit.verify()).not.toHaveProperty('broken');
      let rows = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.tuple(
              fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }),
              fc.string({ unit: fc.constantFrom('a', '\0', '\ud83d', '\ude00', 'é') }),
            ),
            {
              maxLength: 5,
            },
          ),
          async (batch) => {
            await Promise.all(
              batch.map(([detail, target]) => here.store.audit.append({ ...entry, detail, target })),
            );
            rows += batch.length;
            expect(await here.store.audit.verify()).not.toHaveProperty('broken');
            expect(await here.store.audit.count({})).toBe(rows);
          },
        ),
        { numRuns: 30 },
      );
    });
  });
}
