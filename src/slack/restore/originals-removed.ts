import type { Reply } from '../../commands/base/reply.ts';
import { counted, listInWords } from '../../core/text/words.ts';
import { code, mrkdwn } from '../kit/blocks.ts';
import type { Rendered } from '../kit/rendered.ts';

/** To whoever had the kept originals removed: each by its name. */
export function originalsRemoved({
  instanceId,
  removed,
  left,
}: Extract<Reply, { view: 'originals-removed' }>): Rendered {
  const what =
    removed.length === 0
      ? `There was nothing left to remove on ${code(instanceId)}.`
      : `Removed from ${code(instanceId)}: ${listInWords(removed.map(code))}.`;
  const kept =
    left.length === 0
      ? ''
      : ` ${counted(left.length, 'original')} stayed, for the file beside it is missing or empty: ${listInWords(left.map(code))}.`;
  return { text: what + kept, blocks: [mrkdwn(what + kept)] };
}
