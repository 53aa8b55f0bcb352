import { avatar } from './blocks/names.js';
import { byId, el } from './dom.js';
import { icon } from './icons.js';
import { reconcile } from './keyed.js';

/** Channels and the conversation with the app. `choose(key)` opens one. */
export function sidebar(choose) {
  const channels = el('ul', {});
  const direct = el('ul', {});
  byId('sidebar').append(
    el('h2', { id: 'channels-title' }, 'Channels'),
    channels,
    el('h2', {}, 'Direct messages'),
    direct,
  );
  /** `user/key` -> the newest ts that this person has seen there. */
  const seen = new Map();

  const isUnread = (state, one) => {
    const place = `${state.user}/${one.key}`;
    // What was there before the page was opened is not news.
    if (one.key === state.channel || !seen.has(place)) seen.set(place, one.newestTs);
    return Number(one.newestTs) > Number(seen.get(place));
  };
  const item = (state, names, one) => {
    const isCurrent = one.key === state.channel;
    const unread = isUnread(state, one);
    return {
      key: one.key,
      sign: JSON.stringify([one.name, isCurrent, unread, state.user]),
      make: () =>
        el(
          'li',
          {},
          el(
            'button',
            {
              type: 'button',
              class: `conversation${unread ? ' unread' : ''}`,
              'aria-current': isCurrent ? 'page' : undefined,
              'data-action': `conversation/${one.key}`,
              onclick: () => choose(one.key),
            },
            one.kind === 'app'
              ? avatar(names, state.bot.id, 'tiny')
              : el(
                  'span',
                  { class: 'mark', 'aria-hidden': 'true' },
                  one.kind === 'private' ? icon('lock') : '#',
                ),
            el('span', { class: 'conversation-name' }, one.name),
            one.kind === 'app' ? el('span', { class: 'badge' }, 'APP') : '',
            unread ? el('span', { class: 'dot', role: 'img', 'aria-label': 'unread' }) : '',
          ),
        ),
    };
  };
  return {
    show(state, names) {
      const items = (app) =>
        state.conversations
          .filter((one) => (one.kind === 'app') === app)
          .map((one) => item(state, names, one));
      reconcile(channels, items(false));
      reconcile(direct, items(true));
    },
  };
}
