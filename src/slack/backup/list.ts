import type { AnyBlock } from '@slack/types';
import { flagsOf } from '../../commands/backup/list-filter.ts';
import type { Reply } from '../../commands/base/reply.ts';
import { COMMAND } from '../../commands/base/verb.ts';
import { type CatalogueEntry, isComplete } from '../../core/catalogue/entry.ts';
import { doubtInWords } from '../../core/catalogue/ownership.ts';
import { escapeMrkdwn, oneLine } from '../../core/text/text.ts';
import { bytesInWords, counted, durationInWords, utcDay } from '../../core/text/words.ts';
import { code, context, contextPlain, mrkdwn, when } from '../kit/blocks.ts';
import { heldBy } from '../kit/hold-line.ts';
import type { Rendered } from '../kit/rendered.ts';

type List = Extract<Reply, { view: 'list' }>;

export function list(reply: List): Rendered {
  const { target, filter, total } = reply;
  const of = target === undefined ? 'with no configured target' : `of ${escapeMrkdwn(target.name)}`;
  const backups = (count: string, noun: string) =>
    `${count} ${adjectives(filter)}${noun} ${of}${filter.before === undefined ? '' : ` made before ${filter.before.date}`}`;
  const regions = reply.regions.join(', ');
  const isAll = flagsOf(filter) === '';
  if (reply.entries.length === 0) {
    const text = `There is ${backups('no', 'backup')} in ${regions}.`;
    const hint =
      target === undefined
        ? []
        : isAll
          ? [context(`To make one: ${code(`${COMMAND} now`)}`)]
          : [context(`All of them: ${code(`${COMMAND} list ${target.name}`)}`)];
    return { text, blocks: [mrkdwn(text), ...hint, ...unproven(reply), ...strays(reply.strays)] };
  }
  const what =
    total === 0
      ? `No proven ${adjectives(filter)}backup ${of}; these carry its name`
      : backups(String(total), total === 1 ? 'backup' : 'backups');
  const again = `${COMMAND} list ${target?.name ?? '--no-target'}${flagsOf(filter)}`;
  const more = reply.page < reply.pages ? [`Next: ${code(`${again} --page ${reply.page + 1}`)}`] : [];
  return {
    text: what,
    blocks: [
      mrkdwn(`*${what}*, newest first${target === undefined ? '; retention never deletes them' : ''}`),
      ...reply.entries.flatMap((entry) => [
        mrkdwn(row(entry, reply.now, target === undefined)),
        ...about(entry),
      ]),
      context(`Page ${reply.page} of ${reply.pages}, read from EC2’s tags in ${regions}.`, ...more),
      ...unproven(reply),
      ...strays(reply.strays),
    ],
  };
}

function unproven({ unproven: sentences }: List): AnyBlock[] {
  return sentences.map((sentence) => contextPlain(sentence));
}

function adjectives({ held, partial }: List['filter']): string {
  return `${held ? 'held ' : ''}${partial ? 'partial ' : ''}`;
}

/** Backups that no target shows must not be forgotten: they cost money, and one may be the last of its machine. */
function strays(count: number): AnyBlock[] {
  if (count === 0) return [];
  const belong =
    count === 1
      ? 'belongs to a target that is not configured here, and stays'
      : 'belong to targets that are not configured here, and stay';
  return [
    context(
      `${counted(count, 'more backup')} of this region ${belong}: ${code(`${COMMAND} list --no-target`)}`,
    ),
  ];
}

/** What people and other programs have to say about it, exactly as they say it. */
function about({ note, heldBy: holder, isProtected, held, doubts, ...entry }: CatalogueEntry): AnyBlock[] {
  return [
    ...(note === undefined ? [] : [contextPlain(`Note: ${oneLine(note)}`)]),
    ...(holder === undefined ? [] : [heldBy(holder)]),
    ...(isProtected === true && !held
      ? [contextPlain('EC2 protects its image from deregistration, without a hold of mine.')]
      : []),
    ...(doubts.length === 0
      ? []
      : [contextPlain(`Left alone: ${oneLine(doubts.map(doubtInWords).join('; '))}`)]),
    ...(entry.retagged === undefined
      ? []
      : [
          contextPlain(
            `Somebody changed its tags: ${oneLine(entry.retagged.join('; '))}. My own record counts${entry.isDisputed === true ? ', and nothing is deleted until they are right again' : ''}.`,
          ),
        ]),
  ];
}

function row(entry: CatalogueEntry, now: number, withTarget: boolean): string {
  const facts = [
    `${durationInWords(now - entry.createdAt)} old (${when(entry.createdAt)})`,
    ...(withTarget ? [`target ${escapeMrkdwn(entry.target)}`] : []),
    entry.mode,
    ...(entry.downtimeSeconds === undefined
      ? []
      : [`CircleCI away for ${durationInWords(entry.downtimeSeconds * 1000)}`]),
    ...(entry.schedule === undefined ? [] : [`schedule ${escapeMrkdwn(entry.schedule)}`]),
    ...(entry.addedBytes === undefined ? [] : [`${bytesInWords(entry.addedBytes)} added`]),
    ...(entry.totalBytes === undefined ? [] : [`${bytesInWords(entry.totalBytes)} in all`]),
    ...(entry.imageState === 'disabled' && entry.disabledAt !== undefined
      ? [`disabled ${when(entry.disabledAt)}, deleted when its grace is over`]
      : []),
    code(entry.imageId),
    ...proven(entry),
    ...(entry.held ? [':lock: held'] : []),
  ];
  return `${state(entry)} ${code(entry.backupId)}\n${facts.join(' · ')}`;
}

/** Only a restore proves a backup; of one that is not complete nobody expects it. */
function proven(entry: CatalogueEntry): string[] {
  if (entry.verifiedAt !== undefined) return [`checked by restoring ${utcDay(entry.verifiedAt)}`];
  return isComplete(entry) ? ['never restored to check it'] : [];
}

function state(entry: CatalogueEntry): string {
  if (isComplete(entry)) return ':white_check_mark: *complete*';
  if (entry.doubts.length > 0) return ':white_circle: *not proven to be mine*';
  if (entry.outcome === 'partial') return ':warning: *partial*';
  if (entry.isCanceled === true) return ':octagonal_sign: *canceled*';
  if (entry.outcome === 'failed') return ':x: *failed*';
  if (entry.outcome === 'complete' && entry.imageState === 'disabled' && entry.disabledAt !== undefined)
    return ':zzz: *complete, disabled by retention*';
  if (entry.outcome === 'complete')
    return `:warning: *was complete, its image is now ${escapeMrkdwn(entry.imageState)}*`;
  return `:white_circle: *not checked* (image ${escapeMrkdwn(entry.imageState)})`;
}
