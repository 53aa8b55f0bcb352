import type { WebClient } from '@slack/web-api';
import type { SlackServer, SlackServerOptions } from '../../../sandbox/slack/model.ts';
import { noLog } from '../../../src/core/ports/log.ts';
import type { RunView } from '../../../src/core/run/run-view.ts';
import type { Store } from '../../../src/core/store/store.ts';
import { createOutbox, type Outbox, type SendingDuty } from '../../../src/slack/outbox/outbox.ts';
import { openStore } from '../../../src/store/sqlite/database.ts';
import { noMetrics } from '../../no-metrics.ts';
import { closeLater, startSlack, webClient } from '../../sandbox/slack/harness.ts';
import { tempFolder } from '../../store/temp-folder.ts';
import { type JumpClock, jumpClock } from '../jump-clock.ts';
import { runMessage, runView, someResult } from '../run/runs.ts';

export interface OutboxWorld {
  clock: JumpClock;
  slack: SlackServer;
  client: WebClient;
  store: Store;
  outbox: Outbox;
  /** Writes what a run shows, as its workflow would. */
  show(runId: string, change: Partial<RunView>): Promise<void>;
  /** The last word of a run, with the note in its thread. */
  end(runId: string): Promise<void>;
}

/** The outbox between a real store and the sandbox's Slack, on a clock that jumps. */
export async function outboxWorld(
  options: Partial<SlackServerOptions> = {},
  duty?: (store: Store) => SendingDuty | undefined,
): Promise<OutboxWorld> {
  const clock = jumpClock();
  const slack = await startSlack({ clock, ...options });
  const { folder, remove } = tempFolder();
  closeLater(async () => remove());
  const store = await openStore({ folder, redact: (text) => text });
  closeLater(() => store.close());
  const client = webClient(slack, { rejectRateLimitedCalls: true, timeout: 10_000 });
  const outbox = createOutbox({
    client,
    store,
    clock,
    log: noLog,
    metrics: noMetrics,
    redact: (text) => text,
    fetch,
    workspaceUrl: () => slack.workspace.url,
    ...(duty === undefined ? {} : { duty: () => duty(store) }),
  });
  closeLater(() => outbox.stop());

  return {
    clock,
    slack,
    client,
    store,
    outbox,
    async show(runId, change) {
      await store.transaction(async ({ messages }) => {
        const stored = await messages.get(`run/${runId}`);
        const run = stored?.view.kind === 'run' ? stored.view.run : runView({ runId });
        await messages.put({ ...runMessage({ ...run, ...change }), final: false }, clock.now());
      });
      outbox.wake();
    },
    async end(runId) {
      await store.transaction(async ({ messages }) => {
        const stored = await messages.get(`run/${runId}`);
        const run = stored?.view.kind === 'run' ? stored.view.run : runView({ runId });
        const ended = { ...run, result: someResult({ runId }) };
        await messages.put(runMessage(ended), clock.now());
        const note: Parameters<typeof messages.put>[0] = {
          id: `run/${runId}/end`,
          channel: 'C0CIBACKUPS',
          threadOf: `run/${runId}`,
          broadcast: false,
          final: false,
          view: { kind: 'note', runId, tone: 'good', text: `${runId} is done.`, mentions: ['U0ANAMARIC'] },
        };
        await messages.put(note, clock.now());
      });
      outbox.wake();
    },
  };
}
