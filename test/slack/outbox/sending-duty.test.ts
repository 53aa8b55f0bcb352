import { TakenOverError } from '../../../src/core/store/fence.ts';
import type { Store } from '../../../src/core/store/store.ts';
import type { SendingDuty } from '../../../src/slack/outbox/outbox.ts';
import { backups, closeAll } from '../../sandbox/slack/harness.ts';
import { outboxWorld } from './outbox-world.ts';

const RUN = 'bk-20260901-0914-run2';

/** A store in which another process has taken over, and has edited the message by itself before this one comes to it. */
function lost(store: Store, told: () => void): Store {
  return {
    ...store,
    messages: {
      ...store.messages,
      async setSent(id, ts, version) {
        await store.messages.setSent(id, ts, version);
        told();
        throw new TakenOverError('the duty');
      },
    },
  };
}

afterEach(closeAll);

describe('an outbox among several processes', () => {
  it('sends nothing while another one does, and begins when it has the duty', async () => {
    let duty: SendingDuty | undefined;
    const world = await outboxWorld({}, () => duty);
    const { clock, slack, outbox, store } = world;
    outbox.start();
    await world.show(RUN, {});
    await clock.passed(120_000);
    expect(slack.messages(backups)).toEqual([]);
    duty = { fence: 1, isHeld: () => true, store };
    outbox.woken();
    await clock.passed(10_000);
    expect(slack.messages(backups)).toHaveLength(1);
  });

  it('makes no call for what it has claimed before it stood still; the next one takes that for lost', async () => {
    let fence = 1;
    let isHeld = false;
    const world = await outboxWorld({}, (store) => ({ fence, isHeld: () => isHeld, store }));
    const { clock, slack, outbox, store } = world;
    outbox.start();
    await world.show(RUN, {});
    await clock.passed(10_000);
    expect(slack.messages(backups)).toEqual([]);
    expect(await store.messages.get(`run/${RUN}`)).toMatchObject({ state: 'sending' });
    fence = 2;
    isHeld = true;
    outbox.woken();
    await clock.passed(10_000);
    expect(slack.messages(backups)).toHaveLength(1);
    expect(await store.messages.get(`run/${RUN}`)).toMatchObject({ state: 'sent' });
  });

  it('has the next one edit again what a late edit may have set back', async () => {
    let state: 'ours' | 'about to go' | 'gone' | 'theirs' = 'ours';
    const world = await outboxWorld({}, (store) => {
      if (state === 'gone') return undefined;
      const theirs = () => {
        state = 'gone';
      };
      return {
        fence: state === 'theirs' ? 2 : 1,
        isHeld: () => true,
        store: state === 'about to go' ? lost(store, theirs) : store,
      };
    });
    const { clock, slack, outbox, store } = world;
    outbox.start();
    await world.show(RUN, {});
    await clock.passed(10_000);
    const edits = () => slack.calls.filter(({ method }) => method === 'chat.update').length;
    const before = edits();
    state = 'about to go';
    await world.show(RUN, { percent: 40 });
    await clock.passed(10_000);
    expect(edits()).toBe(before + 1);
    expect(await store.messages.unsent()).toHaveLength(1);
    state = 'theirs';
    outbox.woken();
    await clock.passed(10_000);
    expect(edits()).toBe(before + 2);
    expect(await store.messages.unsent()).toEqual([]);
  });
});
