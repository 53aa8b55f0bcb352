import { snapshot } from '../../../sandbox/page/page-state.ts';
import { ANA, BEN, OPS } from './fake-slack.ts';
import { createScene, openRestoreForm } from './scene.ts';

const look = (
  slack: ReturnType<typeof createScene>,
  asked: { user?: string; channel?: string; thread?: string },
) => snapshot({ slack, command: '/circleci-backup' }, { user: '', channel: '', thread: '', ...asked });

it('opens the first channel that the bot is in as the first person', () => {
  const seen = look(createScene(), { user: 'U0GONE', channel: 'C0GONE' });
  expect([seen.user, seen.channel]).toEqual([ANA, OPS]);
});

it('shows each person the same messages and only their own answers', () => {
  const slack = createScene();
  const texts = (user: string) => look(slack, { user }).messages.map((message) => message.text);
  expect(texts(ANA)).toContain('You asked for this restore, so someone else must approve it.');
  expect(texts(ANA)).not.toContain('Only Ben reads this.');
  expect(texts(BEN).slice(0, -1)).toEqual(texts(ANA).slice(0, -1));
  expect(texts(BEN).at(-1)).toBe('Only Ben reads this.');
});

it('hides private channels, modals and Homes of others', () => {
  const slack = createScene();
  openRestoreForm(slack, ANA);
  const ben = look(slack, { user: BEN });
  expect(ben.conversations.map((one) => one.key)).toEqual([OPS, 'C0GENERAL', 'app']);
  expect([ben.views, ben.home]).toEqual([[], undefined]);
  expect(look(slack, { user: BEN, channel: 'app' }).messages).toEqual([]);
  expect(look(slack, { user: ANA, channel: 'app' }).messages.map(({ text }) => text)).toEqual(['Hello Ana']);
});

it("keeps the bot's private metadata to itself", () => {
  const slack = createScene();
  openRestoreForm(slack, ANA);
  const seen = look(slack, { user: ANA });
  expect(seen.views[0]?.view.title).toEqual({ text: 'Restore' });
  expect(JSON.stringify(seen)).not.toContain('the-bots-own-secret');
});

it('counts the replies of a thread, shows the broadcast ones in the channel and all of them in the thread', () => {
  const slack = createScene();
  const { messages } = look(slack, { user: ANA });
  const parent = messages.find((message) => message.replies !== undefined);
  const broadcast = messages.filter((message) => message.threadTs !== undefined);
  expect(parent).toMatchObject({ text: 'Backup of prod is running', edited: true, replies: { count: 3 } });
  expect(broadcast).toMatchObject([
    { text: 'A volume was attached meanwhile', threadText: 'Backup of prod is running' },
  ]);
  const { thread } = look(slack, { user: ANA, thread: parent?.ts ?? '' });
  expect(thread?.messages.map(({ text }) => text)).toEqual([
    'Backup of prod is running',
    'Image ami-0a1b2c3d4e5f requested',
    'Snapshots at 61 %',
    'A volume was attached meanwhile',
  ]);
  expect(look(slack, { user: ANA, thread: '1.000001' }).thread).toBeUndefined();
});

it('leaves deleted messages out, except the head of a thread, whose words are gone', () => {
  const slack = createScene();
  const [first, , , parent] = slack.messages(OPS);
  if (first && parent) for (const message of [first, parent]) slack.edit(message, { deleted: true });
  const { messages } = look(slack, { user: ANA });
  expect(messages.some((message) => message.ts === first?.ts)).toBe(false);
  expect(messages.find((message) => message.ts === parent?.ts)).toMatchObject({
    deleted: true,
    text: '',
    blocks: [],
  });
});

it('shows the newest 300 messages and counts the others', () => {
  const slack = createScene();
  for (let count = 0; count < 310; count += 1) slack.post('C0GENERAL', { text: `message ${count}` });
  const seen = look(slack, { user: ANA, channel: 'C0GENERAL' });
  expect([seen.older, seen.messages.length, seen.messages[0]?.text]).toEqual([10, 300, 'message 10']);
});
