import type { AnyBlock } from '@slack/types';
import type { Reply } from '../../commands/base/reply.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { durationInWords, listInWords } from '../../core/text/words.ts';
import { code, context, mention, mrkdwn, permalink, plain, startedBy, when } from '../kit/blocks.ts';
import { heldBy } from '../kit/hold-line.ts';
import type { Rendered } from '../kit/rendered.ts';

type Refusal = Extract<Reply, { view: 'refusal' }>;
type Busy = Extract<Reply, { view: 'busy' }>;

export function refusal(reply: Refusal): Rendered {
  return {
    text: escapeMrkdwn(reply.reason),
    blocks: [
      plain(reply.reason),
      ...(reply.heldBy === undefined ? [] : [heldBy(reply.heldBy)]),
      ...nextBlocks(reply),
      ...(reply.usage === undefined ? [] : [context(`Usage: ${code(reply.usage)}`)]),
    ],
  };
}

function nextBlocks({ next, people = [] }: Refusal): AnyBlock[] {
  if (people.length === 0) return next === undefined ? [] : [plain(next)];
  const names = listInWords(people.slice(0, 20).map(mention));
  return [mrkdwn(next === undefined ? names : `${escapeMrkdwn(next)} ${names}`)];
}

/** Somebody's run holds the target: who, since when, how far, where to look, and what to type. */
export function busy(reply: Busy, workspaceUrl: string): Rendered {
  const { lock, stage, percent, message } = reply.running;
  const { voting } = reply;
  const progress = [
    ...(stage === undefined ? [] : [escapeMrkdwn(stage)]),
    ...(percent === undefined ? [] : [`${percent} %`]),
  ].join(', ');
  const link = message === undefined ? '' : ` <${permalink(workspaceUrl, message)}|See its progress>.`;
  return {
    text: escapeMrkdwn(
      `${reply.target} already has a run: ${lock.runId}. ${voting === undefined ? 'Nothing was done' : 'Your approval was not recorded'}.`,
    ),
    blocks: [
      mrkdwn(
        `${startedBy(lock.requester)} started ${code(lock.runId)} of *${escapeMrkdwn(reply.target)}* ` +
          `${durationInWords(reply.now - lock.since)} ago (${when(lock.since)}), and it still runs` +
          `${progress === '' ? '' : `: ${progress}`}.${link} A target has one changing run at a time, so ${voting === undefined ? 'nothing was done' : 'your approval was not recorded'}.`,
      ),
      ...(voting === undefined
        ? []
        : [mrkdwn(`Approve again once it has ended; the request expires ${when(voting.expiresAt)}.`)]),
      context(`To stop it: ${code(`/circleci-backup cancel ${lock.runId}`)}`),
    ],
  };
}
