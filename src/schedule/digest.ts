import type { Target } from '../core/model/target.ts';
import type { Ec2Regions } from '../core/ports/ec2.ts';
import { digestOf } from '../core/routine/digest.ts';
import type { AuditRow } from '../core/run/audit.ts';
import type { Store } from '../core/store/store.ts';
import type { Schedule } from '../core/time/schedule.ts';
import { latestSlot, type Slot } from '../core/time/slots.ts';
import { mondayOf, weekly, weeksUpTo } from '../core/time/week.ts';
import { keepLooking, lookAtEach, type WatchDeps } from './keep-looking.ts';
import { type ReadCatalogue, regionCatalogues } from './region-catalogues.ts';

/** Where its watermark is kept; the blank keeps it apart from every schedule that a person can name. */
const NAME = 'weekly digest';
const LOOK_EVERY_MS = 5 * 60_000;
/** EC2 gets this long to become readable before the digest goes without it. */
const TRY_FOR_MS = 3_600_000;
/** A digest that would be later than this is left out: nobody wants Monday's on Wednesday. */
const LATEST_MS = 24 * 3_600_000;
const ROWS_AT_ONCE = 500;

interface Deps extends WatchDeps {
  targets: readonly Target[];
  ec2: Ec2Regions;
}

/** One look at every target: a region's catalogue is read once for all of them. */
interface Look {
  deps: Deps;
  catalogue(target: Target): Promise<ReadCatalogue>;
  /** When a slot's digest was first tried by this process, by its message's id. */
  triedSince: Map<string, number>;
}

/**
 * Once a week each target's channel is told how its week was. The store's watermark settles each slot, so no restart
 * sends a digest twice; one whose slot is more than a day past is left out. Runs until the signal aborts.
 */
export async function sendDigests(deps: Deps, signal: AbortSignal): Promise<void> {
  const { clock } = deps;
  const targets = deps.targets.filter(({ digest }) => digest);
  if (targets.length === 0) return;
  const triedSince = new Map<string, number>();
  const failed = 'a digest could not be made; the next look follows';
  const nameOf = ({ name }: Target) => ({ target: name });
  await keepLooking(deps, { everyMs: deps.lookEveryMs ?? LOOK_EVERY_MS, failed }, signal, async () => {
    const look: Look = { deps, catalogue: regionCatalogues(deps, signal), triedSince };
    await lookAtEach(deps, targets, { nameOf, failed }, signal, (target) => lookAt(look, target));
    const now = clock.now();
    return Math.min(...targets.map(({ timezone }) => (weekly(timezone).next(now) ?? Infinity) - now));
  });
}

async function lookAt({ deps, catalogue, triedSince }: Look, target: Target): Promise<void> {
  const { store, clock, notifier, log } = deps;
  const slot = await slotToTell(deps, target);
  if (slot === undefined) return;
  const schedule = weekly(target.timezone);
  const id = `digest/${target.name}/${mondayOf(slot, schedule)}`;
  const since = triedSince.get(id) ?? clock.now();
  triedSince.set(id, since);
  const read = await catalogue(target);
  const now = clock.now();
  if ('unread' in read && now - since < TRY_FOR_MS) {
    log.info({ target: target.name }, 'a digest waits for EC2');
    return;
  }
  const weeks = weeksUpTo(slot, schedule);
  const digest = digestOf({
    target,
    now,
    weeks,
    catalogue: read,
    rows: await rowsSince(store, target, weeks.before),
    pausedUntil: (await store.schedules.pauseOf(target.name))?.until,
  });
  await store.transaction(async (tx) => {
    await settle(tx, target, slot);
    // A clock that was set back, or another time zone, brings a Monday again: what was told of it stays as it is.
    if ((await tx.messages.get(id)) !== undefined) return;
    await tx.messages.put(
      { id, channel: target.channel, broadcast: false, final: true, view: { kind: 'digest', digest } },
      now,
    );
  });
  triedSince.delete(id);
  notifier.wake();
}

/** The slot whose digest is to be sent now. Settles what needs none: slots before the first look, and those long past. */
async function slotToTell({ store, clock, log }: Deps, target: Target): Promise<Slot | undefined> {
  const schedule = weekly(target.timezone);
  const now = clock.now();
  return store.transaction(async (tx) => {
    const settled = await tx.schedules.watermark(target.name, NAME, expressionOf(schedule));
    // So far ahead only a wrong clock has put it, and it must not keep the channel without digests for years.
    if (settled === undefined || settled - now > LATEST_MS) {
      await settle(tx, target, now);
      return undefined;
    }
    const slot = latestSlot(schedule, now);
    if (slot === undefined || slot <= settled) return undefined;
    if (now - slot <= LATEST_MS) return slot;
    log.info({ target: target.name, slot }, 'a digest was left out: its time is long past');
    await settle(tx, target, slot);
    return undefined;
  });
}

function settle(store: Store, target: Target, at: number): Promise<void> {
  return store.schedules.setWatermark(target.name, NAME, expressionOf(weekly(target.timezone)), at);
}

function expressionOf({ cron, timezone }: Schedule): string {
  return `${cron} ${timezone}`;
}

async function rowsSince({ audit }: Store, target: Target, since: number): Promise<AuditRow[]> {
  const rows: AuditRow[] = [];
  for (;;) {
    const page = await audit.list({
      target: target.name,
      kinds: ['result', 'stage', 'refusal'],
      limit: ROWS_AT_ONCE,
      offset: rows.length,
    });
    rows.push(...page);
    if (page.length < ROWS_AT_ONCE || page.every(({ at }) => at <= since)) return rows;
  }
}
