import { naivePolicy } from '../../../core/retention/naive-policy.ts';
import { type AuditLine, auditOf } from '../../audit.ts';
import type { Excuse, Incident } from './incidents.ts';
import { KEPT, LOOK_EVERY_MS, MAX_AGE_MS, type Year, ZONE } from './world.ts';

const DAY = 24 * 3_600_000;
const MINUTE = 60_000;
/** After the first telling of an alarm, and so on; the last one repeats. */
const REPEATED_AFTER_HOURS = [1, 2, 4, 8, 24];

interface Backup {
  runId: string;
  slot: number | undefined;
  createdAt: number;
  endedAt: number;
  outcome: string;
}

/** `2028-02-29` in Berlin. */
function dayOf(ms: number): string {
  return new Date(ms).toLocaleDateString('sv-SE', { timeZone: ZONE });
}

/** Every day's slot, without anything of the bot's: 02:30, at the end of the skipped hour, first in the repeated one. */
function slotsOf(from: string, to: string): number[] {
  const slots: number[] = [];
  for (let noon = Date.parse(`${from}T12:00Z`); noon < Date.parse(`${to}T12:00Z`); noon += DAY) {
    const day = new Date(noon).toISOString().slice(0, 10);
    if (day === '2028-03-26') slots.push(Date.parse('2028-03-26T01:00Z'));
    else slots.push(Date.parse(`${day}T${day > '2028-03-26' && day < '2028-10-30' ? '00' : '01'}:30Z`));
  }
  return slots;
}

/** What is wrong with a simulated time that has ended; nothing when the promises were kept. */
export async function faultsOf(
  year: Year,
  { from, to, incidents }: { from: string; to: string; incidents: readonly Incident[] },
): Promise<string[]> {
  const audit = await auditOf(year.dataFolder);
  const backups = backupsIn(audit);
  return [
    ...faultsOfSlots(audit, backups, slotsOf(from, to), incidents),
    ...faultsOfAlarms(year, audit, backups, incidents),
    ...faultsOfRetention(year, backups),
  ];
}

function backupsIn(audit: readonly AuditLine[]): Backup[] {
  return audit
    .filter(({ kind, detail }) => kind === 'request' && detail.mode !== undefined)
    .map((request) => {
      const results = audit.filter(({ kind, runId }) => kind === 'result' && runId === request.runId);
      return {
        runId: request.runId ?? '',
        slot: typeof request.detail.slot === 'number' ? request.detail.slot : undefined,
        createdAt: request.at,
        endedAt: results[0]?.at ?? Number.NaN,
        outcome: results.map(({ detail }) => detail.outcome).join('+'),
      };
    });
}

function faultsOfSlots(
  audit: readonly AuditLine[],
  backups: readonly Backup[],
  slots: readonly number[],
  incidents: readonly Incident[],
): string[] {
  const excuses: Record<string, Excuse> = Object.assign({}, ...incidents.map((each) => each.excuses));
  const refused = (code: string) =>
    audit.filter(({ kind, detail }) => kind === 'refusal' && detail.code === code);
  const missed = refused('slots-missed').flatMap(({ detail }) => detail.slots);
  const overlapped = refused('overlap').map(({ detail }) => detail.slot);
  const faults: string[] = [];
  for (const slot of slots) {
    const runs = backups.filter((backup) => backup.slot === slot);
    const seen = [
      ...runs.map(({ outcome }) => outcome),
      ...missed.filter((each) => each === slot).map(() => 'missed'),
      ...overlapped.filter((each) => each === slot).map(() => 'overlap'),
    ];
    const excuse = excuses[dayOf(slot)] ?? 'complete';
    const due = excuse === 'paused' ? '' : excuse;
    if (seen.join('+') !== due) faults.push(`slot of ${dayOf(slot)}: “${seen.join('+')}”, not “${due}”`);
  }
  const known = new Set<unknown>(slots);
  for (const slot of [...missed, ...overlapped, ...backups.map((backup) => backup.slot)])
    if (slot !== undefined && !known.has(slot)) faults.push(`${String(slot)} is no slot`);
  return faults;
}

/** What the channel should have been told, from when backups completed and when the bot looked. */
function tellingsDue(year: Year, complete: readonly Backup[]): { at: number; times: number }[] {
  const due: { at: number; times: number }[] = [];
  const first = year.ups[0]?.from ?? 0;
  let open: { at: number; times: number } | undefined;
  for (const { from, to } of year.ups) {
    for (let look = from; look < to; look += LOOK_EVERY_MS) {
      const seen = complete.filter(({ endedAt }) => endedAt <= look).map(({ createdAt }) => createdAt);
      if (look < Math.max(first, ...seen) + MAX_AGE_MS) {
        open = undefined;
        continue;
      }
      const hours = open === undefined ? 0 : (REPEATED_AFTER_HOURS[open.times - 1] ?? 24);
      if (open !== undefined && look - open.at < hours * 60 * MINUTE) continue;
      open = { at: look, times: (open?.times ?? 0) + 1 };
      due.push(open);
    }
  }
  return due;
}

function faultsOfAlarms(
  year: Year,
  audit: readonly AuditLine[],
  backups: readonly Backup[],
  incidents: readonly Incident[],
): string[] {
  const complete = backups.filter(({ outcome }) => outcome === 'complete');
  const inWords = ({ at, times }: { at: number; times: unknown }) =>
    // A look takes a moment of its own, which is no lateness.
    `${new Date(at).toISOString().slice(0, 16)} (${String(times)})`;
  const told = audit
    .filter(({ detail }) => detail.code === 'overdue')
    .map(({ at, detail }) => inWords({ at, times: detail.times }));
  const due = tellingsDue(year, complete);
  const raised = due.filter(({ times }) => times === 1).map(({ at }) => dayOf(at));
  const planned = incidents.flatMap(({ alarms }) => alarms).toSorted();
  const said = year.slack.messages(year.channel.id).map(({ text }) => text);
  const closed = said.filter((text) => text.includes('It is over')).length;
  return [
    ...told.filter((each) => !due.map(inWords).includes(each)).map((each) => `alarm not due: ${each}`),
    ...due
      .map(inWords)
      .filter((each) => !told.includes(each))
      .map((each) => `alarm not told: ${each}`),
    ...(told.length === new Set(told).size ? [] : ['an alarm was told twice']),
    ...(raised.join() === planned.join() ? [] : [`alarms on ${raised.join()}, not on ${planned.join()}`]),
    ...(closed === planned.length ? [] : [`${closed} alarms were closed, not ${planned.length}`]),
  ];
}

function faultsOfRetention(year: Year, backups: readonly Backup[]): string[] {
  const { ec2, deletions } = year;
  const due = keptOf(backups, Number.POSITIVE_INFINITY);
  const images = [...ec2.images.values()];
  const left = images
    .filter(({ tags }) => tags['circleci-backup:outcome'] === 'complete')
    .map(({ tags }) => tags['circleci-backup:run'] ?? '');
  const used = new Set(images.flatMap(({ mappings }) => mappings.map(({ snapshotId }) => snapshotId)));
  return [
    ...left.filter((id) => !due.has(id)).map((id) => `${id} should be gone`),
    ...[...due].filter((id) => !left.includes(id)).map((id) => `${id} should be there`),
    ...[...ec2.snapshots.keys()].filter((id) => !used.has(id)).map((id) => `snapshot ${id} has no image`),
    ...deletions.flatMap(({ at, runId, outcome, newest }) => [
      ...(runId === newest.runId ? [`the newest complete backup was deleted on ${dayOf(at)}`] : []),
      ...(at - newest.at > MAX_AGE_MS ? [`${runId} was deleted although a backup was overdue`] : []),
      ...(outcome === 'complete' && keptOf(backups, at).has(runId)
        ? [`${runId} was deleted on ${dayOf(at)}, too early`]
        : []),
    ]),
  ];
}

/** Run ids of the complete backups that the policy keeps at a time. Those by hand take no place of the schedule's. */
function keptOf(backups: readonly Backup[], at: number): Set<string> {
  const complete = backups.filter(({ createdAt, outcome }) => outcome === 'complete' && createdAt <= at);
  const groups = Map.groupBy(complete, ({ slot }) => slot === undefined);
  return new Set(
    [...groups.values()].flatMap((group) => {
      const times = group.map(({ createdAt }) => createdAt);
      const kept = naivePolicy(times, KEPT, ZONE);
      return group.filter((_, index) => kept.has(index)).map(({ runId }) => runId);
    }),
  );
}
