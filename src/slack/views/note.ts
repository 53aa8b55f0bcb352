import type { MessageView } from '../../core/store.ts';
import { escapeMrkdwn } from '../../core/text.ts';
import { context, mention, mrkdwn } from '../blocks.ts';
import { whyDirect } from './instead-of.ts';
import type { Rendered } from './rendered.ts';

const ICON = { info: '', good: ':white_check_mark: ', bad: ':x: ' } as const;

/** A line in a run's thread. A mention is what makes Slack notify the person who waits. */
export function noteMessage(note: Extract<MessageView, { kind: 'note' }>): Rendered {
  const who = note.mention === undefined ? '' : `${mention(note.mention)} `;
  const text = `${ICON[note.tone]}${who}${escapeMrkdwn(note.text)}`;
  const why = note.insteadOf === undefined ? [] : [context(whyDirect(note.insteadOf))];
  return { text, blocks: [mrkdwn(text), ...why] };
}
