import { avatar } from './blocks/names.js';
import { byId, el } from './dom.js';
import { reconcile } from './keyed.js';

/** Who the person at the page is; `choose(userId)` becomes someone else. */
export function personSwitcher(choose) {
  const list = el('div', { class: 'people-list' });
  byId('people').append(el('legend', { class: 'people-legend' }, 'You are'), list);
  return {
    show(state, names) {
      reconcile(
        list,
        state.people.map((person) => ({
          key: person.id,
          sign: '',
          make: () =>
            el(
              'label',
              { class: 'person', title: person.realName },
              el('input', {
                type: 'radio',
                name: 'person',
                value: person.id,
                onchange: () => choose(person.id),
              }),
              avatar(names, person.id, 'small'),
              el('span', { class: 'person-name' }, person.realName),
            ),
        })),
      );
      for (const input of list.querySelectorAll('input')) input.checked = input.value === state.user;
    },
  };
}
