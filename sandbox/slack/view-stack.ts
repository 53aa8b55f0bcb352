import { appId } from './ids.ts';
import type { OpenView } from './model.ts';
import { type SlackState, withBlockIds } from './state.ts';
import { stateValues } from './values.ts';

/** A person's open modals, the lowest first. */
export function stackOf(state: SlackState, user: string): OpenView[] {
  return state.views.get(user) ?? [];
}

export function createView(state: SlackState, user: string, view: OpenView['view'], id?: string): OpenView {
  return {
    id: id ?? state.nextId('V'),
    hash: `${state.nextTs()}.${state.nextId('')}`,
    user,
    view: { ...view, blocks: withBlockIds(state, view.blocks) },
  };
}

export function findView(
  state: SlackState,
  id: string | undefined,
  externalId?: string,
): OpenView | undefined {
  const all = [...state.views.values()].flat();
  return all.find((open) =>
    id === undefined ? externalId !== undefined && open.view.external_id === externalId : open.id === id,
  );
}

/** Puts new contents under the same id, with a new hash. */
export function replaceView(state: SlackState, open: OpenView, view: OpenView['view']): OpenView {
  return setView(state, createView(state, open.user, view, open.id));
}

/** Shows messages under the named blocks of a view. */
export function showErrors(state: SlackState, open: OpenView, errors: Record<string, string>): OpenView {
  return setView(state, { ...open, errors });
}

function setView(state: SlackState, next: OpenView): OpenView {
  const stack = stackOf(state, next.user).map((each) => (each.id === next.id ? next : each));
  state.views.set(next.user, stack);
  state.changed();
  return next;
}

export function closeViews(state: SlackState, user: string, closed: OpenView[]): void {
  const ids = new Set(closed.map((view) => view.id));
  for (const id of ids) state.picks.delete(id);
  state.views.set(
    user,
    stackOf(state, user).filter((view) => !ids.has(view.id)),
  );
  state.changed();
}

/** A view in the shape of Slack's answers and payloads. */
export function wireView(state: SlackState, open: OpenView): Record<string, unknown> {
  const stack = stackOf(state, open.user);
  const place = stack.findIndex((view) => view.id === open.id);
  return {
    private_metadata: '',
    callback_id: '',
    clear_on_close: false,
    notify_on_close: false,
    external_id: '',
    ...open.view,
    id: open.id,
    hash: open.hash,
    team_id: state.workspace.teamId,
    app_id: appId,
    app_installed_team_id: state.workspace.teamId,
    bot_id: state.workspace.bot.botId,
    root_view_id: stack[0]?.id ?? open.id,
    previous_view_id: place > 0 ? (stack[place - 1]?.id ?? null) : null,
    state: { values: stateValues(open.view.blocks, state.picks.get(open.id) ?? {}) },
  };
}
