import type { View } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Log } from '../../core/ports/log.ts';
import type { Metrics } from '../../core/ports/metrics.ts';
import { type Redact, redactData } from '../../core/text/redact.ts';
import { callSlack } from './slack-call.ts';

/** Forms over what a person sees. */
export interface Modals {
  /** Gives the view's id, or undefined where Slack did not open it. A trigger lives three seconds. */
  open(trigger: string, view: View): Promise<string | undefined>;
  /** Changes an open form; false where the person has closed it, or Slack did not take it. */
  update(viewId: string, view: View): Promise<boolean>;
}

export function createModals(deps: {
  client: WebClient;
  log: Log;
  metrics: Metrics;
  redact: Redact;
}): Modals {
  const { client, log, metrics, redact } = deps;
  return {
    async open(trigger, view) {
      const opened = await callSlack(() =>
        client.views.open({ trigger_id: trigger, view: redactData(view, redact) }),
      );
      metrics.slackCalled('views.open', opened.kind);
      if (opened.kind === 'ok') return opened.value.view?.id;
      log.warn({ opened }, 'Slack did not open a form');
      return undefined;
    },
    async update(viewId, view) {
      const updated = await callSlack(() =>
        client.views.update({ view_id: viewId, view: redactData(view, redact) }),
      );
      metrics.slackCalled('views.update', updated.kind);
      if (updated.kind !== 'ok') log.info({ updated }, 'Slack did not update a form');
      return updated.kind === 'ok';
    },
  };
}
