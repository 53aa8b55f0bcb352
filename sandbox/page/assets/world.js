import { api } from './api.js';
import { byId, el } from './dom.js';
import { icon } from './icons.js';
import { reconcile } from './keyed.js';

/** The drawer with what can go wrong in the world around the bot. */
export function worldDrawer() {
  const toggle = byId('world-toggle');
  const drawer = byId('world');
  const things = el('ul', { class: 'things' });
  const list = el('ul', { class: 'extras' });
  const open = (isOpen) => {
    drawer.hidden = !isOpen;
    toggle.setAttribute('aria-expanded', String(isOpen));
  };
  const closeButton = el(
    'button',
    {
      type: 'button',
      class: 'icon-button',
      'aria-label': 'Close the World drawer',
      onclick: () => {
        open(false);
        toggle.focus();
      },
    },
    icon('close'),
  );
  drawer.append(
    el('div', { class: 'pane-head' }, el('h2', {}, 'World'), closeButton),
    el(
      'p',
      { class: 'pane-lead' },
      'What can go wrong around the bot. Press one and see what it does about it.',
    ),
    things,
    list,
  );
  toggle.addEventListener('click', () => {
    open(drawer.hidden);
    if (!drawer.hidden) closeButton.focus();
  });
  drawer.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    open(false);
    toggle.focus();
  });
  return {
    show(state) {
      toggle.hidden = state.extras.length === 0;
      reconcile(
        things,
        state.world.map((line) => ({ key: line, sign: line, make: () => el('li', {}, line) })),
      );
      reconcile(
        list,
        state.extras.map((extra) => ({
          key: extra.id,
          sign: JSON.stringify(extra),
          make: () => extraItem(extra),
        })),
      );
    },
  };
}

function extraItem(extra) {
  const result = el('p', { class: 'extra-result', role: 'status' });
  const run = async () => {
    button.setAttribute('aria-busy', 'true');
    const answer = await api.extra(extra.id);
    button.removeAttribute('aria-busy');
    result.textContent = answer.ok
      ? `✓ Done at ${new Date().toLocaleTimeString('en-GB')}`
      : `⚠ ${answer.error}`;
  };
  const button = el('button', { type: 'button', class: 'btn', onclick: run }, extra.label);
  return el('li', {}, button, el('p', { class: 'extra-help' }, extra.help), result);
}
