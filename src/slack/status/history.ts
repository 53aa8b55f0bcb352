import type { Reply } from '../../commands/base/reply.ts';
import { COMMAND } from '../../commands/base/verb.ts';
import { type AuditStyle, auditRowInWords } from '../../core/run/audit-words.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { counted } from '../../core/text/words.ts';
import { code, context, mention, mentionOf, mrkdwn, when } from '../kit/blocks.ts';
import type { Rendered } from '../kit/rendered.ts';

type History = Extract<Reply, { view: 'history' }>;

export function history(reply: History): Rendered {
  const of = reply.target === undefined ? '' : ` of ${escapeMrkdwn(reply.target)}`;
  if (reply.total === 0) {
    const text = `Nothing has been asked for yet${of}.`;
    return { text, blocks: [mrkdwn(text)] };
  }
  const more =
    reply.page < reply.pages ? [`Next: ${code(`${COMMAND} history --page ${reply.page + 1}`)}`] : [];
  return {
    text: `${counted(reply.total, 'entry', 'entries')}${of}`,
    blocks: [
      mrkdwn(`*History${of}*, newest first`),
      ...reply.rows.map((row) => mrkdwn(`${when(row.at)}  ${auditRowInWords(row, STYLE)}`)),
      context(`Page ${reply.page} of ${reply.pages}.`, ...more),
    ],
  };
}

export function audit({ audit: { isWhole, headline, lines } }: Extract<Reply, { view: 'audit' }>): Rendered {
  const icon = isWhole ? ':white_check_mark:' : ':rotating_light:';
  return {
    text: escapeMrkdwn(headline),
    blocks: [
      mrkdwn(`${icon} *${escapeMrkdwn(headline)}*`),
      ...lines.map((text) => context(escapeMrkdwn(text))),
    ],
  };
}

const STYLE: AuditStyle = {
  person: mentionOf,
  id: mention,
  code,
  text: escapeMrkdwn,
  strong: (text) => `*${text}*`,
};
