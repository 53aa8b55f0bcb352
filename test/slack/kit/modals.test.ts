import { noLog } from '../../../src/core/ports/log.ts';
import { createModals } from '../../../src/slack/kit/modals.ts';
import { noMetrics } from '../../no-metrics.ts';
import { closeAll, startSlack, webClient } from '../../sandbox/slack/harness.ts';

afterEach(closeAll);

const view = { type: 'modal' as const, title: { type: 'plain_text' as const, text: 'x' }, blocks: [] };

async function start() {
  const client = webClient(await startSlack(), { rejectRateLimitedCalls: true });
  return createModals({ client, log: noLog, metrics: noMetrics, redact: (text) => text });
}

it('a form that Slack does not open is known not to be open', async () => {
  const modals = await start();
  expect(await modals.open('no-such-trigger', view)).toBeUndefined();
});

it('a form that was closed is known not to be updated', async () => {
  const modals = await start();
  expect(await modals.update('V0NOTHERE', view)).toBe(false);
});
