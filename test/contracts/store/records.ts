import fc from 'fast-check';
import { approval, RUN } from '../../core/approval/plans.ts';
import type { Here } from './fixtures.ts';

export function recordsContract(here: Here): void {
  describe('collections', () => {
    const question = (key: string) => ({
      runId: 'rs-1',
      key,
      target: 'prod',
      text: 'What now?',
      options: [{ answer: 'retry', label: 'Retry' }],
      askedAt: 1_000,
    });

    it('keep what was put in, once, and apart from one another', async () => {
      const { approvals, questions } = here.store;
      expect(await approvals.get(RUN)).toBeUndefined();
      expect(await approvals.insert(RUN, approval(), true)).toBe(true);
      expect(await approvals.insert(RUN, approval({ required: 9 }), true)).toBe(false);
      expect(await questions.insert(RUN, question('a'), true)).toBe(true);
      await here.reopen();
      expect(await here.store.approvals.get(RUN)).toEqual({ id: RUN, value: approval(), version: 1 });
      expect((await here.store.questions.get(RUN))?.value).toEqual(question('a'));
    });

    it('change by compare-and-set: of those who read the same, one writes', async () => {
      await here.store.approvals.insert(RUN, approval(), true);
      const writes = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          here.store.approvals.replace(RUN, 1, approval({ required: i + 1 }), true),
        ),
      );
      expect(writes.filter(Boolean)).toHaveLength(1);
      const kept = await here.store.approvals.get(RUN);
      expect(kept).toMatchObject({ version: 2, value: { required: writes.indexOf(true) + 1 } });
      expect(await here.store.approvals.replace('rl-none', 1, approval(), true)).toBe(false);
    });

    it('find what is open, by id, also after a restart', async () => {
      const { approvals } = here.store;
      for (const id of ['rl-3', 'rl-1', 'rl-2']) await approvals.insert(id, approval({ runId: id }), true);
      await approvals.insert('rl-4', approval(), false);
      expect(await approvals.replace('rl-1', 1, approval({ state: 'denied' }), false)).toBe(true);
      await here.reopen();
      expect((await here.store.approvals.open()).map(({ id, version }) => [id, version])).toEqual([
        ['rl-2', 1],
        ['rl-3', 1],
      ]);
      expect(await here.store.approvals.replace('rl-4', 1, approval(), true)).toBe(true);
      expect((await here.store.approvals.open()).map(({ id }) => id)).toEqual(['rl-2', 'rl-3', 'rl-4']);
    });

    it('are part of a transaction', async () => {
      await here.store.approvals.insert(RUN, approval(), true);
      const broken = here.store.transaction(async (store) => {
        await store.approvals.replace(RUN, 1, approval({ state: 'approved' }), false);
        await store.locks.acquire({
          target: 'prod',
          runId: RUN,
          requester: { userId: 'U', teamId: 'T' },
          since: 1,
          workflow: 'release',
          input: {},
        });
        throw new Error('a fault');
      });
      await expect(broken).rejects.toThrow('a fault');
      expect(await here.store.approvals.get(RUN)).toMatchObject({ version: 1, value: { state: 'open' } });
      expect(await here.store.locks.all()).toEqual([]);
    });

    it('redact every text, and no number', async () => {
      await here.reopen((text) =>
        text.replaceAll('hunter2', '[redacted]').replaceAll('123456', '[redacted]'),
      );
      await here.store.approvals.insert(RUN, approval({ reason: 'it is hunter2', askedAt: 123456 }), true);
      expect((await here.store.approvals.get(RUN))?.value).toMatchObject({
        reason: 'it is [redacted]',
        askedAt: 123456,
      });
      await here.store.approvals.replace(RUN, 1, approval({ reason: 'hunter2 again' }), true);
      expect((await here.store.approvals.get(RUN))?.value.reason).toBe('[redacted] again');
    });

    it('behave as a plain map does, whatever is done to them', async () => {
      const change = fc.record({
        id: fc.constantFrom('a', 'b'),
        do: fc.constantFrom('insert' as const, 'replace' as const),
        version: fc.integer({ min: 1, max: 4 }),
        open: fc.boolean(),
        required: fc.nat(9),
      });
      let n = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(change, { maxLength: 15 }), async (changes) => {
          n += 1;
          const model = new Map<string, { required: number; version: number; open: boolean }>();
          for (const { id, do: what, version, open, required } of changes) {
            const key = `${n}/${id}`;
            const before = model.get(key);
            const done =
              what === 'insert'
                ? await here.store.approvals.insert(key, approval({ required }), open)
                : await here.store.approvals.replace(key, version, approval({ required }), open);
            expect(done).toBe(what === 'insert' ? before === undefined : before?.version === version);
            if (done) model.set(key, { required, version: (before?.version ?? 0) + 1, open });
          }
          const open = (await here.store.approvals.open()).filter(({ id }) => id.startsWith(`${n}/`));
          expect(open.map(({ id, version, value }) => [id, version, value.required])).toEqual(
            [...model]
              .filter(([, item]) => item.open)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([id, item]) => [id, item.version, item.required]),
          );
        }),
        { numRuns: 30 },
      );
    });
  });
}
