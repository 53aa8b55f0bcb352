import { el, freshId } from './dom.js';
import { stateValue } from './state-values.js';
import { plainText } from './text.js';

/** Time without a key before the bot is asked, as Slack waits too. */
const TYPING_PAUSE_MS = 150;

/** A select whose options come from the bot while the person types (combobox with a list). */
export function externalSelect(element, surface, changed) {
  const listId = freshId('options');
  const list = el('ul', { id: listId, class: 'options', role: 'listbox', hidden: true });
  const input = el('input', {
    class: 'text-input',
    type: 'text',
    role: 'combobox',
    autocomplete: 'off',
    placeholder: element.placeholder?.text ?? 'Choose an option',
    'aria-expanded': 'false',
    'aria-controls': listId,
    'aria-autocomplete': 'list',
  });
  const node = el('div', { class: 'external-select' }, input, list);
  let chosen = element.initial_option;
  let options = [];
  let active = -1;
  let timer;
  let asked = 0;
  input.value = chosen?.text.text ?? '';

  const open = (isOpen) => {
    list.hidden = !isOpen;
    input.setAttribute('aria-expanded', String(isOpen));
    if (!isOpen) input.removeAttribute('aria-activedescendant');
  };
  const highlight = (index) => {
    active = index;
    for (const [at, item] of [...list.children].entries())
      item.setAttribute('aria-selected', String(at === index));
    const item = list.children[index];
    if (item === undefined) return;
    input.setAttribute('aria-activedescendant', item.id);
    item.scrollIntoView({ block: 'nearest' });
  };
  const choose = (option) => {
    chosen = { text: { type: 'plain_text', text: option.text }, value: option.value };
    input.value = option.text;
    open(false);
    changed();
  };
  const show = (found, emptyText) => {
    options = found;
    list.replaceChildren(
      ...found.map((option) =>
        el(
          'li',
          // mousedown, because the input loses the focus (and the list) before a click would come.
          {
            id: freshId('option'),
            role: 'option',
            onmousedown: (event) => {
              event.preventDefault();
              choose(option);
            },
          },
          plainText(option.text),
        ),
      ),
      ...(found.length === 0 ? [el('li', { class: 'options-empty' }, emptyText)] : []),
    );
    highlight(-1);
    open(true);
  };
  const ask = async () => {
    asked += 1;
    const mine = asked;
    const answer = await surface.suggest(element.action_id, input.value);
    if (mine !== asked || document.activeElement !== input) return;
    if (answer.ok) show(answer.body.options, 'No results');
    else show([], 'The app sent no options.');
  };
  const askSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, TYPING_PAUSE_MS);
  };

  input.addEventListener('input', () => {
    chosen = undefined;
    askSoon();
  });
  input.addEventListener('click', () => {
    input.select();
    if ((element.min_query_length ?? 0) === 0) askSoon();
  });
  input.addEventListener('blur', () => {
    clearTimeout(timer);
    asked += 1;
    open(false);
    input.value = chosen?.text.text ?? '';
  });
  input.addEventListener('keydown', (event) => {
    const isOpen = !list.hidden;
    if (event.key === 'Escape' && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      open(false);
    } else if (event.key === 'ArrowDown' && !isOpen) {
      askSoon();
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && options.length > 0) {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      highlight((active + step + options.length) % options.length);
    } else if (event.key === 'Enter' && isOpen) {
      event.preventDefault();
      if (options[active]) choose(options[active]);
    }
  });
  return { node, read: () => stateValue('external_select', chosen), focusable: input };
}
