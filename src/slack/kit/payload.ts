type Fields = Record<string, unknown>;

/**
 * Whether a payload has the fields that are read of it, in their types; what else it has does not matter. Slack signs what it sends,
 * but a field that is missing, or new, must not become an error in the middle of a handler.
 */
export function isReadable(body: unknown): boolean {
  if (!isFields(body)) return false;
  if ('event' in body) return true;
  return 'command' in body ? isCommand(body) : isInteraction(body);
}

function isCommand(body: Fields): boolean {
  return has(body, ['command', 'user_id', 'team_id', 'channel_id', 'trigger_id'], ['text', 'response_url']);
}

function isInteraction(body: Fields): boolean {
  const { user, team, channel, message, view, actions, trigger_id, response_url } = body;
  return (
    has(user, ['id'], ['team_id']) &&
    isAbsentOr(team, (found) => has(found, ['id'])) &&
    isAbsentOr(channel, (found) => has(found, ['id'])) &&
    isAbsentOr(message, (found) => has(found, ['ts'])) &&
    isAbsentOr(view, isView) &&
    isAbsentOr(trigger_id, isText) &&
    isAbsentOr(response_url, isText) &&
    isAbsentOr(actions, (found) => Array.isArray(found) && found.length > 0 && found.every(isAction))
  );
}

function isAction(action: unknown): boolean {
  return has(action, ['action_id', 'type'], ['value', 'action_ts']) && isFields(action) && hasChoices(action);
}

function isView(view: unknown): boolean {
  if (!has(view, ['id', 'hash', 'callback_id', 'private_metadata']) || !isFields(view)) return false;
  return isAbsentOr(view.state, (state) => isFields(state) && isAbsentOr(state.values, isValues));
}

function isValues(values: unknown): boolean {
  return (
    isFields(values) &&
    Object.values(values).every((block) => isFields(block) && Object.values(block).every(isField))
  );
}

function isField(field: unknown): boolean {
  return isFields(field) && isAbsentOr(field.value, isText) && hasChoices(field);
}

function hasChoices({ selected_option, selected_options }: Fields): boolean {
  return (
    isAbsentOr(selected_option, (one) => has(one, ['value'])) &&
    isAbsentOr(
      selected_options,
      (several) => Array.isArray(several) && several.every((one) => has(one, ['value'])),
    )
  );
}

function has(value: unknown, needed: readonly string[], optional: readonly string[] = []): boolean {
  return (
    isFields(value) &&
    needed.every((name) => isText(value[name])) &&
    optional.every((name) => isAbsentOr(value[name], isText))
  );
}

/** Slack writes what is absent as null, or not at all. */
function isAbsentOr(value: unknown, isRight: (value: unknown) => boolean): boolean {
  return value === undefined || value === null || isRight(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
