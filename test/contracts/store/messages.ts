import fc from 'fast-check';
import { type Here, message, note } from './fixtures.ts';

export function messagesContract(here: Here): void {
  describe('messages', () => {
    it('is created new, and its content replaced while channel and thread stay', async () => {
      await here.store.messages.put({ ...message('run/1/end'), threadOf: 'run/1', broadcast: true }, 1000);
      const first = {
        ...message('run/1/end'),
        threadOf: 'run/1',
        broadcast: true,
        version: 1,
        sentVersion: 0,
        state: 'new',
        updatedAt: 1000,
      };
      expect(await here.store.messages.get('run/1/end')).toEqual(first);
      await here.store.messages.put(
        { id: 'run/1/end', channel: 'C9', broadcast: false, view: note('second'), final: true },
        2000,
      );
      expect(await here.store.messages.get('run/1/end')).toEqual({
        ...first,
        view: note('second'),
        final: true,
        version: 2,
        updatedAt: 2000,
      });
      expect(await here.store.messages.get('run/2')).toBeUndefined();
    });

    it('keeps its place in Slack when its content changes', async () => {
      await here.store.messages.put(message('run/1'), 1000);
      await here.store.messages.setSent('run/1', '1.1', 1);
      await here.store.messages.put(message('run/1', 'second'), 2000);
      expect(await here.store.messages.get('run/1')).toMatchObject({
        state: 'sent',
        ts: '1.1',
        version: 2,
        sentVersion: 1,
      });
    });

    it('lists what is unsent: finals first, then what shows none of it, then the oldest change, never the refused', async () => {
      await here.store.messages.put(message('run/3'), 3000);
      await here.store.messages.put(message('run/1/end'), 1000);
      await here.store.messages.put(message('run/1'), 1000);
      await here.store.messages.put({ ...message('run/4'), final: true }, 4000);
      await here.store.messages.put(message('run/5'), 500);
      await here.store.messages.setSent('run/5', '5.1', 1);
      await here.store.messages.put(message('run/6'), 600);
      await here.store.messages.setState('run/6', 'dropped');
      const ids = async () => (await here.store.messages.unsent()).map((m) => m.id);
      expect(await ids()).toEqual(['run/4', 'run/1', 'run/1/end', 'run/3']);
      await here.store.messages.put(message('run/5', 'again'), 700);
      expect(await ids()).toEqual(['run/4', 'run/1', 'run/1/end', 'run/3', 'run/5']);
      await here.store.messages.setSent('run/3', '3.1', 0);
      expect(await ids()).toEqual(['run/4', 'run/1', 'run/1/end', 'run/3', 'run/5']);
    });

    it('comes with the head of the message in whose thread it belongs', async () => {
      await here.store.messages.put(message('run/1'), 1000);
      await here.store.messages.put({ ...message('run/1/end'), threadOf: 'run/1' }, 2000);
      await here.store.messages.put({ ...message('run/2/end'), threadOf: 'run/2' }, 3000);
      await here.store.messages.claim('run/1');
      await here.store.messages.setSent('run/1', '1.1', 1);
      const [first, second] = await here.store.messages.unsent();
      const { view: _view, ...head } = (await here.store.messages.get('run/1')) ?? {};
      expect(first).toMatchObject({ id: 'run/1/end', threadOf: 'run/1', parent: head });
      expect(first).not.toHaveProperty('view');
      expect(second).toMatchObject({ id: 'run/2/end' });
      expect(second).not.toHaveProperty('parent');
    });

    it('is withheld until it is new again, whatever its content becomes in the meantime', async () => {
      await here.store.transaction(async (inside) => {
        await inside.messages.put(message('run/1'), 1000);
        await inside.messages.setState('run/1', 'withheld');
      });
      await here.store.messages.put(message('run/1', 'second'), 2000);
      await here.reopen();
      expect(await here.store.messages.unsent()).toEqual([]);
      expect(await here.store.messages.claim('run/1')).toBe(false);
      await here.store.messages.setState('run/1', 'new');
      expect(await here.store.messages.unsent()).toMatchObject([{ id: 'run/1', version: 2 }]);
      expect(await here.store.messages.get('run/1')).toMatchObject({ view: note('second') });
      expect(await here.store.messages.claim('run/1')).toBe(true);
    });

    it('is claimed once', async () => {
      await here.store.messages.put(message('run/1'), 1000);
      const claims = await Promise.all([1, 2, 3].map(() => here.store.messages.claim('run/1')));
      expect(claims.filter(Boolean)).toHaveLength(1);
      expect((await here.store.messages.get('run/1'))?.state).toBe('sending');
      expect(await here.store.messages.claim('run/9')).toBe(false);
    });

    it('refuses to have sent a version that was never wanted', async () => {
      await here.store.messages.put(message('run/1'), 1000);
      await expect(here.store.messages.setSent('run/1', '1.1', 2)).rejects.toThrow('run/1 has no version 2');
      expect(await here.store.messages.get('run/1')).toMatchObject({ state: 'new', sentVersion: 0 });
    });

    it('becomes unknown for the next sender when one dies before the answer is noted, and is not claimed again', async () => {
      await here.store.messages.put(message('run/1'), 1000);
      await here.store.messages.put(message('run/2'), 1000);
      await here.store.messages.claim('run/1');
      await here.reopen();
      expect(await here.store.messages.forgetSender()).toBe(1);
      expect(await here.store.messages.forgetSender()).toBe(0);
      expect((await here.store.messages.get('run/1'))?.state).toBe('unknown');
      expect((await here.store.messages.get('run/2'))?.state).toBe('new');
      expect(await here.store.messages.claim('run/1')).toBe(false);
    });

    it('is sent once more where it is doubted what Slack shows', async () => {
      await here.store.messages.put(message('run/1'), 1000);
      await here.store.messages.doubtShown('run/1');
      expect(await here.store.messages.get('run/1')).toMatchObject({ state: 'new', sentVersion: 0 });
      await here.store.messages.setSent('run/1', '1.1', 1);
      expect(await here.store.messages.unsent()).toEqual([]);
      await here.store.messages.doubtShown('run/1');
      expect(await here.store.messages.unsent()).toMatchObject([{ id: 'run/1', ts: '1.1', state: 'sent' }]);
    });

    it('lives anew after unknown, and only then', async () => {
      await here.store.messages.put(message('run/1'), 1000);
      await here.store.messages.setState('run/1', 'unknown');
      await here.store.messages.replace('run/1', note('continued'), 2000);
      expect(await here.store.messages.get('run/1')).toMatchObject({
        state: 'new',
        view: note('continued'),
        version: 2,
        sentVersion: 0,
        updatedAt: 2000,
      });
      await here.store.messages.setSent('run/1', '1.1', 2);
      await here.store.messages.replace('run/1', note('twice'), 3000);
      expect(await here.store.messages.get('run/1')).toMatchObject({
        state: 'sent',
        view: note('continued'),
      });
    });

    it('never shows more than was wanted, and is claimed at most once a life', async () => {
      const step = fc.oneof(
        fc.constant({ do: 'put' as const }),
        fc.constant({ do: 'claim' as const }),
        fc.record({ do: fc.constant('sent' as const), version: fc.integer({ min: 1, max: 6 }) }),
      );
      let n = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          n += 1;
          const id = `run/p${n}`;
          let [puts, claims] = [0, 0];
          for (const each of steps) {
            if (each.do === 'put') {
              await here.store.messages.put(message(id, `${puts}`), puts);
              puts += 1;
            } else if (each.do === 'claim') {
              if (await here.store.messages.claim(id)) claims += 1;
            } else {
              const sent = here.store.messages.setSent(id, `${n}.1`, each.version).then(
                () => true,
                () => false,
              );
              expect(await sent).toBe(each.version <= puts);
            }
            const now = await here.store.messages.get(id);
            expect(now?.version ?? 0).toBe(puts);
            expect(now?.sentVersion ?? 0).toBeLessThanOrEqual(puts);
            expect(claims).toBeLessThanOrEqual(1);
          }
        }),
        { numRuns: 40 },
      );
    });
  });
}
