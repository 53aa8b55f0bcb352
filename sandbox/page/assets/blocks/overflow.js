import { el, freshId } from '../dom.js';
import { plainText } from './text.js';

/** The `⋯` menu; `choose(option)` is called with the option picked. */
export function overflow(element, choose) {
  const menuId = freshId('menu');
  const menu = el('div', { id: menuId, class: 'menu-list', role: 'menu', hidden: true });
  const button = el(
    'button',
    {
      type: 'button',
      class: 'btn btn-overflow',
      'aria-label': 'More actions',
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
      'aria-controls': menuId,
    },
    '⋯',
  );
  const node = el('span', { class: 'overflow' }, button, menu);
  const open = (isOpen) => {
    menu.hidden = !isOpen;
    button.setAttribute('aria-expanded', String(isOpen));
    if (isOpen) menu.firstElementChild?.focus();
  };
  menu.append(
    ...element.options.map((option) =>
      el(
        'button',
        {
          type: 'button',
          role: 'menuitem',
          tabindex: '-1',
          onclick: () => {
            open(false);
            button.focus();
            choose(option);
          },
        },
        plainText(option.text.text),
      ),
    ),
  );
  button.addEventListener('click', () => open(menu.hidden));
  node.addEventListener('keydown', (event) => {
    if (menu.hidden) return;
    const items = [...menu.children];
    const at = items.indexOf(document.activeElement);
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      open(false);
      button.focus();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      items[(at + step + items.length) % items.length]?.focus();
    }
  });
  node.addEventListener('focusout', (event) => {
    if (!node.contains(event.relatedTarget)) open(false);
  });
  return node;
}
