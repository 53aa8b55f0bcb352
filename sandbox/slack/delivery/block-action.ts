import type { AnyBlock } from '@slack/types';
import type { DeliveryReceipt, OpenView, Suggested } from '../model.ts';
import { isRecord } from '../params.ts';
import { issueResponseUrl, issueTrigger, type SlackState } from '../state.ts';
import { chosenValue, type FoundElement, findElements, stateValues, type Values } from '../values.ts';
import { wireView } from '../view-stack.ts';
import { receiptOf } from './command.ts';
import type { Deliver } from './delivery.ts';
import { origin, type Surface, surfaceFields } from './payloads.ts';

/** A person presses or picks something. Throws when it is not on the surface as they see it. */
export async function actOn(
  state: SlackState,
  deliver: Deliver,
  act: {
    user: string;
    surface: Surface;
    actionId: string;
    value?: string;
    blockId?: string;
    values?: Values;
  },
): Promise<DeliveryReceipt> {
  const { user, surface } = act;
  const blocks = blocksOf(surface);
  const found = pick(blocks, act.actionId, act.blockId);
  const change = act.value === undefined ? {} : chosenValue(found.element, act.value);
  const chosen = { [found.blockId]: { [act.actionId]: change } };
  if ('view' in surface) {
    rememberPicks(state, surface.view, act.values ?? {});
    if (Object.keys(change).length > 0) rememberPicks(state, surface.view, chosen);
  }
  const isView = 'view' in surface;
  const outcome = await deliver('interactive', {
    type: 'block_actions',
    ...origin(state, user),
    ...surfaceFields(state, surface),
    trigger_id: issueTrigger(state, user),
    ...(isView ? {} : { response_url: responseUrl(state, user, surface) }),
    ...(isView ? {} : { state: { values: stateValues(blocks, chosen) } }),
    actions: [action(found, act.actionId, change, state.nextTs())],
  });
  return receiptOf(outcome);
}

function blocksOf(surface: Surface): AnyBlock[] {
  if ('view' in surface) return surface.view.view.blocks;
  return 'ephemeral' in surface ? surface.ephemeral.blocks : surface.message.blocks;
}

function responseUrl(state: SlackState, user: string, source: Exclude<Surface, { view: OpenView }>): string {
  const message = 'ephemeral' in source ? source.ephemeral : source.message;
  return issueResponseUrl(state, { user, channel: message.channel, source });
}

function pick(blocks: AnyBlock[], actionId: string, blockId: string | undefined): FoundElement {
  const elements = findElements(blocks);
  const found = elements.find(
    (each) => each.element.action_id === actionId && (blockId === undefined || each.blockId === blockId),
  );
  if (found) return found;
  const shown = elements.map((each) => String(each.element.action_id)).join(', ') || 'none';
  throw new Error(`nothing to press with action_id "${actionId}"; what is shown has: ${shown}`);
}

function action(
  found: FoundElement,
  actionId: string,
  change: Record<string, unknown>,
  ts: string,
): Record<string, unknown> {
  const { element, blockId } = found;
  const own = element.type === 'button' ? { text: element.text, ...buttonValue(element) } : {};
  return { action_id: actionId, block_id: blockId, type: element.type, ...own, ...change, action_ts: ts };
}

function buttonValue(element: Record<string, unknown>): Record<string, unknown> {
  return element.value === undefined ? {} : { value: element.value };
}

function rememberPicks(state: SlackState, view: OpenView, chosen: Values): void {
  const before = state.picks.get(view.id) ?? {};
  const merged = { ...before };
  for (const [blockId, actions] of Object.entries(chosen))
    merged[blockId] = { ...before[blockId], ...actions };
  state.picks.set(view.id, merged);
}

/** Asks the bot for the options of an external select; none when it does not answer. */
export async function suggestOptions(
  state: SlackState,
  deliver: Deliver,
  ask: { user: string; view: OpenView; actionId: string; text: string },
): Promise<Suggested[]> {
  const found = pick(ask.view.view.blocks, ask.actionId, undefined);
  const outcome = await deliver('interactive', {
    type: 'block_suggestion',
    ...origin(state, ask.user),
    container: { type: 'view', view_id: ask.view.id },
    view: wireView(state, ask.view),
    action_id: ask.actionId,
    block_id: found.blockId,
    value: ask.text,
  });
  return readOptions(outcome.body);
}

function readOptions(body: unknown): Suggested[] {
  if (!isRecord(body)) return [];
  const groups = Array.isArray(body.option_groups) ? body.option_groups.filter(isRecord) : [];
  const lists = [body.options, ...groups.map((group) => group.options)];
  return lists
    .flatMap((list) => (Array.isArray(list) ? list.filter(isRecord) : []))
    .map((option) => ({
      text: isRecord(option.text) ? String(option.text.text) : '',
      value: String(option.value),
      ...(isRecord(option.description) && { description: String(option.description.text) }),
    }));
}
