import type { Reply } from '../../commands/base/reply.ts';
import { bytesInWords, durationInWords } from '../../core/text/words.ts';
import type { Cell, Piece } from '../text.ts';

export function prune(reply: Extract<Reply, { view: 'prune' }>): Piece[] {
  const { target, preview, now, button } = reply;
  const { deleting, disabling, enabling, kept, leftAlone, orphans, unproven } = preview;
  const again = new Set(enabling.map(({ imageId }) => imageId));
  const backups = (what: Cell, all: typeof kept) =>
    all.map(({ backupId, createdAt, reason }) => [what, backupId, durationInWords(now - createdAt), reason]);
  const rows: Cell[][] = [
    ...backups({ tone: 'bad', text: 'delete' }, deleting),
    ...backups({ tone: 'warning', text: 'disable' }, disabling),
    ...backups('enable again', enabling),
    ...backups(
      { tone: 'good', text: 'keep' },
      kept.filter(({ imageId }) => !again.has(imageId)),
    ),
    ...leftAlone.map(({ backupId, imageId, reason }) => ['leave alone', backupId ?? imageId, '', reason]),
    ...orphans.map(({ snapshotId, volumeBytes, doubt }) => [
      'without an image',
      snapshotId,
      '',
      doubt ?? `${bytesInWords(volumeBytes)} that restore nothing by themselves`,
    ]),
  ];
  return [
    { tone: 'strong', text: `What retention would do with ${target.name} now; nothing was done` },
    { head: ['WOULD', 'WHAT', 'AGE', 'WHY'], rows },
    ...unproven,
    ...(button === undefined
      ? []
      : [
          'Retention does it by itself after the next complete backup; to ask for it now, press the button under “prune” in Slack.',
        ]),
  ];
}
