/** One control's part of Slack's `view.state.values`: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
const SINGLE = new Set(['static_select', 'external_select', 'radio_buttons']);
const MULTI = new Set(['multi_static_select', 'checkboxes']);
const NAMED = {
  users_select: 'selected_user',
  channels_select: 'selected_channel',
  conversations_select: 'selected_conversation',
  datepicker: 'selected_date',
  timepicker: 'selected_time',
  datetimepicker: 'selected_date_time',
};
const INITIAL = {
  users_select: 'initial_user',
  channels_select: 'initial_channel',
  conversations_select: 'initial_conversation',
  datepicker: 'initial_date',
  timepicker: 'initial_time',
  datetimepicker: 'initial_date_time',
};

/** `chosen`: the text, the option, the options or the id that the person chose; undefined when nothing. */
export function stateValue(type, chosen) {
  if (SINGLE.has(type)) return { type, selected_option: chosen ?? null };
  if (MULTI.has(type)) return { type, selected_options: chosen ?? [] };
  return { type, [NAMED[type] ?? 'value']: chosen ?? null };
}

/** The element starting with what the person had already chosen, when the bot changes the form under their hands. */
export function withInitial(element, { type, ...state }) {
  if (type !== element.type) return element;
  const [chosen] = Object.values(state);
  const key = SINGLE.has(type)
    ? 'initial_option'
    : MULTI.has(type)
      ? 'initial_options'
      : (INITIAL[type] ?? 'initial_value');
  return { ...element, [key]: chosen ?? undefined };
}

export function isEmpty({ type: _, ...state }) {
  const [chosen] = Object.values(state);
  return chosen === null || chosen === '' || (Array.isArray(chosen) && chosen.length === 0);
}

/** What `slack.act` wants of it: the (first) chosen option's value, or the text or id itself. */
export function choiceValue({ type: _, ...state }) {
  const [chosen] = Object.values(state);
  const first = Array.isArray(chosen) ? chosen.at(-1) : chosen;
  if (first === null || first === undefined) return undefined;
  return typeof first === 'object' ? first.value : String(first);
}
