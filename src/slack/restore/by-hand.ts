import type { AnyBlock } from '@slack/types';
import type { Reply } from '../../commands/base/reply.ts';
import { endingOf, isComplete } from '../../core/catalogue/entry.ts';
import { doubtInWords } from '../../core/catalogue/ownership.ts';
import type { HandStep } from '../../core/datastores/by-hand.ts';
import { type StepByHand, stepsByHand } from '../../core/restore/by-hand.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { durationInWords } from '../../core/text/words.ts';
import { code, context, mrkdwn, when } from '../kit/blocks.ts';
import type { Rendered } from '../kit/rendered.ts';

export function restoreByHand(reply: Extract<Reply, { view: 'restore-by-hand' }>): Rendered {
  const { entry, now, region } = reply;
  const age = `${durationInWords(now - entry.createdAt)} old (${when(entry.createdAt)})`;
  const doubts = entry.doubts.map(doubtInWords).join('; ');
  const warning = isComplete(entry)
    ? []
    : [
        mrkdwn(
          doubts === ''
            ? `:warning: This backup is *not complete* (${escapeMrkdwn(endingOf(entry) ?? 'not checked')}). Prefer a complete one.`
            : `:warning: This is *not proven to be a backup of ${escapeMrkdwn(entry.target)}*: ${escapeMrkdwn(doubts)}. Compare the ids first.`,
        ),
      ];
  return {
    text: escapeMrkdwn(`How to restore ${entry.backupId} by hand`),
    blocks: [
      mrkdwn(
        `*How to restore ${code(entry.backupId)} of ${escapeMrkdwn(entry.target)} by hand.* It is ${age}: everything since then is lost.`,
      ),
      ...warning,
      ...stepsByHand(entry, region).map((step, i) => mrkdwn(`*${i + 1}.* ${inMrkdwn(step)}`)),
      ...datastoreBlocks(reply.datastores),
      context('Nothing was done. The bot does all of this by itself after `/circleci-backup restore`.'),
    ],
  };
}

function inMrkdwn({ title, parts }: StepByHand): string {
  const text = parts
    .map((part) => (typeof part === 'string' ? escapeMrkdwn(part) : code(part.code)))
    .join('');
  return `${title === '' ? '' : `*${title}*`}${text}`;
}

/** What a message has room for; the rest stands in the README. */
const BLOCKS_SHOWN = 30;
/** Of a section's text, with what stands around it. */
const TEXT_MAX = 2_800;

function datastoreBlocks(steps: readonly HandStep[]): AnyBlock[] {
  if (steps.length === 0) return [];
  const blocks = steps.flatMap(({ what, commands }) => {
    const texts: string[] = [`*Before the application is started:* ${escapeMrkdwn(what)}`];
    for (const command of commands) {
      const line = code(command);
      const last = texts[texts.length - 1] ?? '';
      if (last.length + line.length > TEXT_MAX) texts.push(line);
      else texts[texts.length - 1] = `${last}\n${line}`;
    }
    return texts.map(mrkdwn);
  });
  return blocks.slice(0, BLOCKS_SHOWN);
}
