import { textObject } from '../blocks/text.js';
import { el, freshId } from '../dom.js';
import { externalSelect, staticSelect } from './selects.js';
import { stateValue } from './state-values.js';

/**
 * The control of a Block Kit element that holds a value: { node, read(): its part of view.state.values }, or undefined
 * for other elements. `surface` has names and suggest; `changed` is called after each choice.
 */
export function control(element, surface, changed) {
  return CONTROLS[element.type]?.(element, surface, changed);
}

const CONTROLS = {
  plain_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: textInput,
  static_select: staticSelect,
  external_select: externalSelect,
  users_select: (element, { names }, changed) =>
    idSelect(
      element,
      element.initial_user,
      names.people.map((one) => [one.id, one.realName]),
      changed,
    ),
  channels_select: (element, { names }, changed) =>
    idSelect(element, element.initial_channel, channelPairs(names), changed),
  conversations_select: (element, { names }, changed) =>
    idSelect(element, element.initial_conversation, channelPairs(names), changed),
  radio_buttons: (element, { names }, changed) => choices(element, 'radio', names, changed),
  checkboxes: (element, { names }, changed) => choices(element, 'checkbox', names, changed),
  multi_static_select: (element, { names }, changed) => choices(element, 'checkbox', names, changed),
  datepicker: (element, _, changed) => picker(element, 'date', element.initial_date, changed),
  timepicker: (element, _, changed) => picker(element, 'time', element.initial_time, changed),
};

const INPUT_TYPES = { email_text_input: 'email', url_text_input: 'url', number_input: 'number' };

function textInput(element, _, changed) {
  const multiline = element.multiline === true;
  const node = el(multiline ? 'textarea' : 'input', {
    class: 'text-input',
    type: multiline ? undefined : (INPUT_TYPES[element.type] ?? 'text'),
    rows: multiline ? '4' : undefined,
    placeholder: element.placeholder?.text,
    minlength: element.min_length,
    maxlength: element.max_length,
    min: element.min_value,
    max: element.max_value,
    step: element.is_decimal_allowed ? 'any' : undefined,
    autocomplete: 'off',
    onchange: changed,
  });
  node.value = element.initial_value ?? '';
  return { node, read: () => stateValue(element.type, node.value === '' ? undefined : node.value) };
}

const channelPairs = (names) => names.channels.map((one) => [one.id, `#${one.name}`]);

function idSelect(element, initial, pairs, changed) {
  const node = el(
    'select',
    { class: 'select', 'aria-label': element.placeholder?.text, onchange: changed },
    el('option', { value: '' }, element.placeholder?.text ?? 'Choose'),
    pairs.map(([id, label]) => el('option', { value: id }, label)),
  );
  node.value = initial ?? '';
  return { node, read: () => stateValue(element.type, node.value === '' ? undefined : node.value) };
}

function choices(element, type, names, changed) {
  const name = freshId('choice');
  const initial = new Set(
    (element.initial_options ?? (element.initial_option ? [element.initial_option] : [])).map(
      (one) => one.value,
    ),
  );
  const all = element.options ?? element.option_groups.flatMap((group) => group.options);
  const inputs = all.map((one) => {
    const input = el('input', { type, name, value: one.value, onchange: changed });
    input.checked = initial.has(one.value);
    return input;
  });
  const node = el(
    'div',
    { class: 'choices', role: type === 'radio' ? 'radiogroup' : 'group' },
    all.map((one, index) =>
      el(
        'label',
        { class: 'choice' },
        inputs[index],
        el(
          'span',
          {},
          el('span', { class: 'choice-text' }, textObject(one.text, names)),
          one.description && el('span', { class: 'choice-description' }, textObject(one.description, names)),
        ),
      ),
    ),
  );
  const read = () => {
    const chosen = all.filter((_, index) => inputs[index].checked);
    return stateValue(element.type, type === 'radio' ? chosen[0] : chosen);
  };
  return { node, read };
}

function picker(element, type, initial, changed) {
  const node = el('input', {
    type,
    class: 'text-input picker',
    'aria-label': element.placeholder?.text,
    onchange: changed,
  });
  node.value = initial ?? '';
  return { node, read: () => stateValue(element.type, node.value === '' ? undefined : node.value) };
}
