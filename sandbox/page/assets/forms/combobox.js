import { plainText } from '../blocks/text.js';
import { el, freshId } from '../dom.js';
import { stateValue } from './state-values.js';

/** Time without a key before options are looked for, as Slack waits too. */
const TYPING_PAUSE_MS = 150;

/**
 * A field with a list that follows what is typed: Slack's selects. `find(typed)` resolves with { options, empty }: Block
 * Kit options, and what stands there when they are none. Opened without a key it finds all of them, whatever is chosen.
 */
export function combobox(element, find, changed) {
  const listId = freshId('options');
  const list = el('ul', { id: listId, class: 'options', role: 'listbox', hidden: true });
  const input = el('input', {
    class: 'text-input select',
    type: 'text',
    role: 'combobox',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: element.placeholder?.text ?? 'Choose an option',
    'aria-label': element.placeholder?.text,
    'aria-expanded': 'false',
    'aria-controls': listId,
    'aria-autocomplete': 'list',
  });
  const node = el('div', { class: 'combobox' }, input, list);
  let chosen = element.initial_option;
  let options = [];
  let active = -1;
  let timer;
  let asked = 0;
  let isTyped = false;
  const textOf = (option) => plainText(option?.text.text ?? '').join('');
  input.value = textOf(chosen);

  const open = (isOpen) => {
    list.hidden = !isOpen;
    input.setAttribute('aria-expanded', String(isOpen));
    if (isOpen) list.scrollIntoView({ block: 'nearest' });
    else input.removeAttribute('aria-activedescendant');
  };
  const highlight = (index) => {
    active = index;
    const items = list.querySelectorAll('[role=option]');
    for (const [at, item] of items.entries()) item.setAttribute('aria-selected', String(at === index));
    const item = items[index];
    if (item === undefined) return;
    input.setAttribute('aria-activedescendant', item.id);
    item.scrollIntoView({ block: 'nearest' });
  };
  const rest = () => {
    clearTimeout(timer);
    asked += 1;
    isTyped = false;
    open(false);
    input.value = textOf(chosen);
  };
  const choose = (option) => {
    chosen = option;
    rest();
    changed();
  };
  const show = (found, empty) => {
    options = found;
    list.replaceChildren(
      ...found.map((option) => optionItem(option, () => choose(option))),
      ...(found.length === 0 ? [el('li', { class: 'options-empty' }, empty)] : []),
    );
    open(true);
    highlight(isTyped ? -1 : found.findIndex(({ value }) => value === chosen?.value));
  };
  const look = async () => {
    asked += 1;
    const mine = asked;
    const { options: found, empty } = await find(isTyped ? input.value : '');
    if (mine === asked && document.activeElement === input) show(found, empty);
  };
  const lookSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(look, TYPING_PAUSE_MS);
  };

  input.addEventListener('input', () => {
    isTyped = true;
    lookSoon();
  });
  input.addEventListener('click', () => {
    input.select();
    if (list.hidden && (element.min_query_length ?? 0) === 0) lookSoon();
  });
  input.addEventListener('blur', () => {
    // Who empties the field takes the choice back; who only types a part of another one keeps it.
    if (input.value === '') chosen = undefined;
    rest();
  });
  input.addEventListener('keydown', (event) => {
    const isOpen = !list.hidden;
    if (event.key === 'Escape' && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      rest();
    } else if (event.key === 'ArrowDown' && !isOpen) {
      lookSoon();
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && options.length > 0) {
      event.preventDefault();
      const next = event.key === 'ArrowDown' ? active + 1 : Math.max(active, 0) - 1;
      highlight((next + options.length) % options.length);
    } else if (event.key === 'Enter' && isOpen) {
      event.preventDefault();
      if (options[active]) choose(options[active]);
    }
  });
  const read = () =>
    stateValue(element.type, input.value === '' && document.activeElement === input ? undefined : chosen);
  return { node, read, focusable: input };
}

function optionItem(option, choose) {
  return el(
    'li',
    {
      id: freshId('option'),
      role: 'option',
      'aria-selected': 'false',
      // mousedown, because the input loses the focus (and the list) before a click would come.
      onmousedown: (event) => {
        event.preventDefault();
        choose();
      },
    },
    el('span', { class: 'choice-text' }, plainText(option.text.text)),
    option.description && el('span', { class: 'choice-description' }, plainText(option.description.text)),
  );
}
