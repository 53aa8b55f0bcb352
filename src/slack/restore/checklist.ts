import type { AnyBlock, Button } from '@slack/types';
import type { Checklist, ChecklistAction, ChecklistItem } from '../../core/restore/checklist.ts';
import { isFinished } from '../../core/restore/checklist.ts';
import type { MessageView } from '../../core/store/messages.ts';
import { cut, escapeMrkdwn } from '../../core/text/text.ts';

import { counted, listInWords } from '../../core/text/words.ts';
import { actions, button, code, context, header, marked, mention, mrkdwn, when } from '../kit/blocks.ts';

import type { Rendered } from '../kit/rendered.ts';
import { whyDirect } from '../outbox/replacement.ts';

/** Their value is the run's id and the item's key, with a blank between them. */
export const TICK = 'circleci-backup:tick';
export const UNTICK = 'circleci-backup:untick';
/** Its value is the run's id. */
export const FOLLOW_UP: Record<ChecklistAction, string> = {
  'way-back': 'circleci-backup:way-back',
  'remove-test': 'circleci-backup:remove-test',
  cleanup: 'circleci-backup:cleanup-after',
  'remove-originals': 'circleci-backup:remove-originals',
};

/** What is left for people after a restore, ticked one by one; it is finished when everything is. */
export function checklistMessage({
  checklist: list,
  insteadOf,
}: Extract<MessageView, { kind: 'checklist' }>): Rendered {
  const open = list.items.filter(({ done }) => done === undefined).length;
  const isDone = list.items.length > 0 && isFinished(list);
  const title = isDone ? `Restore of ${list.target} finished: checklist complete` : list.title;
  const icon = isDone ? ':white_check_mark:' : ':clipboard:';
  const left = open === 0 ? [] : [`${counted(open, 'item')} of ${list.items.length} left`];
  const blocks: AnyBlock[] = [
    header(cut(`${icon} ${title}`, 150)),
    context(code(list.runId), ...left.map(escapeMrkdwn), when(list.madeAt)),
    ...list.items.flatMap((item) => itemBlocks(list.runId, item)),
  ];
  if (list.builds !== undefined) blocks.push(mrkdwn(buildsInWords(list.builds)));
  if (list.originals !== undefined) blocks.push(mrkdwn(originalsInWords(list)));
  const buttons = list.actions.map((action) => followUp(list, action));
  if (buttons.length > 0) blocks.push(actions(...buttons));
  if (insteadOf !== undefined) blocks.push(context(whyDirect(insteadOf)));
  return { text: escapeMrkdwn(`${title} (${list.runId})`), blocks };
}

function buildsInWords({ count }: NonNullable<Checklist['builds']>): string {
  if (count === undefined)
    return 'Builds from before the backup may show as running for ever. Once CircleCI’s address leads to the new machine, the bot can find them.';
  const one = count === 1;
  return `${counted(count, 'build')} from before the backup still ${one ? 'shows' : 'show'} as running. ${one ? 'It' : 'They'} will not end by ${one ? 'itself' : 'themselves'}.`;
}

function originalsInWords({ originals = [], runId }: Checklist): string {
  return `The originals of ${listInWords(originals.map(code))} are on the machine as ${code(`*.circleci-backup-${runId}`)}, with Replicated’s token in them.`;
}

function itemBlocks(runId: string, item: ChecklistItem): AnyBlock[] {
  const { key, title, lines, link, done } = item;
  const value = `${runId} ${key}`;
  if (done !== undefined) {
    return [
      {
        ...section(
          `:white_check_mark: ~${escapeMrkdwn(title)}~  ${mention(done.by.userId)}, ${when(done.at)}`,
        ),
        accessory: button({ text: 'Not done', actionId: UNTICK, value }),
      },
    ];
  }
  // A host may come from a tag that anybody wrote: only what is plainly an address becomes a link.
  const where = link === undefined ? [] : [SAFE_LINK.test(link) ? `<${link}>` : escapeMrkdwn(link)];
  return [
    {
      ...section(
        [`:white_medium_square: *${escapeMrkdwn(title)}*`, ...lines.map(escapeMrkdwn), ...where].join('\n'),
      ),
      accessory: button({ text: 'Done', actionId: TICK, value, style: 'primary' }),
    },
  ];
}

const SAFE_LINK = /^https:\/\/[a-z0-9.-]+(?::\d+)?\/[\w/-]*$/i;

function section(text: string) {
  return { type: 'section' as const, text: marked(cut(text, 3000)) };
}

function followUp(list: Checklist, action: ChecklistAction): Button {
  const actionId = FOLLOW_UP[action];
  const value = list.runId;
  switch (action) {
    case 'way-back':
      return button({ text: 'Go back to the former root volume', actionId, value });
    case 'remove-test':
      return button({
        text: 'Remove the machine',
        actionId,
        value,
        style: 'danger',
        confirm: {
          title: 'Remove the machine?',
          text: 'The machine that this restore launched is terminated, and its volumes are deleted. Nothing else is touched.',
          confirm: 'Remove it',
          deny: 'Not yet',
        },
      });
    case 'remove-originals':
      return button({
        text: 'Remove the kept originals',
        actionId,
        value,
        confirm: {
          title: 'Remove the kept originals?',
          text: `What this restore kept beside the files that it changed is deleted from the machine. The files themselves stay as they are.`,
          confirm: 'Remove them',
          deny: 'Not yet',
        },
      });
    case 'cleanup':
      return button({ text: 'Find builds to clean up', actionId, value });
  }
}
