import { messageView } from './blocks/message.js';
import { el } from './dom.js';
import { clear, reconcile } from './keyed.js';

/** Messages of one author closer together than this are shown under one name. */
const GROUP_SECONDS = 300;

/** A list of messages in `parent`: show(messages, place, look) changes only what changed. */
export function messageList(parent) {
  const updates = new WeakMap();
  return {
    clear: () => clear(parent),
    show(messages, place, { inThread = false, before = [] } = {}) {
      const items = [...before];
      let previous;
      for (const message of messages) {
        const day = place.names.times.day(message.ts);
        const isNewDay = previous === undefined || place.names.times.day(previous.ts) !== day;
        if (isNewDay) items.push({ key: `day/${day}`, sign: day, make: () => dayDivider(day) });
        const look = { inThread, compact: !isNewDay && continues(previous, message, inThread) };
        items.push({
          key: `${message.ephemeralId ?? 'message'}/${message.ts}`,
          sign: JSON.stringify([message, look]),
          make: () => {
            const { node, update } = messageView(place);
            updates.set(node, update);
            update(message, look);
            return node;
          },
          update: (node) => updates.get(node)(message, look),
        });
        previous = message;
      }
      reconcile(parent, items);
    },
  };
}

const dayDivider = (day) => el('div', { class: 'day', role: 'separator' }, el('span', {}, day));

function continues(previous, message, inThread) {
  const plain = (one) => one.ephemeralId === undefined && (inThread || one.threadTs === undefined);
  const startsThread = previous.replies !== undefined || (inThread && previous.threadTs === undefined);
  return (
    previous.user === message.user &&
    plain(previous) &&
    plain(message) &&
    !startsThread &&
    message.ts - previous.ts < GROUP_SECONDS
  );
}
