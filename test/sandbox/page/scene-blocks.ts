import type { AnyBlock } from '@slack/types';
import { ANA, OPS } from './fake-slack.ts';

const mrkdwn = (text: string) => ({ type: 'mrkdwn' as const, text });
const plain = (text: string) => ({ type: 'plain_text' as const, text });
export const section = (text: string): AnyBlock => ({ type: 'section', text: mrkdwn(text) });
const words = (text: string) => ({ type: 'text' as const, text });
const richSection = (text: string) => ({ type: 'rich_text_section' as const, elements: [words(text)] });
const option = (text: string, value: string) => ({ text: plain(text), value });

export const INJECTION = '<img src=x onerror="document.title=\'owned\'">';

type Status = 'pending' | 'in_progress' | 'complete' | 'error';
const task = (id: string, title: string, status: Status, details?: string) => ({
  type: 'task_card' as const,
  task_id: id,
  title,
  status,
  ...(details !== undefined && {
    details: { type: 'rich_text' as const, elements: [richSection(details)] },
  }),
});

/** A backup's stages with the given states. */
export const stages = (image: Status, check: Status): AnyBlock => ({
  type: 'plan',
  block_id: 'stages',
  title: 'Backup of prod, live (no reboot)',
  tasks: [
    task('start', 'Image requested', 'complete', 'ami-0a1b2c3d4e5f from i-0f9e8d7c'),
    task(
      'image',
      'Snapshots of 2 volumes',
      image,
      image === 'in_progress' ? '61 %, about 4 minutes left' : undefined,
    ),
    task('check', 'Check that every volume is in it', check),
  ],
});

export const approval: AnyBlock[] = [
  { type: 'header', text: plain('Restore prod from 3 March, 07:30') },
  section(`Asked by <@${ANA}>. <!subteam^S0APPROVE> please look: it replaces a *running* machine.`),
  {
    type: 'section',
    fields: [
      '*Machine*\n`i-0f9e8d7c`',
      '*Address*\n`10.0.4.17` stays',
      '*Builds lost*\nabout 40 minutes',
      '*Expires*\n10:30',
    ].map(mrkdwn),
  },
  { type: 'divider' },
  {
    type: 'actions',
    block_id: 'decide',
    elements: [
      {
        type: 'button',
        action_id: 'approve',
        text: plain('Approve'),
        style: 'primary',
        value: 'request-7.v1',
        confirm: {
          title: plain('Approve this restore?'),
          text: mrkdwn('It starts *at once* and stops `i-0f9e8d7c`.'),
          confirm: plain('Approve'),
          deny: plain('Not yet'),
        },
      },
      { type: 'button', action_id: 'deny', text: plain('Deny'), style: 'danger', value: 'request-7.v1' },
      { type: 'button', action_id: 'ask', text: plain('Ask a question') },
      {
        type: 'static_select',
        action_id: 'remind',
        placeholder: plain('Remind me'),
        options: [option('in 10 minutes', '10m'), option('in an hour', '1h')],
      },
    ],
  },
  {
    type: 'context',
    elements: [mrkdwn(':lock: 0 of 1 approvals'), plain('Nobody approves their own request.')],
  },
];

export const everyMark = [
  '*bold*, _italic_, ~strike~, `code`, *bold with _both_*, 2*3*4 and snake_case_name stay',
  '&gt; a quote of two lines\n&gt; with <https://circleci.example/builds?a=1&amp;b=2|a link>',
  '```\nvolumes:\n  /dev/sda1  100 GiB\n```',
  `<@${ANA}> in <#${OPS}>: <!channel> :white_check_mark: :hourglass_flowing_sand: :no_such_emoji: &amp;lt; <javascript:alert(1)|not a link>`,
  '<!date^1772526600^{date_short} at {time}|then> https://circleci.example/x.',
].join('\n');

export const richBlocks: AnyBlock[] = [
  {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: 'Rich: ' },
          { type: 'text', text: 'bold', style: { bold: true } },
          { type: 'text', text: ', ' },
          { type: 'text', text: 'code *as is*', style: { code: true } },
          { type: 'text', text: `, ${INJECTION} ` },
          { type: 'user', user_id: ANA },
          { type: 'text', text: ' ' },
          { type: 'emoji', name: 'warning' },
          { type: 'text', text: ' ' },
          { type: 'link', url: 'https://circleci.example/', text: 'CircleCI' },
        ],
      },
      { type: 'rich_text_list', style: 'bullet', elements: [richSection('first'), richSection('second')] },
      { type: 'rich_text_list', style: 'ordered', indent: 1, elements: [richSection('inner')] },
      { type: 'rich_text_preformatted', elements: [words('$ replicatedctl app status\nrunning')] },
      { type: 'rich_text_quote', elements: [words('as someone said')] },
    ],
  },
  {
    type: 'image',
    image_url: 'https://pictures.example/chart.png',
    alt_text: 'Sizes of the last 30 backups',
    title: plain('Sizes'),
  },
  { type: 'carousel_of_tomorrow' },
];

const input = (
  id: string,
  label: string,
  element: Record<string, unknown>,
  more: Record<string, unknown> = {},
): AnyBlock => {
  const block = {
    type: 'input',
    block_id: id,
    label: plain(label),
    element: { action_id: `${id}_value`, ...element },
    ...more,
  };
  return block;
};

export const restoreForm: AnyBlock[] = [
  section('Nothing happens before a second person approved the plan.'),
  input('backup', 'Backup', {
    type: 'external_select',
    placeholder: plain('Find a backup'),
    min_query_length: 0,
  }),
  input('target', 'Target', {
    type: 'static_select',
    placeholder: plain('Choose a target'),
    options: [option('prod', 'prod'), option('staging', 'staging')],
  }),
  input(
    'reason',
    'Reason',
    { type: 'plain_text_input', multiline: true, placeholder: plain('Why now?'), min_length: 5 },
    { hint: plain('It is shown to the approvers.') },
  ),
  input('ticket', 'Ticket', { type: 'plain_text_input' }, { optional: true }),
  input('mode', 'How', {
    type: 'radio_buttons',
    initial_option: option('Replace the machine', 'replace'),
    options: [
      option('Replace the machine', 'replace'),
      { ...option('Beside it', 'beside'), description: plain('A drill: checked and thrown away.') },
    ],
  }),
  input(
    'checks',
    'Checks',
    { type: 'checkboxes', options: [option('Files', 'files'), option('Builds', 'builds')] },
    { optional: true },
  ),
  input('day', 'Not after', { type: 'datepicker', initial_date: '2026-03-03' }),
];
