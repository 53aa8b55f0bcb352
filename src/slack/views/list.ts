import type { Reply } from '../../commands/reply.ts';
import { COMMAND } from '../../commands/verb.ts';
import { isComplete } from '../../core/catalogue.ts';
import type { CatalogueEntry } from '../../core/model.ts';
import { escapeMrkdwn } from '../../core/text.ts';
import { bytesInWords, counted, durationInWords } from '../../core/words.ts';
import { code, context, mrkdwn, when } from '../blocks.ts';
import type { Rendered } from './rendered.ts';

type List = Extract<Reply, { view: 'list' }>;

export function list(reply: List): Rendered {
  const name = escapeMrkdwn(reply.target.name);
  if (reply.total === 0) {
    const text = `There is no backup of ${name} in ${reply.target.region}.`;
    return { text, blocks: [mrkdwn(text), context(`To make one: ${code(`${COMMAND} now`)}`)] };
  }
  const more =
    reply.page < reply.pages
      ? [`Next: ${code(`${COMMAND} list ${reply.target.name} --page ${reply.page + 1}`)}`]
      : [];
  return {
    text: `${counted(reply.total, 'backup')} of ${name}`,
    blocks: [
      mrkdwn(`*${counted(reply.total, 'backup')} of ${name}*, newest first`),
      ...reply.entries.map((entry) => mrkdwn(row(entry, reply.now))),
      context(
        `Page ${reply.page} of ${reply.pages}, read from EC2’s tags in ${reply.target.region}.`,
        ...more,
      ),
    ],
  };
}

function row(entry: CatalogueEntry, now: number): string {
  const facts = [
    `${durationInWords(now - entry.createdAt)} old (${when(entry.createdAt)})`,
    entry.mode,
    ...(entry.addedBytes === undefined ? [] : [`${bytesInWords(entry.addedBytes)} added`]),
    ...(entry.totalBytes === undefined ? [] : [`${bytesInWords(entry.totalBytes)} in all`]),
    code(entry.imageId),
    entry.verifiedAt === undefined
      ? 'never restored to check it'
      : `checked by restoring ${entry.verifiedAt.slice(0, 10)}`,
    ...(entry.held ? [':lock: held'] : []),
  ];
  const note = entry.note === undefined ? '' : `\n_${escapeMrkdwn(entry.note).replaceAll('_', ' ')}_`;
  return `${state(entry)} ${code(entry.backupId)}\n${facts.join(' · ')}${note}`;
}

function state(entry: CatalogueEntry): string {
  if (isComplete(entry)) return ':white_check_mark: *complete*';
  if (entry.outcome === 'partial') return ':warning: *partial*';
  if (entry.outcome === 'failed') return ':x: *failed*';
  if (entry.outcome === 'complete')
    return `:warning: *was complete, its image is now ${escapeMrkdwn(entry.imageState)}*`;
  return `:grey_question: *not checked* (image ${escapeMrkdwn(entry.imageState)})`;
}
