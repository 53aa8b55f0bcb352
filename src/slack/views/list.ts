import type { Reply } from '../../commands/reply.ts';
import { COMMAND } from '../../commands/verb.ts';
import { isComplete } from '../../core/catalogue.ts';
import type { CatalogueEntry } from '../../core/model.ts';
import { escapeMrkdwn, oneLine } from '../../core/text.ts';
import { bytesInWords, counted, durationInWords } from '../../core/words.ts';
import { code, context, contextPlain, mrkdwn, when } from '../blocks.ts';
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
      ...reply.entries.flatMap((entry) => [
        mrkdwn(row(entry, reply.now)),
        ...(entry.note === undefined ? [] : [contextPlain(`Note: ${oneLine(entry.note)}`)]),
      ]),
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
    ...proven(entry),
    ...(entry.held ? [':lock: held'] : []),
  ];
  return `${state(entry)} ${code(entry.backupId)}\n${facts.join(' · ')}`;
}

/** Only a restore proves a backup; of one that is not complete nobody expects it. */
function proven(entry: CatalogueEntry): string[] {
  if (entry.verifiedAt !== undefined)
    return [`checked by restoring ${escapeMrkdwn(entry.verifiedAt.slice(0, 10))}`];
  return isComplete(entry) ? ['never restored to check it'] : [];
}

function state(entry: CatalogueEntry): string {
  if (isComplete(entry)) return ':white_check_mark: *complete*';
  if (entry.outcome === 'partial') return ':warning: *partial*';
  if (entry.outcome === 'failed') return ':x: *failed*';
  if (entry.outcome === 'complete')
    return `:warning: *was complete, its image is now ${escapeMrkdwn(entry.imageState)}*`;
  return `:white_circle: *not checked* (image ${escapeMrkdwn(entry.imageState)})`;
}
