import type { AnyBlock } from '@slack/types';
import type { Reply } from '../../commands/base/reply.ts';
import { COMMAND } from '../../commands/base/verb.ts';
import { refusalInWords } from '../../core/cleanup/build-refusal.ts';
import { buildPath } from '../../core/cleanup/results.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { counted } from '../../core/text/words.ts';
import { asked } from '../approval/vote.ts';
import { code, context, mrkdwn, plain } from '../kit/blocks.ts';
import type { Rendered } from '../kit/rendered.ts';

/** One block holds this many of them; more are nothing a person reads in an answer. */
const SHOWN = 15;

/** To whoever named or picked builds: what was asked for, and what was not, with the reason for each. */
export function cleanup(reply: Extract<Reply, { view: 'cleanup' }>, workspaceUrl: string): Rendered {
  const { target, circleciUrl, refused, duplicates, notRunning, notLookedUp } = reply;
  const head: Rendered = reply.asked === undefined ? nothing(target) : asked(reply.asked, workspaceUrl);
  const blocks: AnyBlock[] = [
    ...head.blocks,
    ...listed(
      `Left alone, because CircleCI does not list ${them(notRunning.length)} as running:`,
      notRunning.map(buildPath),
    ),
    ...listed(
      'Refused:',
      refused.map((one) => `“${one.text}”: ${refusalInWords(one, circleciUrl)}`),
    ),
    ...listed('Named more than once, counted once:', duplicates.map(buildPath)),
    ...(notLookedUp === undefined ? [] : [plain(notLookedUp)]),
    ...(reply.asked === undefined
      ? [context(`Usage: ${code(`${COMMAND} cleanup ${circleciUrl}/gh/ORG/PROJECT/NUMBER`)}`)]
      : []),
  ];
  return { text: head.text, blocks };
}

function nothing(target: string): Rendered {
  const text = `There is no build of ${escapeMrkdwn(target)} to be cleaned up. Nothing was done.`;
  return { text, blocks: [mrkdwn(text)] };
}

function them(n: number): string {
  return n === 1 ? 'it' : 'them';
}

function listed(title: string, lines: readonly string[]): AnyBlock[] {
  if (lines.length === 0) return [];
  const more = lines.length - SHOWN;
  const shown = lines.slice(0, SHOWN).map((line) => `• ${line}`);
  return [plain([title, ...shown, ...(more > 0 ? [`and ${counted(more, 'more', 'more')}`] : [])].join('\n'))];
}
