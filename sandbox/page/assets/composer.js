import { avatar } from './blocks/names.js';
import { byId, el } from './dom.js';
import { matchingSuggestions, prepareSuggestions } from './forms/suggestions.js';
import { icon } from './icons.js';

/** The line in which a person types the slash command. `send(text)` answers { ok, error }. */
export function composer(send) {
  const list = el('ul', {
    id: 'suggestions',
    class: 'suggestions',
    role: 'listbox',
    'aria-label': 'Commands',
    hidden: true,
  });
  const input = el('textarea', {
    rows: '1',
    role: 'combobox',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': 'suggestions',
    'aria-describedby': 'composer-problem',
  });
  const who = el('span', { class: 'composer-who' });
  const slash = el(
    'button',
    {
      type: 'button',
      class: 'icon-button slash',
      'aria-label': 'Show the commands',
      title: 'Show the commands',
    },
    '/',
  );
  const sendButton = el('button', { type: 'submit', class: 'send', 'aria-label': 'Send' }, icon('send'));
  const problem = el('p', { id: 'composer-problem', class: 'problem', role: 'alert', hidden: true });
  const form = el('form', { class: 'composer-box' }, list, who, input, slash, sendButton);
  byId('composer').append(form, problem);

  let command = '/';
  let prepared = [];
  let matches = [];
  let active = -1;
  /** What was sent, oldest first, per person: arrow up recalls it. */
  const sent = new Map();
  let user = '';
  let recalled = -1;

  const complain = (text) => {
    problem.textContent = text ?? '';
    problem.hidden = text === undefined;
  };
  const grow = () => {
    input.style.height = 'auto';
    input.style.height = `${input.scrollHeight}px`;
    sendButton.disabled = input.value.trim() === '';
  };
  const write = (text) => {
    input.value = text;
    input.setSelectionRange(text.length, text.length);
    grow();
  };
  const highlight = (index) => {
    active = index;
    for (const [at, item] of [...list.children].entries())
      item.setAttribute('aria-selected', String(at === index));
    const item = list.children[index];
    if (item === undefined) input.removeAttribute('aria-activedescendant');
    else {
      input.setAttribute('aria-activedescendant', item.id);
      item.scrollIntoView({ block: 'nearest' });
    }
  };
  const complete = (match) => {
    write(match.hasRest ? `${match.literal} ` : match.literal);
    suggest();
    input.focus();
  };
  const hide = () => {
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    highlight(-1);
  };
  const suggest = () => {
    matches = matchingSuggestions(prepared, input.value);
    if (matches.length === 0) return hide();
    list.replaceChildren(
      ...matches.map((match, index) =>
        el(
          'li',
          {
            id: `suggestion-${index}`,
            role: 'option',
            onmousedown: (event) => {
              event.preventDefault();
              complete(match);
            },
          },
          el('span', { class: 'suggestion-text' }, match.full),
          el('span', { class: 'suggestion-help' }, match.help),
        ),
      ),
    );
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
    highlight(-1);
  };
  const recall = (step) => {
    const lines = sent.get(user) ?? [];
    if (lines.length === 0) return;
    recalled = Math.max(0, Math.min(lines.length, (recalled === -1 ? lines.length : recalled) + step));
    write(lines[recalled] ?? '');
    hide();
  };
  const submit = async () => {
    const text = input.value.trim();
    if (text === '') return;
    hide();
    const [word] = text.split(/\s/);
    if (!text.startsWith('/'))
      return complain(`In the sandbox people only send commands. Type / to see them.`);
    if (word !== command) return complain(`${word} is not a valid command. Here it is ${command}.`);
    complain(undefined);
    sent.set(user, [...(sent.get(user) ?? []).filter((line) => line !== text), text]);
    recalled = -1;
    write('');
    const answer = await send(text.slice(command.length).trim());
    if (!answer.ok) complain(`${text} ${answer.error}`);
  };

  input.addEventListener('input', () => {
    recalled = -1;
    complain(undefined);
    grow();
    suggest();
  });
  input.addEventListener('blur', hide);
  input.addEventListener('keydown', (event) => {
    const isOpen = !list.hidden;
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      if (isOpen && matches[active]) complete(matches[active]);
      else submit();
    } else if (
      event.key === 'Tab' &&
      isOpen &&
      !event.shiftKey &&
      input.value.trim() !== matches[Math.max(active, 0)].literal
    ) {
      event.preventDefault();
      complete(matches[Math.max(active, 0)]);
    } else if (event.key === 'Escape' && isOpen) {
      event.stopPropagation();
      hide();
    } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      const step = event.key === 'ArrowUp' ? -1 : 1;
      const recalls = recalled !== -1 || (step === -1 && input.value === '');
      if (!recalls && !isOpen) return;
      event.preventDefault();
      if (recalls) recall(step);
      else
        highlight((active + step + matches.length + (active === -1 && step === -1 ? 1 : 0)) % matches.length);
    }
  });
  slash.addEventListener('click', () => {
    if (!input.value.startsWith('/')) write('/');
    suggest();
    input.focus();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  grow();

  return {
    focus: () => input.focus({ preventScroll: true }),
    write(text) {
      write(text);
      hide();
      input.focus();
    },
    update(state, names, conversation) {
      if (user !== state.user) {
        recalled = -1;
        complain(undefined);
      }
      user = state.user;
      command = state.command;
      prepared = prepareSuggestions(state.suggestions, command);
      const where = conversation.kind === 'app' ? conversation.name : `#${conversation.name}`;
      const me = names.member(state.user);
      input.setAttribute('aria-label', `Command in ${where} as ${me.realName}`);
      input.placeholder = `${me.realName.split(' ')[0]}, type / for commands in ${where}`;
      if (who.dataset.user !== state.user) who.replaceChildren(avatar(names, state.user, 'small'));
      who.dataset.user = state.user;
    },
  };
}
