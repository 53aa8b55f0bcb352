import { plainText } from './blocks/text.js';
import { el } from './dom.js';
import { confirmed } from './forms/confirm.js';
import { control } from './forms/controls.js';
import { choiceValue } from './forms/state-values.js';

/**
 * An interactive element in a message, a modal or the home. Its press goes to `surface.act(actionId, choice)`, which says
 * itself what went wrong; until then the element shows that it is waiting. `surface.place` knows the block's id.
 */
export function actionElement(element, surface) {
  const act = async (node, value) => {
    if (node.getAttribute('aria-busy') === 'true') return;
    if (!(await confirmed(element.confirm, surface.names))) return;
    node.setAttribute('aria-busy', 'true');
    const { blockId } = surface.place;
    const choice = { ...(value !== undefined && { value }), ...(blockId !== undefined && { blockId }) };
    await surface.act(element.action_id, choice);
    node.removeAttribute('aria-busy');
  };
  const node = build(element, surface, act);
  const focusable = node.matches('button, input, select')
    ? node
    : (node.querySelector('button, input, select') ?? node);
  focusable.dataset.action = element.action_id;
  return node;
}

function build(element, surface, act) {
  if (element.type === 'button') return button(element, act);
  const field = control(element, surface, () => act(field.node, choiceValue(field.read())));
  if (field === undefined) return el('span', { class: 'unsupported' }, `unsupported: ${element.type}`);
  surface.field?.(surface.place, element.action_id, field);
  return field.node;
}

const BUTTON_STYLES = { primary: 'btn btn-primary', danger: 'btn btn-danger' };

function button(element, act) {
  const node = el(
    'button',
    {
      type: 'button',
      class: BUTTON_STYLES[element.style] ?? 'btn',
      'aria-label': element.accessibility_label,
      onclick: () => {
        if (/^https?:\/\//i.test(element.url ?? '')) window.open(element.url, '_blank', 'noopener');
        act(node);
      },
    },
    plainText(element.text.text),
  );
  return node;
}
