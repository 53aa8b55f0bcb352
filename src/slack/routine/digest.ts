import { COMMAND } from '../../commands/base/verb.ts';
import type { AddedInWeek, Digest } from '../../core/routine/digest.ts';
import { cut, escapeMrkdwn, oneLine } from '../../core/text/text.ts';
import { bytesInWords, counted, durationInWords, listInWords } from '../../core/text/words.ts';
import { code, context, header, mrkdwn, when } from '../kit/blocks.ts';
import type { Rendered } from '../kit/rendered.ts';

/** A target's week in a few lines: what one could restore first, then what was done. */
export function digestMessage(digest: Digest): Rendered {
  const name = escapeMrkdwn(digest.target);
  return {
    text: `The week of ${name}: ${endedInWords(digest)}. ${newestInWords(digest).text}`,
    blocks: [
      header(`The week of ${digest.target}`),
      mrkdwn(
        [
          `${newestInWords(digest).icon} ${newestInWords(digest).text}`,
          `${weekIcon(digest)} *This week* ${endedInWords(digest)}.`,
          ...skippedLine(digest),
          ...addedLine(digest),
          ...keptLine(digest),
          ...nextLine(digest),
        ].join('\n'),
      ),
      context(
        `From ${when(digest.from)} to ${when(digest.until)}.`,
        `More: ${code(`${COMMAND} list ${digest.target}`)}, ${code(`${COMMAND} history ${digest.target}`)}`,
      ),
    ],
  };
}

function newestInWords({ inEc2, now, maxAgeMs }: Digest): { icon: string; text: string } {
  if ('unread' in inEc2) {
    const why = escapeMrkdwn(cut(oneLine(inEc2.unread), 500));
    return { icon: ':warning:', text: `What EC2 holds could not be read. ${why}` };
  }
  const { newest } = inEc2;
  if (newest === undefined) return { icon: ':x:', text: 'There is no complete backup.' };
  const age = now - newest.createdAt;
  const text = `The last good backup is ${durationInWords(age)} old (${code(newest.backupId)}).`;
  return maxAgeMs === undefined || age <= maxAgeMs
    ? { icon: ':white_check_mark:', text }
    : { icon: ':x:', text: `${text} The limit is ${durationInWords(maxAgeMs)}.` };
}

function endedInWords({ ended }: Digest): string {
  const { complete, partial, failed, canceled } = ended;
  if (complete + partial + failed + canceled === 0) return 'no backup was made';
  return listInWords([
    ...(complete > 0 ? [`${counted(complete, 'backup')} complete`] : ['no complete backup']),
    ...(partial > 0 ? [`${partial} partial`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(canceled > 0 ? [`${canceled} canceled`] : []),
  ]);
}

function weekIcon({ ended, skipped }: Digest): string {
  if (ended.complete === 0) return ':x:';
  const unmade = (skipped?.missed ?? 0) + (skipped?.overlapped ?? 0);
  return ended.partial + ended.failed + unmade > 0 ? ':warning:' : ':white_check_mark:';
}

function skippedLine({ skipped }: Digest): string[] {
  const { missed = 0, paused = 0, overlapped = 0 } = skipped ?? {};
  if (missed + paused + overlapped === 0) return [];
  const why = listInWords([
    ...(missed > 0 ? [`${missed} while the bot was not running`] : []),
    ...(paused > 0 ? [`${paused} in a pause`] : []),
    ...(overlapped > 0 ? [`${overlapped} because another run still went on`] : []),
  ]);
  return [`*Slots without a backup* ${why}.`];
}

function addedLine({ added, addedBefore }: Digest): string[] {
  if (added.known + added.unknown === 0) return [];
  return [
    `*Size added* ${addedInWords(added)}${addedBefore === undefined ? '' : trend(added, addedBefore)}.`,
  ];
}

function addedInWords({ bytes, known, unknown }: AddedInWeek): string {
  if (known === 0) return `not known, for ${counted(unknown, 'backup')}`;
  const rest = unknown === 0 ? '' : `, and ${counted(unknown, 'backup')} of unknown size`;
  return `${bytesInWords(bytes)}${rest}`;
}

/** A percentage only where both sums are whole; a part of one would show a trend that is none. */
function trend(added: AddedInWeek, before: AddedInWeek): string {
  if (before.known === 0) return '';
  const isWhole = added.unknown + before.unknown === 0 && before.bytes > 0;
  const percent = Math.round((added.bytes / before.bytes - 1) * 100);
  const change = percent === 0 ? 'the same' : `${Math.abs(percent)} % ${percent > 0 ? 'more' : 'less'}`;
  return `${isWhole ? `, ${change}` : ''} (the week before: ${addedInWords(before)})`;
}

function keptLine({ inEc2, deleted }: Digest): string[] {
  const gone = `Retention deleted ${deleted === 0 ? 'none' : counted(deleted, 'backup')} this week.`;
  if ('unread' in inEc2) return [gone];
  const held = inEc2.held === 0 ? '' : `, ${inEc2.held} of them held`;
  return [`*Kept now* ${counted(inEc2.kept, 'complete backup')}${held}. ${gone}`];
}

function nextLine({ next, pausedUntil }: Digest): string[] {
  const paused =
    pausedUntil === undefined
      ? []
      : [`:double_vertical_bar: The schedules are paused until ${when(pausedUntil)}.`];
  if (next.length === 0) return [...paused, 'No schedule is set: backups are made by hand only.'];
  const several = new Set(next.map(({ schedule }) => schedule)).size > 1;
  const times = next.map(({ schedule, at }) => `${when(at)}${several ? ` (${code(schedule)})` : ''}`);
  return [...paused, `*Next* ${times.join(', ')}`];
}
