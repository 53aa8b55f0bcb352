import { digestOf } from '../../../src/core/routine/digest.ts';
import type { AuditRow } from '../../../src/core/run/audit.ts';
import { entry } from '../../commands/fakes.ts';
import { scheduleOf } from '../time/schedule-of.ts';

const DAY = 24 * 3_600_000;
const UNTIL = Date.UTC(2026, 10, 23, 9);
const FROM = UNTIL - 7 * DAY;
const NOW = UNTIL + 1_000;
const TARGET = {
  name: 'prod',
  schedules: [
    { name: 'nightly', schedule: scheduleOf('15 3 * * *') },
    { name: 'weekly', schedule: scheduleOf('0 5 * * 2') },
  ],
};
const INPUT = {
  target: TARGET,
  now: NOW,
  weeks: { before: FROM - 7 * DAY, from: FROM, until: UNTIL },
  catalogue: [],
  rows: [],
};

let seq = 0;
function ended(runId: string, at: number, detail: Record<string, unknown>): AuditRow {
  seq += 1;
  return { seq, at, kind: 'result', verb: 'schedule', target: 'prod', runId, detail };
}
function pruned(at: number, imageIds: string[]): AuditRow {
  seq += 1;
  const detail = { deleted: imageIds.map((imageId) => ({ imageId })), kept: [{ imageId: 'ami-kept' }] };
  return { seq, at, kind: 'stage', verb: 'prune', target: 'prod', detail };
}
function skipped(at: number, detail: Record<string, unknown>): AuditRow {
  seq += 1;
  return { seq, at, kind: 'refusal', verb: 'schedule', target: 'prod', detail };
}
const added = (bytes: number) => ({ known: true, bytes });

test('counts what the audit tells, each run in the week in which it ended', () => {
  const digest = digestOf({
    ...INPUT,
    rows: [
      ended('bk-late', UNTIL + 1, { outcome: 'complete', added: added(1_000) }),
      ended('bk-1', UNTIL, { outcome: 'complete', added: added(30) }),
      ended('bk-2', FROM + 1, { outcome: 'partial', added: added(12) }),
      ended('bk-3', FROM + 2, { outcome: 'complete', added: { known: false, reason: 'no access' } }),
      ended('bk-4', FROM + 3, { outcome: 'failed', added: added(7) }),
      ended('bk-5', FROM + 4, { outcome: 'failed', problem: { code: 'canceled' } }),
      ended('bk-6', FROM, { outcome: 'complete', added: added(20) }),
      ended('bk-7', FROM - 7 * DAY, { outcome: 'complete', added: added(5_000) }),
      { ...ended('rs-1', UNTIL, { outcome: 'failed' }), verb: 'restore' },
    ],
  });
  expect(digest).toMatchObject({
    ended: { complete: 2, partial: 1, failed: 1, canceled: 1 },
    added: { bytes: 42, known: 2, unknown: 1 },
    addedBefore: { bytes: 20, known: 1, unknown: 0 },
  });
});

test('counts backups that only EC2 knows, and one that both know once, by its end', () => {
  const digest = digestOf({
    ...INPUT,
    catalogue: [
      entry('bk-1', { createdAt: UNTIL - 1, addedBytes: 5 }),
      entry('bk-2', { createdAt: FROM + DAY, outcome: 'failed' }),
      entry('bk-3', { createdAt: FROM - 1, addedBytes: 8 }),
      entry('bk-4', { createdAt: UNTIL - DAY, target: 'lab' }),
      running(),
    ],
    rows: [ended('bk-3', FROM + 1, { outcome: 'complete' })],
  });
  expect(digest.ended).toEqual({ complete: 2, partial: 0, failed: 1, canceled: 0 });
  expect(digest.added).toEqual({ bytes: 13, known: 2, unknown: 0 });
  expect(digest).not.toHaveProperty('addedBefore');
});

test('a run that began before the slot and ended after it is of the next week', () => {
  const digest = digestOf({
    ...INPUT,
    catalogue: [entry('bk-1', { createdAt: UNTIL - 1 })],
    rows: [ended('bk-1', UNTIL + 500, { outcome: 'complete' })],
  });
  expect(digest.ended.complete).toBe(0);
});

test('a size that was measured after the end counts, also of a backup whose image is gone', () => {
  const size = { stage: 'size', added: { known: true, bytes: 5_000 } };
  const rows = [
    ended('bk-1', UNTIL, { outcome: 'complete', added: { known: false, reason: 'it was not measured' } }),
    { ...ended('bk-1', UNTIL + 9, {}), kind: 'stage' as const, detail: size },
  ];
  expect(digestOf({ ...INPUT, rows }).added).toEqual({ bytes: 5_000, known: 1, unknown: 0 });
});

test('counts deleted backups of the week once, also where a step ran twice', () => {
  const rows = [
    pruned(UNTIL, ['ami-1', 'ami-2']),
    pruned(UNTIL - 1, ['ami-1']),
    pruned(FROM, ['ami-3']),
    { ...pruned(UNTIL, []), detail: { deleted: 'what an older version wrote' } },
  ];
  expect(digestOf({ ...INPUT, rows }).deleted).toBe(2);
});

test('counts slots without a backup, each in the week in which that was settled', () => {
  const rows = [
    skipped(UNTIL, { code: 'slots-missed', slots: [1, 2] }),
    skipped(UNTIL, { code: 'slots-missed', slots: [1, 2], count: 70 }),
    skipped(FROM + 1, { code: 'overlap', slot: 3 }),
    skipped(FROM + 2, { code: 'slots-paused', slots: [4], count: 1 }),
    skipped(FROM + 3, { code: 'overdue' }),
    skipped(FROM, { code: 'overlap', slot: 5 }),
    { ...skipped(UNTIL, { code: 'overlap' }), verb: 'now' },
  ];
  expect(digestOf({ ...INPUT, rows }).skipped).toEqual({ missed: 72, paused: 1, overlapped: 1 });
});

test('tells what EC2 holds now of this target: complete ones, held ones, the newest', () => {
  const { inEc2 } = digestOf({
    ...INPUT,
    catalogue: [
      entry('bk-1', { createdAt: 1, held: true }),
      entry('bk-2', { createdAt: 3, isProtected: true }),
      entry('bk-3', { createdAt: 4, imageState: 'disabled' }),
      entry('bk-4', { createdAt: 5, outcome: 'partial', held: true }),
      entry('bk-5', { createdAt: 6, target: 'lab' }),
    ],
  });
  expect(inEc2).toEqual({ kept: 2, held: 2, newest: { backupId: 'bk-2', createdAt: 3 } });
});

test('without EC2 it still tells what the bot itself knows', () => {
  const rows = [ended('bk-1', UNTIL, { outcome: 'complete' })];
  expect(digestOf({ ...INPUT, catalogue: { unread: 'no answer' }, rows })).toMatchObject({
    inEc2: { unread: 'no answer' },
    ended: { complete: 1 },
  });
});

test('the next slots of all schedules come in order, after a pause where there is one', () => {
  const next = [
    { schedule: 'nightly', at: Date.UTC(2026, 10, 24, 3, 15) },
    { schedule: 'weekly', at: Date.UTC(2026, 10, 24, 5) },
    { schedule: 'nightly', at: Date.UTC(2026, 10, 25, 3, 15) },
  ];
  const past = digestOf({ ...INPUT, pausedUntil: NOW });
  expect(past.next).toEqual(next);
  expect(past).not.toHaveProperty('pausedUntil');
  const pausedUntil = Date.UTC(2026, 10, 24, 4);
  const paused = digestOf({ ...INPUT, pausedUntil });
  expect(paused.next[0]).toEqual(next[1]);
  expect(paused.pausedUntil).toBe(pausedUntil);
});

function running() {
  const { outcome: _none, ...open } = entry('bk-9', { createdAt: UNTIL - 1 });
  return open;
}
