import type { Target } from '../core/model/target.ts';
import { auditInWords } from '../core/run/audit-report.ts';
import { noteMessage } from '../runs/note.ts';
import { keepLooking, type WatchDeps } from './keep-looking.ts';

const DAY_MS = 24 * 3_600_000;
/** A row of a slot is what holds when a clock was wrong and moved a watermark back; none is wrong by this much. */
const SLOTS_KEPT_MS = 100 * DAY_MS;

interface Deps extends WatchDeps {
  targets: readonly Target[];
}

/** At start and once a day checks the audit, and forgets what would only pile up. Runs until the signal aborts. */
export async function keepStore(deps: Deps, signal: AbortSignal): Promise<void> {
  const failed = 'the store could not be looked after; tomorrow again';
  await keepLooking(deps, { everyMs: DAY_MS, failed }, signal, async () => {
    await checkAudit(deps);
    await forget(deps);
  });
}

async function checkAudit({ targets, store, notifier, clock, log }: Deps): Promise<void> {
  const report = await store.audit.verify();
  const { isWhole, headline, lines } = auditInWords(report);
  const { broken, last } = report;
  if (isWhole) return log.info({ last, rows: report.rows, archived: report.archived }, 'the audit is whole');
  log.error({ broken, last }, headline);
  // Once for each place: it stays broken there for ever.
  const id = `audit/${broken?.what}/${broken?.seq}`;
  const channel = targets[0]?.channel;
  if (channel === undefined || (await store.messages.get(id)) !== undefined) return;
  const text = [headline, ...lines].join(' ');
  await store.messages.put(noteMessage({ id, channel }, { tone: 'bad', text }), clock.now());
  notifier.wake();
}

async function forget({ store, clock, log }: Deps): Promise<void> {
  const now = clock.now();
  const slots = await store.schedules.forgetSlots(now - SLOTS_KEPT_MS);
  const tidied = { slots, ...(await store.tidy(now)) };
  if (Object.values(tidied).some((count) => count > 0)) log.info(tidied, 'what ended long ago was put away');
}
