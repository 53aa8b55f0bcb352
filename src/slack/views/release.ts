import type { Reply } from '../../commands/reply.ts';
import { TAG } from '../../core/catalogue.ts';
import { escapeMrkdwn } from '../../core/text.ts';
import { code, context, mrkdwn } from '../blocks.ts';
import { heldBy } from '../held-by.ts';
import type { Rendered } from './rendered.ts';

/** The way by hand, as long as the bot has no approvals. */
export function release({ entry, region }: Extract<Reply, { view: 'release' }>): Rendered {
  const { backupId, imageId } = entry;
  const steps = [
    ...(entry.isProtected === true
      ? [
          'Take off EC2’s protection:\n' +
            code(`aws ec2 disable-image-deregistration-protection --region ${region} --image-id ${imageId}`),
        ]
      : []),
    ...(entry.held
      ? [
          'Remove the tag:\n' +
            code(`aws ec2 delete-tags --region ${region} --resources ${imageId} --tags Key=${TAG.held}`),
        ]
      : []),
  ];
  return {
    text: escapeMrkdwn(`${backupId} was not released; nothing was done.`),
    blocks: [
      mrkdwn(
        `${code(backupId)} of *${escapeMrkdwn(entry.target)}* was not released. That lets retention delete it, so it needs a ` +
          'second person’s approval, and this version has no approvals.',
      ),
      ...(entry.heldBy === undefined ? [] : [heldBy(entry.heldBy)]),
      mrkdwn('By hand, once you and a second person agree, with rights of your own in AWS:'),
      ...steps.map((step, i) => mrkdwn(`*${i + 1}.* ${step}`)),
      context('From then on the rules decide; the next retention may delete it. Nothing was done.'),
    ],
  };
}
