import type { KnownBlock, ModalView, PlainTextOption, View } from '@slack/types';
import { z } from 'zod';
import type { RunningBuild } from '../../core/cleanup/builds-api.ts';
import {
  GROUP,
  groupsOf,
  type ListMove,
  type Others,
  pagesOf,
  type StuckList,
} from '../../core/cleanup/stuck-list.ts';
import { cut, escapeMrkdwn } from '../../core/text/text.ts';
import { counted, durationInWords, utcTime } from '../../core/text/words.ts';
import { button, marked } from '../kit/blocks.ts';

export const CLEANUP_FORM = 'circleci-backup:cleanup';
/** With a colon and the move behind it. */
export const STUCK_MOVE = 'circleci-backup:stuck';
/** Block id of why. */
export const STUCK_REASON = 'reason';

/** What the form remembers of itself. */
export const stuckMetadata = z.object({
  channelId: z.string(),
  target: z.string(),
  /** Missing while there is nothing to pick from. */
  madeAt: z.number().exactOptional(),
  /** How many are chosen on the pages that are not shown. */
  elsewhere: z.number(),
});

/** Opened at once; what it offers takes a moment to look up. */
export function stuckLoading(target: string, channelId: string): View {
  return {
    ...frame({ channelId, target, elsewhere: 0 }),
    blocks: [section('One moment, asking EC2 and CircleCI …')],
  };
}

export function stuckTrouble(trouble: string, target: string, channelId: string): View {
  return {
    ...frame({ channelId, target, elsewhere: 0 }),
    blocks: [section(`:warning: ${escapeMrkdwn(trouble)}`)],
  };
}

/** A page of the builds to pick from. Nothing happens when it is sent but that a plan is made, for others to approve. */
export function stuckView(list: StuckList, channelId: string): View {
  const { target, builds, chosen, madeAt } = list;
  const head = [section(headline(list)), ...notes(list).map(note)];
  if (builds.length === 0) return { ...frame({ channelId, target, elsewhere: 0 }), blocks: head };
  const shown = new Set(groupsOf(list).flatMap((first) => placesFrom(first, list)));
  const elsewhere = chosen.filter((place) => !shown.has(place)).length;
  return {
    ...frame({ channelId, target, madeAt, elsewhere }),
    submit: { type: 'plain_text', text: 'Make the plan' },
    blocks: [
      ...head,
      ...groupsOf(list).map((first) => group(first, list)),
      moves(list),
      ...(pagesOf(list) === 1
        ? []
        : [
            note(
              `Page ${list.page + 1} of ${pagesOf(list)}. ${counted(elsewhere, 'build')} chosen on other pages.`,
            ),
          ]),
      {
        type: 'input',
        block_id: STUCK_REASON,
        optional: true,
        label: { type: 'plain_text', text: 'Why' },
        hint: { type: 'plain_text', text: 'Those who approve it read this' },
        element: { type: 'plain_text_input', action_id: STUCK_REASON, max_length: 250 },
      },
    ],
  };
}

/** Slack keeps what was ticked as long as a block has the same id, and takes new marks for another one only. */
function groupId(first: number, { revision }: StuckList): string {
  return `builds:${revision}:${first}`;
}

/** The first place of the group that a block of this id shows. */
export function groupIn(blockId: string): number | undefined {
  const first = /^builds:\d+:(\d+)$/.exec(blockId)?.[1];
  return first === undefined ? undefined : Number(first);
}

function frame(metadata: z.infer<typeof stuckMetadata>): Omit<ModalView, 'blocks'> {
  return {
    type: 'modal',
    callback_id: CLEANUP_FORM,
    private_metadata: JSON.stringify(metadata),
    title: { type: 'plain_text', text: 'Clean up builds' },
    close: { type: 'plain_text', text: 'Close' },
  };
}

function headline({ target, builds, before, beforeIs }: StuckList): string {
  const name = `*${escapeMrkdwn(target)}*`;
  const limit = `${utcTime(before)} (${escapeMrkdwn(beforeIs)})`;
  return builds.length === 0
    ? `${name}: no build that began before ${limit} shows as running.`
    : `${name}: ${counted(builds.length, 'build')} that began before ${limit} and still ${builds.length === 1 ? 'shows' : 'show'} as running. Choose which to delete.`;
}

function notes({ waiting, later, unreadable, isAll, looked }: StuckList): string[] {
  return [
    ...others('Not begun yet, and not offered', waiting),
    ...others('Begun later, most likely real, and not offered', later),
    ...(unreadable === 0
      ? []
      : [`${counted(unreadable, 'entry', 'entries')} of CircleCI’s list could not be read.`]),
    ...(isAll ? [] : [`Only the newest ${looked} builds were looked at; older ones may be stuck as well.`]),
  ];
}

function others(title: string, { count, some }: Others): string[] {
  if (count === 0) return [];
  const more = count - some.length;
  return [`${title}: ${some.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`];
}

function placesFrom(first: number, { builds }: StuckList): number[] {
  return Array.from({ length: Math.min(GROUP, builds.length - first) }, (_, i) => first + i);
}

function group(first: number, list: StuckList): KnownBlock {
  const places = placesFrom(first, list);
  const options = places.flatMap((place) => {
    const build = list.builds[place];
    return build === undefined ? [] : [option(place, build, list.madeAt)];
  });
  const initial = options.filter(({ value }) => list.chosen.includes(Number(value)));
  return {
    type: 'input',
    block_id: groupId(first, list),
    optional: true,
    label: { type: 'plain_text', text: `${first + 1} to ${first + places.length}` },
    element: {
      type: 'checkboxes',
      action_id: 'builds',
      options,
      ...(initial.length === 0 ? {} : { initial_options: initial }),
    },
  };
}

function option(
  place: number,
  { build, branch, author, startedAt }: RunningBuild,
  now: number,
): PlainTextOption {
  const about = [
    ...(branch === undefined ? [] : [cut(branch, 30)]),
    ...(author === undefined ? [] : [cut(author, 20)]),
    `for ${durationInWords(now - startedAt)}`,
  ];
  const { org, project, number } = build;
  // The number tells builds of one project from each other, so it is not what is cut.
  const tail = ` #${number}`;
  return {
    text: { type: 'plain_text', text: `${cut(`${org}/${project}`, 75 - tail.length)}${tail}` },
    description: { type: 'plain_text', text: cut(about.join(', '), 75) },
    value: String(place),
  };
}

const LABEL: Record<ListMove, string> = {
  previous: 'Previous page',
  next: 'Next page',
  all: 'Choose all',
  none: 'Choose none',
};

function moves(list: StuckList): KnownBlock {
  const wanted: ListMove[] = [
    ...(list.page > 0 ? ['previous' as const] : []),
    ...(list.page + 1 < pagesOf(list) ? ['next' as const] : []),
    'all',
    'none',
  ];
  return {
    type: 'actions',
    elements: wanted.map((move) =>
      button({ text: LABEL[move], actionId: `${STUCK_MOVE}:${move}`, value: move }),
    ),
  };
}

function section(text: string): KnownBlock {
  return { type: 'section', text: marked(cut(text, 3000)) };
}

function note(text: string): KnownBlock {
  return { type: 'context', elements: [{ type: 'plain_text', text: cut(text, 2000), emoji: false }] };
}
