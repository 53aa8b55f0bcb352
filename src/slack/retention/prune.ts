import type { AnyBlock } from '@slack/types';
import type { Reply } from '../../commands/base/reply.ts';
import type { ReasonedBackup } from '../../core/retention/result.ts';
import { cut, escapeMrkdwn, oneLine } from '../../core/text/text.ts';
import { bytesInWords, counted, durationInWords } from '../../core/text/words.ts';
import { actions, button, code, context, contextPlain, mrkdwn } from '../kit/blocks.ts';
import type { Rendered } from '../kit/rendered.ts';

/** Of each list; a section has 3000 characters. */
const SHOWN = 12;
const REASON_MAX = 150;

export const PRUNE_NOW = 'circleci-backup:prune';

export function prune(reply: Extract<Reply, { view: 'prune' }>): Rendered {
  const { target, preview, now, button: value, isChanged } = reply;
  const { deleting, disabling, enabling, kept, leftAlone, orphans } = preview;
  const name = escapeMrkdwn(target.name);
  const backups = (title: string, list: readonly ReasonedBackup[]) =>
    section(
      title,
      list.length,
      list.map((b) => line(b.backupId, `${durationInWords(now - b.createdAt)} old`, b.reason)),
    );
  const nothing =
    deleting.length + disabling.length + enabling.length === 0 ? [mrkdwn('It would change nothing.')] : [];
  const orphanBytes = orphans.reduce((sum, each) => sum + each.volumeBytes, 0);
  return {
    text: `What retention would do with ${name} now; nothing was done`,
    blocks: [
      ...(isChanged
        ? [mrkdwn(':warning: The plan is another one by now, so nothing was done. This is what it is now:')]
        : []),
      mrkdwn(`*What retention would do with ${name} now*`),
      ...nothing,
      ...backups(':wastebasket: *It would delete', deleting),
      ...backups(
        `:zzz: *It would disable, and delete ${durationInWords(target.deleteGraceMs ?? 0)} later,`,
        disabling,
      ),
      ...backups(':arrows_counterclockwise: *It would enable again', enabling),
      ...backups(
        '*It keeps',
        kept.filter((each) => !enabling.some(({ imageId }) => imageId === each.imageId)),
      ),
      ...section(
        '*It leaves alone',
        leftAlone.length,
        leftAlone.map((l) =>
          line(l.backupId ?? l.imageId, l.backupId === undefined ? '' : l.imageId, l.reason),
        ),
        'image',
      ),
      ...section(
        `*Without an image (${bytesInWords(orphanBytes)} of volumes):`,
        orphans.length,
        orphans.map((o) =>
          line(o.snapshotId, o.runId, o.doubt ?? 'it costs money and restores nothing by itself'),
        ),
        'snapshot',
      ),
      ...preview.unproven.map((sentence) => contextPlain(sentence)),
      context(
        'Nothing was done. Retention runs by itself after each complete backup; to have it done now, somebody else has to approve it.',
      ),
      ...(value === undefined ? [] : [actions(pruneButton(value, disabling.length + enabling.length === 0))]),
    ],
  };
}

/** It asks: what is deleted is lost, so that somebody else has to see the list before. */
function pruneButton(value: string, onlyDeletes: boolean) {
  return button({
    text: onlyDeletes ? 'Ask to delete these now' : 'Ask to do this now',
    actionId: PRUNE_NOW,
    value,
  });
}

function section(title: string, count: number, lines: string[], noun = 'backup'): AnyBlock[] {
  if (count === 0) return [];
  const rest = count - SHOWN;
  return [
    mrkdwn(
      [
        `${title} ${counted(count, noun)}*`,
        ...lines.slice(0, SHOWN),
        ...(rest > 0 ? [`and ${rest} more`] : []),
      ].join('\n'),
    ),
  ];
}

function line(id: string, about: string, reason: string): string {
  const facts = about === '' ? '' : ` (${escapeMrkdwn(cut(oneLine(about), 40))})`;
  return `${code(cut(oneLine(id), 40))}${facts}: ${escapeMrkdwn(cut(oneLine(reason), REASON_MAX))}`;
}
