import type { AnyBlock } from '@slack/types';
import { checkMessage } from '../../../../sandbox/slack/limits/limits.ts';
import { SlackError } from '../../../../sandbox/slack/slack-error.ts';
import { backups, button, closeAll, plain, refusal, startSlack, webClient } from '../harness.ts';

afterEach(closeAll);

const letters = (count: number) => 'x'.repeat(count);
const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const many = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
const buttons = (count: number, more: object = {}) => ({
  type: 'actions',
  elements: Array.from({ length: count }, (_, index) => ({ ...button(`b${index}`), ...more })),
});
const options = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ text: plain('o'), value: `${index}` }));
const select = (count: number) => ({
  type: 'section',
  text: plain('x'),
  accessory: { type: 'static_select', action_id: 'a', options: options(count) },
});
const task = (more: object = {}) => ({
  type: 'task_card',
  task_id: 't',
  title: 'Image',
  status: 'complete',
  ...more,
});
const words = {
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'x' }] }],
};
const rows = (count: number) => many(count, [{ type: 'raw_text', text: 'x' }]);

/** undefined when Slack takes it, else the code with the places. */
function verdict(
  blocks: object[],
  options: { newestBlocks?: boolean; text?: string } = {},
): string | undefined {
  try {
    const message = { text: options.text ?? 'x', blocks: blocks as AnyBlock[] };
    checkMessage(message, { newestBlocks: options.newestBlocks ?? true, maxText: 40_000 });
    return undefined;
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    return [error.code, ...error.details].join(' ');
  }
}

test.each<[string, object[]]>([
  ['50 blocks', many(50, { type: 'divider' })],
  ['3000 characters', [section(letters(3000))]],
  ['3000 characters outside the basic plane', [section('𝕩'.repeat(3000))]],
  ['a header of 150', [{ type: 'header', text: plain(letters(150)) }]],
  ['10 context elements', [{ type: 'context', elements: many(10, plain('x')) }]],
  ['25 buttons', [buttons(25)]],
  ['a button of 75 and a value of 2000', [buttons(1, { text: plain(letters(75)), value: letters(2000) })]],
  ['100 options', [select(100)]],
  ['equal action ids in two blocks', [buttons(1), buttons(1)]],
  ['a plan', [{ type: 'plan', title: 'Backup', tasks: [task({ details: words, output: words })] }]],
  ['a task card', [task()]],
  ['rich text', [words]],
  ['a table of 100 rows', [{ type: 'table', rows: rows(100) }]],
  ['an image', [{ type: 'image', alt_text: 'growth', slack_file: { id: 'F1' } }]],
  ['markdown', [{ type: 'markdown', text: letters(12_000) }]],
])('Slack takes %s', (_name, blocks) => {
  expect(verdict(blocks)).toBeUndefined();
});

test.each<[string, object[], string]>([
  ['51 blocks', many(51, { type: 'divider' }), 'no more than 50 items allowed [json-pointer:/blocks]'],
  [
    '3001 characters',
    [section(letters(3001))],
    'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
  ],
  ['an empty text', [section('')], 'must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
  ['a section of nothing', [{ type: 'section' }], 'missing required field: text [json-pointer:/blocks/0]'],
  ['a header of 151', [{ type: 'header', text: plain(letters(151)) }], 'less than 151'],
  ['a mrkdwn header', [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }], '/blocks/0/text/type'],
  ['11 context elements', [{ type: 'context', elements: many(11, plain('x')) }], 'no more than 10 items'],
  ['26 buttons', [buttons(26)], 'no more than 25 items allowed [json-pointer:/blocks/0/elements]'],
  ['a button of 76', [buttons(1, { text: plain(letters(76)) })], 'less than 76'],
  ['a value of 2001', [buttons(1, { value: letters(2001) })], 'less than 2001'],
  ['101 options', [select(101)], 'no more than 100 items'],
  ['an action id of 256', [buttons(1, { action_id: letters(256) })], 'less than 256'],
  [
    'equal action ids in one block',
    [{ type: 'actions', elements: [button('a'), button('a')] }],
    '`action_id` already exists: a',
  ],
  ['equal block ids', many(2, { type: 'divider', block_id: 'b' }), '`block_id` already exists: b'],
  [
    'a long confirmation',
    [buttons(1, { confirm: { title: plain(letters(101)), text: plain(letters(301)) } })],
    'less than 101 characters [json-pointer:/blocks/0/elements/0/confirm/title/text] [ERROR] must be less than 301',
  ],
  ['an unknown block', [{ type: 'banner' }], 'unsupported type: banner [json-pointer:/blocks/0/type]'],
  ['an unknown element', [{ type: 'actions', elements: [{ type: 'lever' }] }], 'unsupported type: lever'],
  [
    'a task of unknown status',
    [task({ status: 'done' })],
    'must be a valid enum value: pending, in_progress',
  ],
  [
    'two tasks of one id',
    [{ type: 'plan', title: 'x', tasks: [task(), task()] }],
    '`task_id` already exists: t',
  ],
  ['an alert in a message', [{ type: 'alert', text: plain('x') }], 'unsupported type: alert'],
  ['a table of 101 rows', [{ type: 'table', rows: rows(101) }], 'no more than 100 items'],
  [
    'rich text without words',
    [{ ...words, elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: '' }] }] }],
    'more than 0',
  ],
])('Slack refuses %s', (_name, blocks, where) => {
  const said = verdict(blocks);
  expect(said).toMatch(/^invalid_blocks /);
  expect(said).toContain(where);
});

test('the whole message has a limit too', () => {
  expect(verdict(many(5, section(letters(2600))))).toBeUndefined();
  expect(verdict([...many(5, section(letters(2600))), section('x')])).toBe('msg_blocks_too_long');
  expect(verdict([], { text: letters(40_001) })).toBe('msg_too_long');
  expect(verdict([], { text: '' })).toBe('no_text');
});

test.each(['plan', 'task_card', 'data_table', 'card', 'container', 'data_visualization'])(
  'a workspace without the newest blocks refuses %s',
  (type) => {
    expect(verdict([{ type }], { newestBlocks: false })).toContain(`unsupported type: ${type}`);
  },
);

test('the refusal reaches the client with its places', async () => {
  const slack = await startSlack();
  const call = webClient(slack).chat.postMessage({
    channel: backups,
    text: 'x',
    blocks: [{ type: 'banner' }],
  });
  expect(await refusal(call)).toEqual({
    error: 'invalid_blocks',
    messages: ['[ERROR] unsupported type: banner [json-pointer:/blocks/0/type]'],
  });
});

test('an edit has 4000 characters of text', async () => {
  const slack = await startSlack();
  const { chat } = webClient(slack);
  const { ts = '' } = await chat.postMessage({ channel: backups, text: letters(4001) });
  expect((await refusal(chat.update({ channel: backups, ts, text: letters(4001) }))).error).toBe(
    'msg_too_long',
  );
});
