import type { MessageView } from '../../core/store/messages.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { context, mrkdwn, when } from '../kit/blocks.ts';
import { calls } from '../kit/mentions.ts';
import type { Rendered, Richness } from '../kit/rendered.ts';
import { verbatim, verbatimText } from '../kit/verbatim.ts';
import { whyDirect } from './replacement.ts';

const ICON = { info: '', good: ':white_check_mark: ', warning: ':warning: ', bad: ':x: ' } as const;

/** A line in a run's thread. A mention is what makes Slack notify the person who waits. */
export function noteMessage(note: Extract<MessageView, { kind: 'note' }>, richness: Richness): Rendered {
  const who = calls(note.mentions ?? []);
  const said = `${ICON[note.tone]}${who}${escapeMrkdwn(note.text)}${note.until === undefined ? '' : ` ${when(note.until)}.`}`;
  const lines = note.verbatim ?? [];
  const text = lines.length === 0 ? said : `${said}\n${verbatimText(lines)}`;
  const why = note.insteadOf === undefined ? [] : [context(whyDirect(note.insteadOf))];
  return { text, blocks: [mrkdwn(said), ...(lines.length === 0 ? [] : [verbatim(lines, richness)]), ...why] };
}
