import type { AnyBlock } from '@slack/types';
import type { Reply, TargetSchedules } from '../../commands/base/reply.ts';
import { COMMAND } from '../../commands/base/verb.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { code, context, mentionOf, mrkdwn, when } from '../kit/blocks.ts';
import type { Rendered } from '../kit/rendered.ts';

const SHOWN = 20;

export function schedule(reply: Extract<Reply, { view: 'schedule' }>): Rendered {
  const rest = reply.targets.length - SHOWN;
  return {
    text: 'When backups are made',
    blocks: [
      ...reply.targets.slice(0, SHOWN).flatMap(oneTarget),
      ...(rest > 0 ? [context(`${rest} more: ${code(`${COMMAND} schedule <target>`)}`)] : []),
    ],
  };
}

function oneTarget({ target, schedules, pause }: TargetSchedules): AnyBlock[] {
  const name = `*${escapeMrkdwn(target.name)}*`;
  if (schedules.length === 0) {
    return [mrkdwn(`${name} has no schedule: backups are made by hand only. To set one: BACKUP_SCHEDULE.`)];
  }
  const paused =
    pause === undefined
      ? []
      : [`:double_vertical_bar: paused by ${mentionOf(pause.by)} until ${when(pause.until)}`];
  const lines = schedules.map(
    (one) =>
      `${code(one.name)} ${escapeMrkdwn(one.words)}\nnext: ${one.next.map(when).join(', ')}` +
      `\nkeeps ${escapeMrkdwn(one.keep ?? 'all of them (no KEEP_… is set)')}`,
  );
  return [mrkdwn([name, ...paused, ...lines].join('\n'))];
}

export function paused(reply: Extract<Reply, { view: 'paused' }>): Rendered {
  const text =
    `The schedules of *${escapeMrkdwn(reply.target)}* are paused until ${when(reply.until)}. ` +
    `${`<#${reply.channel}>`} is told, and reminded each day. Backups by hand go on.`;
  return {
    text,
    blocks: [
      mrkdwn(text),
      context(`To end it earlier: ${code(`${COMMAND} schedule resume ${reply.target}`)}`),
    ],
  };
}

export function resumed(reply: Extract<Reply, { view: 'resumed' }>): Rendered {
  const next =
    reply.next === undefined ? '' : ` The next one is due ${when(reply.next)}; nothing starts before.`;
  const text = `The schedules of *${escapeMrkdwn(reply.target)}* go on.${next}`;
  return { text, blocks: [mrkdwn(text)] };
}
