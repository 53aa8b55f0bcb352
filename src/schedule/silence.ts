import { alarmStep, type OpenAlarm } from '../core/alarms/alarm.ts';
import { type CatalogueEntry, isComplete, newestFirst } from '../core/catalogue/entry.ts';
import type { Target } from '../core/model/target.ts';
import type { Ec2Regions } from '../core/ports/ec2.ts';
import type { Metrics } from '../core/ports/metrics.ts';
import { isOfBackup } from '../core/run/audit.ts';
import type { RunKind } from '../core/run/run-view.ts';
import type { Store } from '../core/store/store.ts';
import { durationInWords, utcTime } from '../core/text/words.ts';
import { noteMessage } from '../runs/note.ts';
import { keepLooking, lookAtEach, type WatchDeps } from './keep-looking.ts';
import { type ReadCatalogue, regionCatalogues } from './region-catalogues.ts';

/** The workflow that makes backups; restores and others hold a target's lock as well. */
const BACKUP: RunKind = 'backup';
const LOOK_EVERY_MS = 5 * 60_000;
const REMIND_EVERY_MS = 24 * 3_600_000;

/** What this process knows of a target's backups from its last look that could read them. */
interface Seen {
  /** When it began to look. */
  since: number;
  found?: { newest?: CatalogueEntry };
}

interface Deps extends WatchDeps {
  targets: readonly Target[];
  ec2: Ec2Regions;
  metrics: Pick<Metrics, 'newestComplete'>;
  /** Whether somebody has asked for the metrics of this process; missing: yes. */
  areMetricsRead?(): boolean;
  /** Told after each look whether the region could be read, or why not, in words. */
  onRead?(region: string, trouble: string | undefined): void;
}

/**
 * Silence is an alarm: a target whose newest complete backup is older than it promised is announced in its channel,
 * again and again with growing pauses, until a backup completes. Reminds of pauses, too. Runs until the signal aborts.
 */
export async function watchSilence(deps: Deps, signal: AbortSignal): Promise<void> {
  const { clock, targets } = deps;
  const seen = new Map<Target, Seen>(targets.map((target) => [target, { since: clock.now() }]));
  const failed = 'a target could not be watched; the next look follows';
  const nameOf = ([target]: [Target, Seen]) => ({ target: target.name });
  await keepLooking(deps, { everyMs: deps.lookEveryMs ?? LOOK_EVERY_MS, failed }, signal, () => {
    const catalogue = regionCatalogues(deps, signal);
    return lookAtEach(deps, seen, { nameOf, failed }, signal, ([target, last]) =>
      lookAt(deps, target, last, () => catalogue(target)),
    );
  });
}

async function lookAt(
  deps: Deps,
  target: Target,
  seen: Seen,
  catalogue: () => Promise<ReadCatalogue>,
): Promise<void> {
  await remindOfPause(deps, target);
  const { maxAgeMs } = target;
  // Nothing was promised, and nobody reads the metrics: EC2 is left alone.
  if (maxAgeMs === undefined && deps.areMetricsRead?.() === false) return;
  const { store, clock, notifier } = deps;
  const watchingSince = await store.schedules.watchedSince(target.name, clock.now());
  const read = await catalogue();
  const unread = 'unread' in read ? read.unread : undefined;
  deps.onRead?.(target.region, unread);
  if (!('unread' in read)) {
    seen.found = newestComplete(read);
    // From EC2, not from what this process made: it may have started a minute ago.
    deps.metrics.newestComplete(target.name, seen.found.newest?.createdAt);
  }
  if (maxAgeMs === undefined) return;
  const newest = seen.found?.newest;
  const open = await store.schedules.alarmOf(target.name);
  const now = clock.now();
  const step = alarmStep({
    now,
    newestCompleteAt: newest?.createdAt,
    watchingSince: seen.found === undefined ? notYetRead(seen, open, maxAgeMs) : watchingSince,
    maxAgeMs,
    open,
  });
  if (step.do === 'nothing') return;
  await store.transaction(async (tx) => {
    if (step.do === 'close') {
      await tx.schedules.setAlarm(target.name, undefined);
      await close(tx, target, step.since, newest, now);
      return;
    }
    const times = step.do === 'repeat' ? step.times : 1;
    const alarm: OpenAlarm = { since: step.since, toldAt: now, times };
    await tx.schedules.setAlarm(target.name, alarm);
    await raise(tx, target, alarm, { newest, unread, isKnown: seen.found !== undefined }, now);
  });
  notifier.wake();
}

/** What was never read may be young: the promise counts from when this process began to ask. An open alarm goes on. */
function notYetRead({ since }: Seen, open: OpenAlarm | undefined, maxAgeMs: number): number {
  return open === undefined ? since : open.since - maxAgeMs;
}

function newestComplete(entries: readonly CatalogueEntry[]): { newest?: CatalogueEntry } {
  const newest = newestFirst(entries.filter(isComplete))[0];
  return newest === undefined ? {} : { newest };
}

async function raise(
  store: Store,
  target: Target,
  alarm: OpenAlarm,
  {
    newest,
    unread,
    isKnown,
  }: { newest: CatalogueEntry | undefined; unread: string | undefined; isKnown: boolean },
  now: number,
): Promise<void> {
  const again = alarm.times > 1 ? `Told ${alarm.times} times now: ` : '';
  const text =
    `${again}${state(target, newest, isKnown, now)} The limit is ${durationInWords(target.maxAgeMs ?? 0)}: overdue since ` +
    `${utcTime(alarm.since)}. ${unread ?? (await why(store, target, newest, alarm, now))} ` +
    `What to do: ${await remedy(store, target, alarm, now)}.`;
  const parent = `alarm/${target.name}/${alarm.since}`;
  const { channel, operators: mentions } = target;
  const at =
    alarm.times === 1
      ? { id: parent, channel }
      : { id: `${parent}/${alarm.times}`, channel, threadOf: parent, broadcast: true };
  await store.messages.put(noteMessage(at, { tone: 'bad', mentions, text }), now);
  await store.audit.append({
    at: now,
    kind: 'refusal',
    verb: 'schedule',
    target: target.name,
    detail: { code: 'overdue', since: alarm.since, times: alarm.times },
  });
}

function state({ name }: Target, newest: CatalogueEntry | undefined, isKnown: boolean, now: number): string {
  if (!isKnown) return `Whether ${name} has a complete backup is not known.`;
  if (newest === undefined) return `${name} has no complete backup.`;
  const age = durationInWords(now - newest.createdAt);
  return `The newest complete backup of ${name} is ${age} old (${newest.backupId}).`;
}

/** The likeliest reason, from what the bot itself knows. */
async function why(
  store: Store,
  target: Target,
  newest: CatalogueEntry | undefined,
  alarm: OpenAlarm,
  now: number,
): Promise<string> {
  const lock = await store.locks.ofTarget(target.name);
  if (lock !== undefined && lock.aside !== true && lock.since < alarm.since)
    return `Why: run ${lock.runId} has been going on for ${durationInWords(now - lock.since)}.`;
  const pause = await store.schedules.pauseOf(target.name);
  if (pause !== undefined && pause.until > now)
    return `Why: the schedules are paused until ${utcTime(pause.until)}.`;
  const ended = await store.audit.list({ target: target.name, kinds: ['result'], limit: 20, offset: 0 });
  const last = ended.find(isOfBackup);
  if (last !== undefined && last.detail.outcome !== 'complete' && last.at > (newest?.createdAt ?? 0)) {
    return `Why: the last run (${last.runId ?? 'unknown'}, ${utcTime(last.at)}) ended as ${String(last.detail.outcome)}.`;
  }
  if (target.schedules.length === 0) return 'Why: it has no schedule (BACKUP_SCHEDULE is not set).';
  if (last === undefined && newest === undefined) return 'Why: no backup was ever begun by this bot.';
  return 'Why: the bot was not running when backups were due, or none was due.';
}

/** A run that began when the backup was overdue already is no reason for that; it may be the end of it. */
async function remedy(store: Store, { name }: Target, alarm: OpenAlarm, now: number): Promise<string> {
  const lock = (await store.locks.besideOf(name)) ?? (await store.locks.ofTarget(name));
  const pause = await store.schedules.pauseOf(name);
  const isPaused = pause !== undefined && pause.until > now;
  if (lock === undefined || lock.workflow !== BACKUP || lock.since < alarm.since)
    return isPaused
      ? `/circleci-backup now ${name} for a backup at once, and /circleci-backup schedule resume ${name} for the next routine ones`
      : `/circleci-backup now ${name}, and look at the reason first`;
  return `wait for run ${lock.runId}, begun at ${utcTime(lock.since)}, which makes one now`;
}

async function close(
  store: Store,
  target: Target,
  since: number,
  newest: CatalogueEntry | undefined,
  now: number,
): Promise<void> {
  const parent = `alarm/${target.name}/${since}`;
  const text =
    `It is over: ${newest?.backupId ?? 'a backup'} of ${target.name} is complete. Without one it was overdue for ` +
    `${durationInWords(now - since)}.`;
  const at = { id: `${parent}/closed`, channel: target.channel, threadOf: parent, broadcast: true };
  await store.messages.put(noteMessage(at, { tone: 'good', text }), now);
}

async function remindOfPause({ store, clock, notifier }: Deps, target: Target): Promise<void> {
  const pause = await store.schedules.pauseOf(target.name);
  const now = clock.now();
  if (pause === undefined || pause.until <= now || now - (pause.remindedAt ?? pause.at) < REMIND_EVERY_MS)
    return;
  const reminder = noteMessage(
    { id: `pause/${target.name}/${pause.at}/${now}`, channel: target.channel },
    {
      tone: 'info',
      text: `The schedules of ${target.name} are still paused: no routine backup is made until`,
      until: pause.until,
    },
  );
  await store.transaction(async (tx) => {
    await tx.schedules.setPause({ ...pause, remindedAt: now });
    await tx.messages.put(reminder, now);
  });
  notifier.wake();
}
