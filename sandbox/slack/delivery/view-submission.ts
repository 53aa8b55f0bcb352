import { asView, pushView } from '../methods/views.ts';
import type { DeliveryReceipt, OpenView } from '../model.ts';
import { isRecord } from '../params.ts';
import { issueTrigger, type SlackState } from '../state.ts';
import { missingInputs, stateValues, type Values } from '../values.ts';
import { closeViews, findView, replaceView, showErrors, stackOf, wireView } from '../view-stack.ts';
import { receiptOf } from './command.ts';
import type { Deliver } from './delivery.ts';
import { origin } from './payloads.ts';

/** A person presses the form's submit button. Slack itself keeps a form back whose required inputs are empty. */
export async function submitView(
  state: SlackState,
  deliver: Deliver,
  submission: { user: string; view: OpenView; values: Values },
): Promise<DeliveryReceipt> {
  const { user } = submission;
  const view = openedView(state, submission.view);
  const values = stateValues(view.view.blocks, merge(state.picks.get(view.id) ?? {}, submission.values));
  const missing = missingInputs(view.view.blocks, values);
  if (missing.length > 0) {
    const errors = Object.fromEntries(
      missing.map((block) => [block, 'Please complete this required field.']),
    );
    showErrors(state, view, errors);
    return { ackMs: 0, body: { response_action: 'errors', errors } };
  }
  const outcome = await deliver('interactive', {
    type: 'view_submission',
    ...origin(state, user),
    trigger_id: issueTrigger(state, user),
    view: { ...wireView(state, view), state: { values } },
    response_urls: [],
  });
  if (outcome.ackMs !== undefined) followAck(state, view, outcome.body);
  return receiptOf(outcome);
}

function followAck(state: SlackState, submitted: OpenView, body: unknown): void {
  // The bot may have changed the view by views.update before it acked.
  const view = findView(state, submitted.id) ?? submitted;
  const answer = isRecord(body) ? body : {};
  const action = answer.response_action;
  if (action === 'errors') return void showErrors(state, view, textsOf(answer.errors));
  if (action === 'update') return void replaceView(state, view, asView(answer.view, state, 'modal'));
  if (action === 'push') return void pushView(state, view.user, asView(answer.view, state, 'modal'));
  closeViews(state, view.user, action === 'clear' ? stackOf(state, view.user) : [view]);
}

/** A person closes a form; the bot hears of it where it asked to (`notify_on_close`). */
export async function dismissView(
  state: SlackState,
  deliver: Deliver,
  closed: { user: string; view: OpenView },
): Promise<DeliveryReceipt> {
  const view = openedView(state, closed.view);
  const payload = {
    type: 'view_closed',
    ...origin(state, closed.user),
    view: wireView(state, view),
    is_cleared: false,
  };
  closeViews(state, view.user, [view]);
  if (!view.view.notify_on_close) return { ackMs: 0 };
  return receiptOf(await deliver('interactive', payload));
}

function openedView(state: SlackState, view: OpenView): OpenView {
  const open = findView(state, view.id);
  if (!open) throw new Error(`the view ${view.id} is not open any more`);
  return open;
}

function merge(first: Values, second: Values): Values {
  const merged: Values = { ...first };
  for (const [blockId, actions] of Object.entries(second))
    merged[blockId] = { ...first[blockId], ...actions };
  return merged;
}

function textsOf(errors: unknown): Record<string, string> {
  if (!isRecord(errors)) return {};
  return Object.fromEntries(Object.entries(errors).map(([block, text]) => [block, String(text)]));
}
