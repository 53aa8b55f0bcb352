import type { Approval } from '../../../src/core/approval/approval.ts';
import type { Store } from '../../../src/core/store/store.ts';
import { lockOf, message } from './fixtures.ts';

const DAY = 24 * 3_600_000;
const NOW = 1_000 * DAY;

/** What is forgotten once it ended long ago; `now` is what the store takes the time from. */
export function tidyContract(
  name: string,
  create: (now: () => number) => Promise<{ store: Store; drop(): Promise<void> }>,
): void {
  describe(`what ended long ago is forgotten: ${name}`, () => {
    let store: Store;
    let drop: () => Promise<void>;
    let now = NOW;
    beforeEach(async () => {
      now = NOW;
      ({ store, drop } = await create(() => now));
    });
    afterEach(async () => {
      await store.close();
      await drop();
    });

    const put = async (id: string, days: number, state: 'sent' | 'dropped' | 'unknown' | 'new' = 'sent') => {
      await store.messages.put({ ...message(id), final: true }, NOW - days * DAY);
      if (state === 'sent') await store.messages.setSent(id, '1.0', 1);
      else await store.messages.setState(id, state);
    };
    const isThere = async (id: string) => (await store.messages.get(id)) !== undefined;

    it.each([
      ['one that Slack shows', 'run/bk-1', 91, 'sent', false],
      ['a note of a run', 'run/bk-1/slow', 200, 'sent', false],
      ['one that was given up', 'run/bk-1', 91, 'dropped', false],
      ['one that nobody confirmed', 'run/bk-1', 91, 'unknown', false],
      ['one that waits for Slack still', 'run/bk-1', 900, 'new', true],
      ['a younger one', 'run/bk-1', 89, 'sent', true],
      ['one of a run that goes on', 'run/bk-2', 900, 'sent', true],
      ['a note of a run that goes on', 'run/bk-2/slow', 900, 'sent', true],
      ['a request that is open', 'approval/bk-3', 900, 'sent', true],
      ['a list that people may press a button of', 'checklist/bk-4', 300, 'sent', true],
    ] as const)('%s (%s, %i days, %s): stays %p', async (_what, id, days, state, stays) => {
      await store.locks.acquire(lockOf('prod', 'bk-2'));
      await store.approvals.insert('bk-3', {} as Approval, true);
      await store.checklists.insert('bk-4', {} as never, false);
      await put(id, days, state);
      await put('run/bk-9', 1);
      expect(await store.tidy(NOW)).toMatchObject({ messages: stays ? 0 : 1 });
      expect(await isThere(id)).toBe(stays);
      expect(await isThere('run/bk-9')).toBe(true);
    });

    it('an old message stays while one that waits for Slack belongs below it', async () => {
      await put('run/bk-1', 200);
      await store.messages.put({ ...message('run/bk-1/late'), threadOf: 'run/bk-1' }, NOW);
      await store.tidy(NOW);
      expect(await isThere('run/bk-1')).toBe(true);
      await store.messages.setSent('run/bk-1/late', '2.0', 1);
      await store.tidy(NOW);
      expect(await isThere('run/bk-1')).toBe(false);
    });

    it('thousands of them, and those that stay are passed over', async () => {
      await store.locks.acquire(lockOf('prod', 'bk-2'));
      await store.transaction(async (tx) => {
        for (let n = 0; n < 1_700; n += 1) {
          const id = n % 3 === 0 ? `run/bk-2/${n}` : `run/old-${n}`;
          await tx.messages.put({ ...message(id), final: true }, n);
          await tx.messages.setSent(id, '1.0', 1);
        }
      });
      expect(await store.tidy(NOW)).toMatchObject({ messages: 1_133 });
      expect(await store.tidy(NOW)).toMatchObject({ messages: 0 });
    });

    it('records 400 days after they ended, and none that is open or of a run that goes on', async () => {
      await store.locks.acquire(lockOf('prod', 'bk-2'));
      now = NOW - 401 * DAY;
      await store.approvals.insert('bk-1', {} as Approval, false);
      await store.approvals.insert('bk-2', {} as Approval, false);
      await store.questions.insert('bk-2/launch/1', {} as never, false);
      await store.questions.insert('bk-1/launch/1', {} as never, false);
      await store.checklists.insert('bk-3', {} as never, true);
      await store.buildMarks.insert('bk-1/1', {} as never, false);
      await store.stuckLists.insert('U1/prod', {} as never, false);
      now = NOW - 399 * DAY;
      await store.approvals.insert('bk-4', {} as Approval, false);
      await store.buildMarks.insert('bk-5/1', {} as never, false);
      now = NOW;
      expect(await store.tidy(NOW)).toMatchObject({ records: 4 });
      expect(await store.approvals.get('bk-1')).toBeUndefined();
      expect(await store.questions.get('bk-1/launch/1')).toBeUndefined();
      for (const id of ['bk-2', 'bk-4']) expect(await store.approvals.get(id)).toBeDefined();
      expect(await store.questions.get('bk-2/launch/1')).toBeDefined();
      expect(await store.checklists.get('bk-3')).toBeDefined();
      expect(await store.buildMarks.get('bk-5/1')).toBeDefined();
    });

    it('a payload’s key after two days: none that could come again', async () => {
      expect(await store.deliveries.take('command 1', NOW)).toBe(true);
      await store.tidy(NOW + 2 * DAY);
      expect(await store.deliveries.take('command 1', NOW + 2 * DAY)).toBe(false);
      expect(await store.tidy(NOW + 2 * DAY + 1)).toMatchObject({ deliveries: 1 });
    });
  });
}
