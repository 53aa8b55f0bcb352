import { el } from '../dom.js';
import { reconcile } from '../keyed.js';
import { richText } from './rich-text.js';
import { link, plainText } from './text.js';

const STATUS = {
  pending: { icon: '', label: 'Pending' },
  in_progress: { icon: '', label: 'In progress' },
  complete: { icon: '✓', label: 'Complete' },
  error: { icon: '!', label: 'Failed' },
};

/** A `plan` block: its tasks change one by one, so that the spinner of the running one does not jump. */
export function plan() {
  const title = el('span', { class: 'plan-title' });
  const count = el('span', { class: 'plan-count' });
  const tasks = el('ol', { class: 'tasks' });
  const icon = el('span', { class: 'plan-icon' });
  const node = el('div', { class: 'plan' }, el('div', { class: 'plan-head' }, icon, title, count), tasks);
  const update = (block, names) => {
    const all = block.tasks ?? [];
    const done = all.filter((task) => task.status === 'complete').length;
    title.replaceChildren(...plainText(block.title));
    const status = planStatus(all);
    const isCounted = all.length > 0 && (status !== 'complete' || done === all.length);
    count.textContent = isCounted ? `${done} of ${all.length}` : '';
    if (icon.dataset.status !== status) icon.replaceChildren(statusIcon(status));
    icon.dataset.status = status;
    reconcile(
      tasks,
      all.map((task, index) => ({
        key: task.task_id ?? String(index),
        sign: JSON.stringify(task),
        make: () => {
          const { node: card, update: fill } = taskCard('li');
          fills.set(card, fill);
          fill(task, names);
          return card;
        },
        update: (card) => fills.get(card)(task, names),
      })),
    );
  };
  return { node, update };
}

/** How to change a task's card that is already on the page. */
const fills = new WeakMap();

function planStatus(tasks) {
  if (tasks.some((task) => task.status === 'error')) return 'error';
  if (tasks.some((task) => task.status === 'in_progress')) return 'in_progress';
  // What is still pending before a last step that is complete was left out.
  return tasks.at(-1)?.status === 'complete' ? 'complete' : 'pending';
}

/** A `task_card` block, alone or in a plan. */
export function taskCard(tag = 'div') {
  const icon = el('span');
  const body = el('div', { class: 'task-body' });
  const node = el(tag, { class: 'task' }, icon, body);
  const update = (task, names) => {
    if (icon.dataset.status !== task.status) icon.replaceChildren(statusIcon(task.status));
    icon.dataset.status = task.status;
    node.className = `task task-${STATUS[task.status] ? task.status : 'pending'}`;
    body.replaceChildren(
      el('div', { class: 'task-title' }, plainText(task.title ?? '')),
      ...[task.details, task.output]
        .filter(Boolean)
        .map((text) => el('div', { class: 'task-detail' }, richText(text, names))),
      ...sources(task.sources ?? []),
    );
  };
  return { node, update };
}

const sources = (all) =>
  all.length === 0
    ? []
    : [
        el(
          'div',
          { class: 'task-detail task-sources' },
          all.map((one) => link(one.url, one.text)),
        ),
      ];

function statusIcon(status) {
  const { icon, label } = STATUS[status] ?? STATUS.pending;
  return el(
    'span',
    {
      class: `status status-${STATUS[status] ? status : 'pending'}`,
      role: 'img',
      'aria-label': label,
      title: label,
    },
    icon,
  );
}
