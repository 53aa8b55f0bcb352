import { api } from '../api.js';
import { showBlocks } from '../blocks/blocks.js';
import { avatar } from '../blocks/names.js';
import { byId, el, freshId } from '../dom.js';
import { icon } from '../icons.js';
import { isEmpty, withInitial } from './state-values.js';

/** One open modal of one person: { node, update(view), focus() }. It keeps what was typed while the bot changes it. */
function modalView(user, botId, names) {
  const titleId = freshId('modal');
  const title = el('h2', { id: titleId, class: 'dialog-title' });
  const body = el('div', { class: 'dialog-body' });
  const problem = el('p', { class: 'problem', role: 'alert', hidden: true });
  const cancel = el('button', { type: 'button', class: 'btn' });
  const submitButton = el('button', { type: 'submit', class: 'btn btn-primary' });
  const form = el(
    'form',
    { class: 'dialog modal', role: 'dialog', 'aria-labelledby': titleId, novalidate: true },
    el(
      'div',
      { class: 'modal-head' },
      avatar(names, botId, 'small'),
      title,
      el(
        'button',
        { type: 'button', class: 'icon-button', 'aria-label': 'Close', onclick: () => close() },
        icon('close'),
      ),
    ),
    body,
    problem,
    el('div', { class: 'dialog-foot' }, cancel, submitButton),
  );
  const node = el('div', { class: 'overlay' }, form);
  /** Of each control that holds a value: { place, actionId, field }, where `place.blockId` is its block's id. */
  let fields = [];
  let open;

  const complain = (answer) => {
    problem.hidden = answer.ok;
    problem.textContent = answer.ok ? '' : answer.error;
  };
  const surface = {
    names,
    act: async (actionId, choice) =>
      complain(
        await api.act({ user, on: { view: open.id }, actionId, choice: { ...choice, values: heldValues() } }),
      ),
    suggest: (actionId, text) => api.suggest({ user, view: open.id, actionId, text }),
    field: (place, actionId, field) => fields.push({ place, actionId, field }),
    initial: (blockId, element) => {
      const isSame = ({ place, actionId }) => place.blockId === blockId && actionId === element.action_id;
      const before = fields.findLast(isSame)?.field.read();
      return before && !isEmpty(before) ? withInitial(element, before) : undefined;
    },
  };
  /** What the form holds now, in the shape of Slack's `view.state.values`. */
  const heldValues = () => {
    const values = {};
    for (const { place, actionId, field } of fields)
      values[place.blockId] = { ...values[place.blockId], [actionId]: field.read() };
    return values;
  };
  const showErrors = (errorOf) => {
    const inputs = fields.filter(({ field }) => field.isInput);
    for (const { place, field } of inputs) field.showError(errorOf(place.blockId));
    inputs.find(({ place }) => errorOf(place.blockId) !== undefined)?.field.focus();
  };
  const close = async () => {
    node.setAttribute('aria-busy', 'true');
    complain(await api.closeView({ user, view: open.id }));
    node.removeAttribute('aria-busy');
  };
  const submit = async () => {
    const problems = new Map();
    for (const { place, field } of fields) {
      const found = field.problem?.();
      if (found !== undefined) problems.set(place.blockId, found);
    }
    showErrors((blockId) => problems.get(blockId));
    if (problems.size > 0 || submitButton.getAttribute('aria-busy') === 'true') return;
    submitButton.setAttribute('aria-busy', 'true');
    complain(await api.submit({ user, view: open.id, values: heldValues() }));
    submitButton.removeAttribute('aria-busy');
  };
  cancel.addEventListener('click', close);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (open.view.submit) submit();
  });
  node.addEventListener('keydown', (event) => event.key === 'Escape' && close());

  return {
    node,
    focus: () => (body.querySelector('input, textarea, select, button') ?? cancel).focus(),
    update(next) {
      const errorsChanged = JSON.stringify(next.errors) !== JSON.stringify(open?.errors ?? {});
      open = next;
      const { view } = next;
      title.textContent = view.title?.text ?? '';
      cancel.textContent = view.close?.text ?? (view.submit ? 'Cancel' : 'Close');
      submitButton.textContent = view.submit?.text ?? '';
      submitButton.hidden = view.submit === undefined;
      showBlocks(body, view.blocks, surface);
      fields = fields.filter(({ field }) => body.contains(field.node));
      if (errorsChanged) showErrors((blockId) => next.errors[blockId]);
    },
  };
}

/** Shows a person's topmost modal over the channel; the person switcher and the World drawer stay in reach. */
export function modals(onClosed) {
  const covered = ['sidebar', 'main', 'thread'].map(byId);
  const columns = document.querySelector('.columns');
  /** view id -> { user, modal }: a modal of someone else waits, with what was typed, until they are back. */
  const open = new Map();
  let top;
  return {
    show(state, names) {
      const ids = new Set(state.views.map((view) => view.id));
      for (const [id, { user, modal }] of open) {
        if (user !== state.user) modal.node.hidden = true;
        else if (!ids.has(id)) {
          modal.node.remove();
          open.delete(id);
        }
      }
      const current = state.views.at(-1);
      for (const view of state.views) {
        if (!open.has(view.id))
          open.set(view.id, { user: state.user, modal: modalView(state.user, state.bot.id, names) });
        const { modal } = open.get(view.id);
        if (!modal.node.isConnected) columns.append(modal.node);
        modal.node.hidden = view !== current;
        modal.update(view);
      }
      for (const pane of covered) pane.inert = current !== undefined;
      if (current?.id === top) return;
      const hadModal = top !== undefined;
      top = current?.id;
      if (current) open.get(current.id).modal.focus();
      else if (hadModal) onClosed();
    },
  };
}
