import { plainText } from '../blocks/text.js';
import { el, freshId } from '../dom.js';
import { control } from './controls.js';
import { choiceValue, isEmpty } from './state-values.js';

/** An `input` block: label, control, hint and a place for its error. Registers itself with `surface.field`. */
export function inputBlock(block, surface) {
  const { element } = block;
  const before = surface.initial?.(block.block_id, element);
  const field = control(before ?? element, surface, () => {
    if (!block.dispatch_action) return;
    const value = choiceValue(field.read());
    surface.act(element.action_id, { blockId: block.block_id, ...(value !== undefined && { value }) });
  });
  if (field === undefined) return el('div', { class: 'unsupported' }, `unsupported: ${element.type}`);
  const target = field.focusable ?? field.node;
  const isGroup = target.classList.contains('choices');
  const [labelId, errorId, hintId, inputId] = ['label', 'error', 'hint', 'input'].map(freshId);
  const error = el('p', { id: errorId, class: 'field-error', hidden: true });
  target.id = inputId;
  target.dataset.action = element.action_id;
  target.setAttribute('aria-describedby', `${errorId}${block.hint ? ` ${hintId}` : ''}`);
  if (isGroup) target.setAttribute('aria-labelledby', labelId);
  else target.removeAttribute('aria-label');
  const showError = (text) => {
    error.textContent = text ?? '';
    error.hidden = text === undefined;
    target.setAttribute('aria-invalid', String(text !== undefined));
  };
  surface.field?.(surface.place, element.action_id, {
    ...field,
    isInput: true,
    showError,
    focus: () => (isGroup ? target.querySelector('input') : target)?.focus(),
    problem: () => problemOf(block, element, field.read()),
  });
  return el(
    'div',
    { class: 'field' },
    el(
      isGroup ? 'span' : 'label',
      { id: labelId, class: 'field-label', for: isGroup ? undefined : inputId },
      plainText(block.label.text),
      block.optional && el('span', { class: 'field-optional' }, ' (optional)'),
    ),
    field.node,
    error,
    block.hint && el('p', { id: hintId, class: 'field-hint' }, plainText(block.hint.text)),
  );
}

/** What Slack itself refuses before the app sees the form. */
function problemOf(block, element, state) {
  if (isEmpty(state)) return block.optional ? undefined : 'Please complete this required field.';
  const length = typeof state.value === 'string' ? state.value.length : undefined;
  if (length !== undefined && length < (element.min_length ?? 0))
    return `Must be at least ${element.min_length} characters long.`;
  return undefined;
}
