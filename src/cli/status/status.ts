import type { Reply, TargetStatus } from '../../commands/base/reply.ts';
import { nobodyCanApprove } from '../../core/approval/approval.ts';
import { dataInWords } from '../../core/model/coverage.ts';
import { counted, durationInWords, utcTime } from '../../core/text/words.ts';
import { personInWords, requesterInWords } from '../run/who.ts';
import type { Cell, Piece } from '../text.ts';

export function status({ targets, failures, version, now }: Extract<Reply, { view: 'status' }>): Piece[] {
  return [
    {
      head: ['TARGET', 'STATE', 'LAST GOOD BACKUP', 'AGE', 'RUNNING', 'NEXT', 'COMPLETE'],
      rows: targets.map((one) => [
        { tone: 'strong', text: one.target.name },
        stateOf(one),
        one.newest?.backupId ?? '-',
        one.newest === undefined ? '-' : durationInWords(now - one.newest.createdAt),
        runningOf(one),
        one.next === undefined ? '-' : utcTime(one.next.at),
        one.trouble === undefined ? String(one.counts.complete) : '-',
      ]),
    },
    ...targets.flatMap((one) => about(one, now)),
    ...(failures.length === 0
      ? []
      : [
          '',
          { tone: 'bad' as const, text: 'The doctor found' },
          {
            items: failures.map(
              ({ target, title, text, next }) => `${target ?? 'the bot'}, ${title}: ${text} ${next ?? ''}`,
            ),
          },
        ]),
    { tone: 'dim', text: `circleci-backup ${version}` },
  ];
}

function stateOf({ trouble, newest, overdueSince }: TargetStatus): Cell {
  if (trouble !== undefined) return { tone: 'warning', text: 'not known' };
  if (newest === undefined) return { tone: 'bad', text: 'no backup' };
  return overdueSince === undefined ? { tone: 'good', text: 'good' } : { tone: 'bad', text: 'overdue' };
}

function runningOf({ running }: TargetStatus): string {
  const runs = running.map(
    ({ lock, percent }) => `${lock.runId}${percent === undefined ? '' : ` ${percent} %`}`,
  );
  return runs.join(', ') || '-';
}

/** What does not fit into a row, each thing with its target. */
function about(one: TargetStatus, now: number): Piece[] {
  const { target, running, waiting, overdueSince, pausedUntil, counts, unproven, trouble } = one;
  const promise =
    target.maxAgeMs === undefined ? '' : `; promised is one every ${durationInWords(target.maxAgeMs)}`;
  const others = (['partial', 'failed', 'canceled', 'open'] as const)
    .filter((kind) => counts[kind] > 0)
    .map((kind) => `${counts[kind]} ${kind === 'open' ? 'not checked' : kind}`);
  const items = [
    ...(trouble === undefined ? [] : [`the backups cannot be read: ${trouble}`]),
    ...(overdueSince === undefined ? [] : [`a backup is overdue since ${utcTime(overdueSince)}${promise}`]),
    ...running.map(
      ({ lock, stage }) =>
        `${lock.runId} has run since ${utcTime(lock.since)}, asked for by ${requesterInWords(lock.requester)}` +
        `${stage === undefined ? '' : `: ${stage}`}`,
    ),
    ...waiting.map(
      ({ runId, summary, requester, expiresAt, count, required }) =>
        `${runId} waits for ${counted(required, 'approval')} until ${utcTime(expiresAt)} (${count} so far): ${summary}, ` +
        `asked for by ${personInWords(requester)}`,
    ),
    ...(pausedUntil === undefined ? [] : [`the schedules are paused until ${utcTime(pausedUntil)}`]),
    ...(nobodyCanApprove(target)
      ? [
          'nobody could approve a request: what needs an approval is refused until APPROVERS names more people',
        ]
      : []),
    ...(others.length === 0 ? [] : [`in EC2 besides: ${others.join(', ')}`]),
    ...(one.data === undefined ? [] : dataInWords(one.data, now)),
    ...unproven,
  ];
  return items.length === 0 ? [] : ['', { tone: 'strong', text: target.name }, { items }];
}
