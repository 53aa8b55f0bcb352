import type { HealthCheck } from './health.ts';
import type { Troubles } from './troubles.ts';

/** A result that does not reach Slack for this long is something an orchestrator should know. */
const OUTBOX_LATE_MS = 10 * 60_000;

/** What `/healthz` looks at. */
export async function healthChecks({
  store,
  slack,
  troubles,
}: {
  store: { checkWritable(): Promise<void> };
  slack: { health(): Omit<HealthCheck, 'name'>; outbox: { oldestWaitMs(): Promise<number> } };
  troubles: Pick<Troubles, 'checks'>;
}): Promise<HealthCheck[]> {
  const database = await store.checkWritable().then(
    () => ({ ok: true, detail: 'the database can be written' }),
    (error: unknown) => ({ ok: false, detail: error instanceof Error ? error.message : String(error) }),
  );
  const waitMs = database.ok ? await slack.outbox.oldestWaitMs() : 0;
  const outbox =
    waitMs < OUTBOX_LATE_MS
      ? { ok: true, detail: 'messages arrive' }
      : { ok: false, detail: `a message has waited for Slack for ${Math.round(waitMs / 60_000)} minutes` };
  return [
    { name: 'slack', ...slack.health() },
    { name: 'database', ...database },
    { name: 'outbox', ...outbox },
    ...troubles.checks(),
  ];
}
