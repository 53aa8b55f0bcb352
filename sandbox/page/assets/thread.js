import { byId, el } from './dom.js';
import { icon } from './icons.js';
import { messageList } from './messages.js';
import { stickToEnd } from './stick.js';

/** The pane at the right with one thread. */
export function threadPane(close) {
  const pane = byId('thread');
  const scroller = el('section', { class: 'messages', 'aria-label': 'Replies' });
  const jump = el('button', { type: 'button', class: 'jump', hidden: true }, 'New replies ↓');
  const closeButton = el(
    'button',
    { type: 'button', class: 'icon-button', 'aria-label': 'Close the thread', onclick: close },
    icon('close'),
  );
  const where = el('span', { class: 'pane-note' });
  pane.append(
    el('div', { class: 'pane-head' }, el('h2', {}, 'Thread'), where, closeButton),
    scroller,
    jump,
    el('p', { class: 'pane-foot' }, 'Slash commands are not available in threads.'),
  );
  pane.addEventListener('keydown', (event) => event.key === 'Escape' && close());
  const list = messageList(scroller);
  const stick = stickToEnd(scroller, jump);
  let open;
  let count = 0;
  return {
    show(thread, place, channelName) {
      pane.hidden = thread === undefined;
      const key = thread && `${place.user}/${place.channel}/${thread.ts}`;
      const isOther = key !== open;
      if (isOther) list.clear();
      open = key;
      if (thread === undefined) return;
      const replies = thread.messages.length - 1;
      where.textContent = `${channelName} · ${replies} ${replies === 1 ? 'reply' : 'replies'}`;
      list.show(thread.messages, place, { inThread: true });
      if (isOther) {
        stick.reset();
        closeButton.focus({ preventScroll: true });
      } else stick.settle(replies > count);
      count = replies;
    },
  };
}
