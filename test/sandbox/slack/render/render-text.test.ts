import type { AnyBlock } from '@slack/types';
import type { EphemeralMessage, OpenView, StoredMessage } from '../../../../sandbox/slack/model.ts';
import { readMrkdwn } from '../../../../sandbox/slack/render/render-mrkdwn.ts';
import {
  type RenderOptions,
  renderChannel,
  renderEphemerals,
  renderMessage,
} from '../../../../sandbox/slack/render/render-text.ts';
import { renderView } from '../../../../sandbox/slack/render/render-view.ts';
import { inventedWorkspace } from '../../../../sandbox/slack/workspace.ts';
import { ana, backups, bot, button, plain } from '../harness.ts';

const workspace = inventedWorkspace();
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const rich = (text: string) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
});

function message(text: string, blocks: object[] = [], more: Partial<StoredMessage> = {}): StoredMessage {
  const ts = '1788254040.000000';
  return { channel: backups, ts, user: bot, text, blocks: blocks as AnyBlock[], edits: [], ...more };
}

/** What is read, one line an entry, without the author's line. */
function body(text: string, blocks: object[] = [], options: RenderOptions = {}): string[] {
  const [, ...lines] = renderMessage(message(text, blocks), workspace, options).split('\n');
  return lines.map((line) => line.slice(2));
}

test.each([
  ['by <@U0ANAMARIC> in <#C0CIBACKUPS|ci-backups>', 'by @Ana Marić in #ci-backups'],
  ['<@U0ANAMARIC|ana> and <!subteam^S0CIAPPROVE>', '@Ana Marić and @ci-approvers'],
  ['<https://ci.example/a?b=1&amp;c=2|build 12>', 'build 12 (https://ci.example/a?b=1&c=2)'],
  ['<https://ci.example>', 'https://ci.example'],
  ['<!date^1788254040^{time}|09:14 UTC>', '09:14 UTC'],
  ['<!channel> look', '[@channel PING] look'],
  ['<!here|here>', '[@here PING]'],
  ['&lt;!channel&gt; is only text', '<!channel> is only text'],
  ['*bold*, _soft_, ~gone~ and `*code*`', 'bold, soft, gone and `*code*`'],
  ['2 * 3 * 4, snake_case_name, a*b*c', '2 * 3 * 4, snake_case_name, a*b*c'],
  [':white_check_mark: done :unheard_of:', '✅ done :unheard_of:'],
  ['a &amp;lt; b', 'a &lt; b'],
])('mrkdwn %j is read as %j', (text, read) => {
  expect(readMrkdwn(text, workspace)).toBe(read);
});

test('what is not verbatim is made live as Slack would', () => {
  const typed = 'see https://evil.example/x, @here; `https://in.code` <https://a.example|a>';
  const section = (verbatim: boolean) => [{ type: 'section', text: { ...mrkdwn(typed), verbatim } }];
  expect(body('', section(false))).toEqual([
    'see made a link (https://evil.example/x,) [@here PING]; `https://in.code` a (https://a.example)',
  ]);
  expect(body('', section(true))).toEqual([
    'see https://evil.example/x, @here; `https://in.code` a (https://a.example)',
  ]);
});

test('the same characters ping in text and mrkdwn, and are only characters in plain and rich text', () => {
  expect(body('<!channel>')).toEqual(['[@channel PING]']);
  expect(body('x', [{ type: 'section', text: mrkdwn('<!channel>') }])).toEqual(['[@channel PING]']);
  expect(body('x', [{ type: 'section', text: plain('<!channel>') }])).toEqual(['<!channel>']);
  expect(body('x', [rich('<!channel> <@U0ANAMARIC>')])).toEqual(['<!channel> <@U0ANAMARIC>']);
  expect(body('<!here>', [{ type: 'divider' }])[0]).toBe('[@here PING] (in the notification)');
});

test('rich text: lists, quotes, code and mentions of its own', () => {
  const section = (...elements: object[]) => ({ type: 'rich_text_section', elements });
  const text = (words: string) => ({ type: 'text', text: words });
  const elements = [
    section(text('For '), { type: 'user', user_id: ana }, text(': '), {
      type: 'link',
      url: 'https://x.example',
      text: 'x',
    }),
    { type: 'rich_text_list', style: 'bullet', elements: [section(text('one')), section(text('two'))] },
    { type: 'rich_text_list', style: 'ordered', indent: 1, elements: [section(text('first'))] },
    { type: 'rich_text_quote', elements: [text('said')] },
    { type: 'rich_text_preformatted', elements: [text('- old\n+ new\n')] },
    section({ type: 'broadcast', range: 'channel' }),
  ];
  expect(body('x', [{ type: 'rich_text', elements }])).toEqual([
    'For @Ana Marić: x (https://x.example)',
    '• one',
    '• two',
    '  1. first',
    '> said',
    '    - old',
    '    + new',
    '[@channel PING]',
  ]);
});

test('a plan is a tick list', () => {
  const task = (status: string, title: string, more: object = {}) => ({
    type: 'task_card',
    task_id: title,
    status,
    title,
    ...more,
  });
  const tasks = [
    task('complete', 'Find the machine', { details: rich('i-0abc in us-east-1a') }),
    task('in_progress', 'Image', { output: rich('41 %') }),
    task('error', 'Files', { details: rich('restic'), output: rich('no space left') }),
    task('pending', 'Verify'),
  ];
  expect(body('x', [{ type: 'plan', title: 'Backup of services', tasks }])).toEqual([
    'Backup of services',
    '  ✓ Find the machine',
    '      i-0abc in us-east-1a',
    '  ▸ Image',
    '      41 %',
    '  ✗ Files',
    '      restic',
    '      no space left',
    '  · Verify',
  ]);
});

test('long lines are wrapped at spaces, links stay whole', () => {
  const url = `https://ci.example/${'x'.repeat(40)}`;
  expect(body(`one two three four ${url} five`, [], { width: 22 })).toEqual([
    'one two three four',
    url,
    'five',
  ]);
});

test('a channel with a thread, marks, files and times', () => {
  const fields = ['*Target*', 'services', '*Volumes*', '2 of 2'].map(mrkdwn);
  const parent = message(
    'Backup b-12 is complete',
    [
      { type: 'header', text: plain('Backup b-12') },
      { type: 'section', text: mrkdwn('*Complete* in 9 minutes'), accessory: button('open', 'Details') },
      { type: 'section', fields },
      { type: 'divider' },
      { type: 'context', elements: [mrkdwn('asked by <@U0ANAMARIC>'), plain('run 41')] },
      { type: 'image', alt_text: 'sizes of ten backups', slack_file: { id: 'F1' } },
      {
        type: 'actions',
        elements: [
          button('hold', 'Hold'),
          button('cancel', 'Cancel'),
          { type: 'static_select', action_id: 's', placeholder: plain('More') },
        ],
      },
    ],
    { edited: true },
  );
  const file = { id: 'F1', name: 'plan.diff', title: 'plan.diff', size: 3, url: '' };
  const reply = message('Image started', [], { ts: '1788254100.000000', threadTs: parent.ts, files: [file] });
  const end = message('Complete', [], { ts: '1788254640.000000', threadTs: parent.ts, broadcast: true });
  const gone = message('never mind', [], { ts: '1788254700.000000', deleted: true });
  const next = message('Next one at 03:00', [], { ts: '1788254760.000000' });
  const server = { workspace, messages: () => [parent, reply, end, gone, next] };
  expect(renderChannel(server, backups, { timesIn: 'Europe/Zagreb' })).toBe(`\
CircleCI Backup  11:14  (edited)
  ══ Backup b-12 ══
  Complete in 9 minutes   [ Details ]
  Target    services
  Volumes   2 of 2
  ────────────────────────────────────────────────────────────
  ~ asked by @Ana Marić  ·  run 41
  [image: sizes of ten backups]
  [ Hold ] [ Cancel ] [ More ▾ ]
  │ CircleCI Backup  11:15
  │   Image started
  │   [file: plan.diff]
  │ CircleCI Backup  11:24  (also sent to the channel)
  │   Complete

CircleCI Backup  11:26
  Next one at 03:00`);
});

test('answers for one person say so', () => {
  const { edits: _edits, ...content } = message('Nothing to cancel');
  const answer: EphemeralMessage = { ...content, id: 'E1', user: ana };
  expect(renderEphemerals({ workspace, ephemerals: () => [answer] }, ana)).toBe(
    'CircleCI Backup  (only visible to Ana Marić)\n  Nothing to cancel',
  );
});

test('a form with what is wrong in it', () => {
  const input = (block_id: string, label: string, element: object, more: object = {}) => ({
    type: 'input',
    block_id,
    label: plain(label),
    element,
    ...more,
  });
  const option = (text: string) => ({ text: plain(text), value: text });
  const blocks = [
    { type: 'section', text: mrkdwn('Restores *services*') },
    input('backup', 'Backup', { type: 'static_select', initial_option: option('b-12') }),
    input('mode', 'Mode', {
      type: 'radio_buttons',
      options: [option('copy'), option('move')],
      initial_option: option('copy'),
    }),
    input(
      'reason',
      'Reason',
      { type: 'plain_text_input' },
      { optional: true, hint: plain('Kept in the history') },
    ),
  ];
  const open: OpenView = {
    id: 'V1',
    hash: 'h',
    user: ana,
    view: {
      type: 'modal',
      title: { text: 'Restore' },
      submit: { text: 'Plan' },
      blocks: blocks as AnyBlock[],
    },
    errors: { backup: 'It was deleted' },
  };
  expect(renderView(open, workspace)).toBe(`\
╭ Restore
│ Restores services
│ Backup: [ b-12 ▾ ]
│   ✗ It was deleted
│ Mode: (•) copy  ( ) move
│ Reason (optional): [ ]
│   Kept in the history
╰ [ Cancel ] [ Plan ]`);
});
