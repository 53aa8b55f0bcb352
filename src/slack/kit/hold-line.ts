import type { AnyBlock } from '@slack/types';
import { escapeMrkdwn, oneLine } from '../../core/text/text.ts';
import { context, contextPlain, mention } from './blocks.ts';

/** Who holds a backup and why. The tag begins with the holder's id, unless somebody wrote it by hand. */
export function heldBy(tag: string): AnyBlock {
  const text = oneLine(tag);
  const [, id, why = ''] = /^([UW][A-Z0-9]{2,20}|os:\S{1,64})(?: (.*))?$/.exec(text) ?? [];
  if (id === undefined) return contextPlain(`Held by ${text}`);
  return context(`Held by ${mention(id)}${why === '' ? '' : `: ${escapeMrkdwn(why)}`}`);
}
