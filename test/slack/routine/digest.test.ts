import type { Digest } from '../../../src/core/routine/digest.ts';
import { digestMessage } from '../../../src/slack/routine/digest.ts';
import { said } from '../extremes/said.ts';
import { someDigest } from './digests.ts';

const GIB = 2 ** 30;

/** Times as `TIME`: what they are is the digest's own. */
function lines(more: Partial<Digest> = {}): string[] {
  return said(digestMessage(someDigest(more))).map((line) => line.replace(/<!date[^>]*>/g, 'TIME'));
}

test('a good week, in a few lines', () => {
  expect(lines()).toEqual([
    'The week of prod',
    ':white_check_mark: The last good backup is 6 h old (`bk-1`).',
    ':white_check_mark: *This week* 7 backups complete.',
    '*Size added* 12 GiB, 20 % more (the week before: 10 GiB).',
    '*Kept now* 14 complete backups, 1 of them held. Retention deleted 6 backups this week.',
    '*Next* TIME, TIME',
    'From TIME to TIME.',
    'More: `/circleci-backup list prod`, `/circleci-backup history prod`',
  ]);
  expect(digestMessage(someDigest()).text).toBe(
    'The week of prod: 7 backups complete. The last good backup is 6 h old (`bk-1`).',
  );
});

test('a bad week says so first', () => {
  const old = someDigest().now - 30 * 3_600_000;
  expect(
    lines({
      ended: { complete: 0, partial: 1, failed: 2, canceled: 1 },
      deleted: 0,
      added: { bytes: 0, known: 0, unknown: 1 },
      inEc2: { kept: 1, held: 0, newest: { backupId: 'bk-0', createdAt: old } },
      pausedUntil: someDigest().now + 1,
    }).slice(1, 7),
  ).toEqual([
    ':x: The last good backup is 1 d 6 h old (`bk-0`). The limit is 1 d 2 h.',
    ':x: *This week* no complete backup, 1 partial, 2 failed and 1 canceled.',
    '*Size added* not known, for 1 backup (the week before: 10 GiB).',
    '*Kept now* 1 complete backup. Retention deleted none this week.',
    ':double_vertical_bar: The schedules are paused until TIME.',
    '*Next* TIME, TIME',
  ]);
});

test('slots without a backup are told with their reasons; a pause is nobody’s failure', () => {
  const skippedLines = (missed: number, paused: number, overlapped: number) =>
    lines({ skipped: { missed, paused, overlapped } }).slice(2, 4);
  expect(skippedLines(3, 2, 1)).toEqual([
    ':warning: *This week* 7 backups complete.',
    '*Slots without a backup* 3 while the bot was not running, 2 in a pause and 1 because another run still went on.',
  ]);
  expect(skippedLines(0, 2, 0)).toEqual([
    ':white_check_mark: *This week* 7 backups complete.',
    '*Slots without a backup* 2 in a pause.',
  ]);
  expect(skippedLines(0, 0, 0)[1]).toContain('*Size added*');
});

test('an empty week invents nothing', () => {
  const {
    addedBefore: _none,
    maxAgeMs: _never,
    ...empty
  } = someDigest({
    ended: { complete: 0, partial: 0, failed: 0, canceled: 0 },
    deleted: 0,
    added: { bytes: 0, known: 0, unknown: 0 },
    inEc2: { kept: 0, held: 0 },
    next: [],
  });
  expect(said(digestMessage(empty)).slice(1, 5)).toEqual([
    ':x: There is no complete backup.',
    ':x: *This week* no backup was made.',
    '*Kept now* 0 complete backups. Retention deleted none this week.',
    'No schedule is set: backups are made by hand only.',
  ]);
});

test('what EC2 holds is not guessed when it could not be read', () => {
  const unread = 'EC2 has not answered <!channel>.';
  expect(lines({ inEc2: { unread } }).slice(1, 5)).toEqual([
    ':warning: What EC2 holds could not be read. EC2 has not answered &lt;!channel&gt;.',
    ':white_check_mark: *This week* 7 backups complete.',
    '*Size added* 12 GiB, 20 % more (the week before: 10 GiB).',
    'Retention deleted 6 backups this week.',
  ]);
});

const sum = (gib: number, unknown = 0) => ({ bytes: gib * GIB, known: gib === 0 ? 0 : 1, unknown });

test.each<[Digest['added'], Digest['added'], string]>([
  [sum(8), sum(10), '8 GiB, 20 % less (the week before: 10 GiB).'],
  [sum(10), sum(10), '10 GiB, the same (the week before: 10 GiB).'],
  [sum(8, 2), sum(10), '8 GiB, and 2 backups of unknown size (the week before: 10 GiB).'],
  [sum(8), sum(10, 1), '8 GiB (the week before: 10 GiB, and 1 backup of unknown size).'],
  [sum(8), sum(0, 3), '8 GiB.'],
  [sum(8), { bytes: 0, known: 2, unknown: 0 }, '8 GiB (the week before: 0 B).'],
])('%j after %j', (added, addedBefore, text) => {
  expect(lines({ added, addedBefore })).toContain(`*Size added* ${text}`);
});

test('several schedules are named', () => {
  const [next] = someDigest().next;
  if (next === undefined) throw new Error('there is no next slot');
  expect(lines({ next: [next, { ...next, schedule: 'weekly' }] })).toContain(
    '*Next* TIME (`nightly`), TIME (`weekly`)',
  );
});
