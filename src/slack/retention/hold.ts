import type { Reply } from '../../commands/base/reply.ts';
import { COMMAND } from '../../commands/base/verb.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { code, context, contextPlain, mrkdwn } from '../kit/blocks.ts';
import type { Rendered } from '../kit/rendered.ts';

export function held(reply: Extract<Reply, { view: 'held' }>): Rendered {
  const enabled = reply.wasDisabled ? ' It was disabled and is enabled again.' : '';
  return {
    text: escapeMrkdwn(`${reply.backupId} of ${reply.target} is held.`),
    blocks: [
      mrkdwn(
        `:lock: ${code(reply.backupId)} of *${escapeMrkdwn(reply.target)}* is held: retention keeps it, and EC2 refuses to ` +
          `deregister ${code(reply.imageId)}.${enabled}`,
      ),
      ...(reply.isUntagged === true
        ? [
            contextPlain(
              'Its image has as many tags as EC2 allows (50), so none says who holds it: that is in my own database alone.',
            ),
          ]
        : []),
      ...(reply.why === undefined ? [] : [contextPlain(`Why: ${reply.why}`)]),
      context(`To give it back: ${code(`${COMMAND} release ${reply.backupId}`)}`),
    ],
  };
}
