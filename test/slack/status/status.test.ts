import type { TargetStatus } from '../../../src/commands/base/reply.ts';
import { status } from '../../../src/slack/status/status.ts';
import { entry, NOW } from '../../commands/fakes.ts';
import { target } from '../../target.ts';
import { said } from '../extremes/said.ts';

const HOUR = 3_600_000;
const PROD = target('prod', { maxAgeMs: 26 * HOUR });

function lines(more: Partial<TargetStatus>): string[] {
  const counts = { complete: 1, partial: 0, failed: 0, canceled: 0, open: 0 };
  const targets = [
    { target: PROD, newest: entry('bk-1'), counts, waiting: [], running: [], unproven: [], ...more },
  ];
  return said(
    status({ view: 'status', failures: [], targets, version: '0.1.0', now: NOW }, 'https://acme.example/'),
  ).map((line) => line.replace(/<!date[^>]*\|([^>]*)>/g, '$1'));
}

test('a good target: its last backup and its next', () => {
  expect(lines({ next: { schedule: 'nightly', at: NOW + 60_000 } })).toEqual([
    ':white_check_mark: *prod*: the last good backup is 1 h old (`bk-1`, 2026-11-23 02:14 UTC).',
    'Nothing runs now.',
    'The next routine backup is due 2026-11-23 03:15 UTC (schedule `nightly`).',
    'In EC2: 1 complete.',
    'circleci-backup 0.1.0',
  ]);
});

test('an overdue target is no good one, whatever else is true of it', () => {
  expect(
    lines({
      overdueSince: NOW - HOUR,
      pausedUntil: NOW + HOUR,
      next: { schedule: 'nightly', at: NOW + 2 * HOUR },
    }),
  ).toEqual([
    ':x: *prod*: the last good backup is 1 h old (`bk-1`, 2026-11-23 02:14 UTC).',
    'Nothing runs now.',
    ':rotating_light: A backup is overdue since 2026-11-23 02:14 UTC: promised is one every 1 d 2 h.',
    ':double_vertical_bar: The schedules are paused until 2026-11-23 04:14 UTC.',
    'The next routine backup is due 2026-11-23 05:14 UTC (schedule `nightly`).',
    'In EC2: 1 complete.',
    'circleci-backup 0.1.0',
  ]);
});

test('what the bot itself knows is told where EC2 could not be asked', () => {
  const told = lines({ trouble: 'no answer', pausedUntil: NOW + HOUR });
  expect(told[0]).toBe(':warning: *prod*: the backups cannot be read: no answer');
  expect(told).toContain(':double_vertical_bar: The schedules are paused until 2026-11-23 04:14 UTC.');
  expect(told.at(-2)).toBe('What EC2 holds is not known.');
});
