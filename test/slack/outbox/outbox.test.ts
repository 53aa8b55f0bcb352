import type { ApiCall } from '../../../sandbox/slack/model.ts';
import type { Messages } from '../../../src/core/store/messages.ts';
import { checklistMessage } from '../../../src/runs/checklist-message.ts';
import { unavailable } from '../../../src/store/unavailable.ts';
import { list } from '../../core/restore/checklists.ts';
import { backups, closeAll } from '../../sandbox/slack/harness.ts';
import { runMessage, runView, someResult } from '../run/runs.ts';
import { outboxWorld } from './outbox-world.ts';

type PutMessage = Parameters<Messages['put']>[0];

afterEach(closeAll);

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

function most(calls: readonly ApiCall[], windowMs: number): number {
  return Math.max(...calls.map(({ at }) => calls.filter((c) => c.at >= at && c.at < at + windowMs).length));
}

describe('the outbox', () => {
  it('keeps Slack’s rates with many runs at once', async () => {
    const { clock, slack, outbox, show, end } = await outboxWorld();
    const ids = Array.from({ length: 25 }, (_, i) => `bk-20260901-0914-r${String(i).padStart(3, 'a')}`);
    const start = clock.now();
    for (const [i, id] of ids.entries()) {
      for (let n = 0; n < 10; n += 1)
        clock.plan(start + i * 100 + n * 8 * SECOND, () => show(id, { percent: n }));
      clock.plan(start + 90 * SECOND + i * 100, () => end(id));
    }
    outbox.start();
    await clock.passed(15 * MINUTE);
    expect(new Set(slack.calls.map((call) => call.result))).toEqual(new Set(['ok']));
    const posts = slack.calls.filter((call) => call.method === 'chat.postMessage');
    const edits = slack.calls.filter((call) => call.method === 'chat.update');
    expect(posts).toHaveLength(50);
    expect(most(posts, SECOND)).toBe(1);
    expect(most(edits, MINUTE)).toBeLessThanOrEqual(50);
    const told = slack.messages(backups).filter((m) => m.text.includes('is complete'));
    expect(told).toHaveLength(25);
  });

  it('makes one edit of many changes', async () => {
    const { clock, slack, outbox, show } = await outboxWorld();
    const start = clock.now();
    for (let n = 0; n <= 100; n += 1)
      clock.plan(start + n * 100, () => show('bk-20260901-0914-abcd', { percent: n }));
    outbox.start();
    await clock.passed(MINUTE);
    const edits = slack.calls.filter((call) => call.method === 'chat.update');
    expect(edits.length).toBeLessThanOrEqual(6);
    expect(slack.messages(backups)).toHaveLength(1);
  });

  it('sends last words first, and all of them before what only progressed', async () => {
    const { clock, slack, outbox, show, end } = await outboxWorld();
    const start = clock.now();
    const going = Array.from({ length: 10 }, (_, i) => `bk-20260901-0914-goa${i}`);
    const ending = ['bk-20260901-0914-zzza', 'bk-20260901-0914-zzzb'];
    for (const id of [...going, ...ending]) clock.plan(start, () => show(id, {}));
    const all = start + MINUTE;
    for (const id of going) clock.plan(all, () => show(id, { percent: 50 }));
    for (const id of ending) clock.plan(all, () => end(id));
    outbox.start();
    await clock.passed(10 * MINUTE);
    const edited = slack.calls
      .filter((call) => call.method === 'chat.update')
      .map((call) => String(call.body.text));
    // Each run was shown by an edit, and the next one was due before the runs ended.
    const before = going.length + ending.length + 1;
    expect(edited.slice(before, before + 2).map((text) => text.match(/zzz[ab]/)?.[0])).toEqual([
      'zzza',
      'zzzb',
    ]);
  });

  it('posts who asked, and shows the state and the button a moment later, also while many others progress', async () => {
    const { clock, slack, outbox, show } = await outboxWorld();
    const start = clock.now();
    const crowd = Array.from({ length: 30 }, (_, i) => `bk-20260901-0914-r${String(i).padStart(3, 'a')}`);
    for (const id of crowd) clock.plan(start, () => show(id, {}));
    const busy = start + 2 * MINUTE;
    for (let n = 0; n < 60; n += 1)
      clock.plan(busy + n * SECOND, () => Promise.all(crowd.map((id) => show(id, { percent: n }))));
    const late = 'bk-20260901-0914-late';
    clock.plan(busy + 20 * SECOND, () => show(late, {}));
    outbox.start();
    await clock.passed(10 * MINUTE);
    const [first, second] = slack.calls.filter(
      ({ method, body }) => method.startsWith('chat.') && String(body.text).includes(late),
    );
    expect([first?.method, second?.method]).toEqual(['chat.postMessage', 'chat.update']);
    expect(JSON.stringify(first?.body.blocks)).not.toMatch(/"actions"|is starting/);
    expect(JSON.stringify(second?.body.blocks)).toContain('circleci-backup:cancel');
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeLessThan(3 * SECOND);
  });

  it('is not held up by a message that cannot be rendered', async () => {
    const { clock, slack, outbox, show, store } = await outboxWorld();
    const broken = JSON.parse('{"kind":"run","run":{"runId":"bk-20260901-0914-bad2"}}');
    const put = (id: string) =>
      store.messages.put({ id, channel: backups, broadcast: false, final: false, view: broken }, clock.now());
    const start = clock.now();
    clock.plan(start, () => show('bk-20260901-0914-bad2', {}));
    // One that would be posted, and one that would be edited.
    clock.plan(start + MINUTE, () => put('run/bk-20260901-0914-bad2'));
    clock.plan(start + MINUTE, () => put('run/bk-20260901-0914-bad3'));
    clock.plan(start + MINUTE + SECOND, () => show('bk-20260901-0914-good', {}));
    outbox.start();
    await clock.passed(10 * MINUTE);
    expect(slack.messages(backups).map((m) => m.text)).toEqual([
      expect.stringContaining('bk-20260901-0914-bad2'),
      expect.stringContaining('bk-20260901-0914-good'),
    ]);
  });

  it('tells the person directly until Slack confirms it, where a note was not confirmed', async () => {
    const { clock, slack, outbox, show, end } = await outboxWorld();
    const id = 'bk-20260901-0914-abcd';
    const start = clock.now();
    const fault = { method: 'chat.postMessage', kind: 'http', status: 500, times: 3 } as const;
    clock.plan(start, () => show(id, {}));
    clock.plan(start + MINUTE, () => slack.faults.push(fault));
    clock.plan(start + MINUTE, () => end(id));
    outbox.start();
    await clock.passed(10 * MINUTE);
    const direct = slack.workspace.channels.find((channel) => channel.im === 'U0ANAMARIC');
    expect(slack.messages(direct?.id ?? '').map((m) => m.text)).toEqual([
      `:white_check_mark: <@U0ANAMARIC> ${id} is done.`,
    ]);
    expect(slack.messages(backups)).toHaveLength(1);
  });

  it('tells a result at once, although what came before it was refused a moment ago', async () => {
    const { clock, slack, outbox, show, end } = await outboxWorld();
    const id = 'bk-20260901-0914-abcd';
    const start = clock.now();
    const direct = () => slack.workspace.channels.find((channel) => channel.im === 'U0ANAMARIC');
    let toldInTime = 0;
    clock.plan(start, () => show(id, {}));
    clock.plan(start + MINUTE, () => {
      for (const channel of slack.workspace.channels) if (channel.id === backups) channel.isArchived = true;
    });
    clock.plan(start + MINUTE + SECOND, () => show(id, { percent: 50 }));
    clock.plan(start + MINUTE + 10 * SECOND, () => end(id));
    clock.plan(start + MINUTE + 20 * SECOND, () => {
      toldInTime = slack.messages(direct()?.id ?? '').length;
    });
    outbox.start();
    await clock.passed(10 * MINUTE);
    expect(toldInTime).toBe(1);
    expect(slack.messages(direct()?.id ?? '')).toHaveLength(1);
  });

  it('goes on with a post whose answer it could not write down', async () => {
    const { clock, slack, outbox, show, end, store } = await outboxWorld();
    const id = 'bk-20260901-0914-abcd';
    const setSent = store.messages.setSent;
    let failures = 0;
    store.messages.setSent = (...given) => {
      failures += 1;
      return failures <= 3 ? Promise.reject(diskFull()) : setSent(...given);
    };
    clock.plan(clock.now(), () => show(id, {}));
    clock.plan(clock.now() + MINUTE, () => end(id));
    outbox.start();
    await clock.passed(10 * MINUTE);
    expect(failures).toBeGreaterThan(3);
    const [message, ...others] = slack.messages(backups).filter((m) => m.threadTs === undefined);
    expect(others).toEqual([]);
    expect(message?.text).toContain('is complete');
  });

  it('says an emergency once, with secrets and pings taken out', async () => {
    const { clock, slack, outbox } = await outboxWorld();
    outbox.emergency(backups, 'disk', 'the disk is full <!channel>');
    outbox.emergency(backups, 'disk', 'the disk is full <!channel>');
    outbox.emergency(backups, 'other', 'something else');
    outbox.start();
    await outbox.stop();
    expect(slack.messages(backups).map((m) => m.text)).toEqual([
      'the disk is full &lt;!channel&gt;',
      'something else',
    ]);
    expect(clock.now()).toBeGreaterThan(0);
  });

  it('tells how long the oldest content has waited', async () => {
    const { clock, outbox, show } = await outboxWorld();
    expect(await outbox.oldestWaitMs()).toBe(0);
    await show('bk-20260901-0914-abcd', {});
    expect(await outbox.oldestWaitMs()).toBe(0);
    clock.plan(clock.now() + MINUTE, () => undefined);
    await clock.sleep(2 * MINUTE);
    expect(await outbox.oldestWaitMs()).toBe(2 * MINUTE);
  });
});

function diskFull(): Error {
  return unavailable('the disk is full');
}

describe('a note whose message above is gone', () => {
  const RUN = 'rs-20260901-0914-abcd';
  const QUESTION = {
    key: 'start',
    text: 'It did not start.',
    options: [{ answer: 'retry', label: 'Try again' }],
  };
  const CHECKLIST = checklistMessage({ ...list, runId: RUN, channel: backups });

  /** A parent with buttons stands in Slack, and somebody deletes it; then a note comes. */
  async function deleted(parent: PutMessage) {
    const world = await outboxWorld();
    const { clock, slack, store, outbox } = world;
    await store.messages.put(parent, clock.now());
    outbox.start();
    await clock.passed(MINUTE);
    for (const message of slack.messages(backups)) Object.assign(message, { deleted: true });
    const note = async () => {
      await store.messages.put(
        {
          id: `${parent.id}/reminder`,
          channel: backups,
          threadOf: parent.id,
          broadcast: true,
          final: false,
          view: { kind: 'note', runId: RUN, tone: 'info', text: 'It waits.', mentions: ['U0ANAMARIC'] },
        },
        clock.now(),
      );
      outbox.wake();
      await clock.passed(10 * MINUTE);
    };
    return { ...world, note, live: () => slack.messages(backups).filter((m) => !m.deleted) };
  }

  it.each<[string, PutMessage]>([
    ['a run that asks', runMessage(runView({ runId: RUN, question: QUESTION }))],
    ['a run that can be canceled', runMessage(runView({ runId: RUN }))],
    ['a checklist', CHECKLIST],
  ])('is said, and %s is put up again with its buttons', async (_what, parent) => {
    const { note, live, slack } = await deleted(parent);
    const [before] = slack.messages(backups);
    await note();
    expect(live().filter((m) => m.text.includes('It waits.'))).toHaveLength(1);
    const again = live().filter((m) => !m.text.includes('It waits.'));
    expect(again).toHaveLength(1);
    const buttons = (m: (typeof again)[number] | undefined) =>
      JSON.stringify(m?.blocks ?? []).match(/"action_id":"[^"]*"/g);
    expect(buttons(again[0])).toEqual(buttons(before));
  });

  it('is said in the new thread where Slack refuses the old one', async () => {
    const { note, live, slack } = await deleted(runMessage(runView({ runId: RUN })));
    slack.faults.push({ method: 'chat.postMessage', kind: 'error', error: 'thread_not_found' });
    await note();
    const [again, said] = live();
    expect(said).toMatchObject({ text: expect.stringContaining('It waits.'), threadTs: again?.ts });
  });

  it('brings back nothing on which nobody can act any more', async () => {
    const { note, live } = await deleted(
      runMessage(runView({ runId: RUN, result: someResult({ runId: RUN }) })),
    );
    await note();
    expect(live().map((m) => m.text)).toEqual([expect.stringContaining('It waits.')]);
  });
});
