import { checkView } from '../limits/limits.ts';
import type { OpenView } from '../model.ts';
import { isRecord, type Params, requiredParam, textParam } from '../params.ts';
import { SlackError } from '../slack-error.ts';
import { findMember, type SlackState } from '../state.ts';
import { closeViews, createView, findView, replaceView, stackOf, wireView } from '../view-stack.ts';
import type { Method } from './method.ts';

const maxStack = 3;

const open: Method = (params, state) => {
  const view = viewParam(params, state, 'modal');
  const user = useTrigger(state, params);
  closeViews(state, user, stackOf(state, user));
  return { view: wireView(state, pushView(state, user, view)) };
};

const push: Method = (params, state) => {
  const view = viewParam(params, state, 'modal');
  const user = useTrigger(state, params);
  if (stackOf(state, user).length >= maxStack) throw new SlackError('push_limit_reached');
  return { view: wireView(state, pushView(state, user, view)) };
};

const update: Method = (params, state) => {
  const view = viewParam(params, state, 'modal');
  const open = findView(state, textParam(params, 'view_id'), textParam(params, 'external_id'));
  if (!open) throw new SlackError('not_found');
  checkHash(params, open);
  return { view: wireView(state, replaceView(state, open, view)) };
};

const publish: Method = (params, state) => {
  const user = requiredParam(params, 'user_id');
  if (!findMember(state.workspace, user)) throw new SlackError('user_not_found');
  const view = viewParam(params, state, 'home');
  const old = state.homes.get(user);
  if (old) checkHash(params, old);
  const home = createView(state, user, view, old?.id);
  state.homes.set(user, home);
  state.changed();
  return { view: wireView(state, home) };
};

export const viewMethods: Record<string, Method> = {
  'views.open': open,
  'views.push': push,
  'views.update': update,
  'views.publish': publish,
};

export function pushView(state: SlackState, user: string, view: OpenView['view']): OpenView {
  const opened = createView(state, user, view);
  state.views.set(user, [...stackOf(state, user), opened]);
  state.changed();
  return opened;
}

/** The checked view of a call. */
function viewParam(params: Params, state: SlackState, type: 'modal' | 'home'): OpenView['view'] {
  return asView(params.view, state, type);
}

/** Throws invalid_arguments when the value is no view Slack would take. */
export function asView(value: unknown, state: SlackState, type: 'modal' | 'home'): OpenView['view'] {
  checkView(value, { newestBlocks: state.newestBlocks, type });
  if (!isView(value)) throw new SlackError('invalid_arguments');
  return value;
}

function isView(value: unknown): value is OpenView['view'] {
  return isRecord(value) && (value.type === 'modal' || value.type === 'home') && Array.isArray(value.blocks);
}

/** Spends the trigger and tells whose it was. */
function useTrigger(state: SlackState, params: Params): string {
  const trigger = state.triggers.get(requiredParam(params, 'trigger_id'));
  if (!trigger) throw new SlackError('invalid_trigger_id');
  if (trigger.used) throw new SlackError('exchanged_trigger_id');
  if (performance.now() - trigger.issuedAt > state.answerLimitMs) throw new SlackError('expired_trigger_id');
  trigger.used = true;
  return trigger.user;
}

function checkHash(params: Params, view: OpenView): void {
  const hash = textParam(params, 'hash');
  if (hash !== undefined && hash !== view.hash) throw new SlackError('hash_conflict');
}
