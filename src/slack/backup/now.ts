import type { View } from '@slack/types';
import type { Reply } from '../../commands/base/reply.ts';
import type { Target } from '../../core/model/target.ts';
import { cut, escapeMrkdwn } from '../../core/text/text.ts';
import { code, context, mrkdwn } from '../kit/blocks.ts';
import type { Rendered } from '../kit/rendered.ts';

type Started = Extract<Reply, { view: 'started' }>;

export const NOW_FORM = 'circleci-backup:now';
export const NOW_TARGET = 'target';
export const NOW_NOTE = 'note';
/** What Slack takes in one select (facts: slack.md). */
const OPTIONS_MAX = 100;

export function started(reply: Started): Rendered {
  const text =
    `Backup ${code(reply.runId)} of *${escapeMrkdwn(reply.target.name)}* is starting; ` +
    `its progress and result are in <#${reply.target.channel}>.`;
  return {
    text,
    blocks: [
      mrkdwn(text),
      ...(reply.delayed === undefined ? [] : [mrkdwn(escapeMrkdwn(reply.delayed))]),
      context(`To stop it: ${code(`/circleci-backup cancel ${reply.runId}`)}`),
    ],
  };
}

/** Which of many targets, and why: asked only when the command did not say. */
export function nowForm(targets: readonly Target[], note: string, channelId: string): View {
  return {
    type: 'modal',
    callback_id: NOW_FORM,
    private_metadata: JSON.stringify({ channelId }),
    title: { type: 'plain_text', text: 'Back up now' },
    submit: { type: 'plain_text', text: 'Back up' },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [
      {
        type: 'input',
        block_id: NOW_TARGET,
        label: { type: 'plain_text', text: 'CircleCI installation' },
        element: {
          type: 'static_select',
          action_id: NOW_TARGET,
          options: targets.slice(0, OPTIONS_MAX).map((target) => ({
            text: { type: 'plain_text', text: cut(`${target.name} (${target.region})`, 75) },
            value: target.name,
          })),
        },
      },
      {
        type: 'input',
        block_id: NOW_NOTE,
        optional: true,
        label: { type: 'plain_text', text: 'Note' },
        hint: { type: 'plain_text', text: 'Kept with the backup, for example: before the upgrade' },
        element: {
          type: 'plain_text_input',
          action_id: NOW_NOTE,
          max_length: 250,
          ...(note === '' ? {} : { initial_value: cut(note, 250) }),
        },
      },
      ...(targets.length > OPTIONS_MAX
        ? [
            context(
              `The first ${OPTIONS_MAX} of ${targets.length}; for another one type its name after the command.`,
            ),
          ]
        : []),
    ],
  };
}
