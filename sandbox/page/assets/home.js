import { api } from './api.js';
import { showBlocks } from './blocks/blocks.js';
import { byId, el } from './dom.js';
import { clear } from './keyed.js';

/** The App Home of one person. */
export function homeTab() {
  const parent = byId('home');
  const problem = el('p', { class: 'problem', role: 'alert', hidden: true });
  const blocks = el('div', { class: 'blocks' });
  parent.tabIndex = 0;
  parent.append(problem, blocks);
  let owner;
  const complain = (answer) => {
    problem.hidden = answer.ok;
    problem.textContent = answer.ok ? '' : answer.error;
  };
  const empty = [
    { type: 'context', elements: [{ type: 'plain_text', text: 'This app has not published a Home yet.' }] },
  ];
  return {
    async opened(user) {
      complain(await api.openHome(user));
    },
    show(state, names, isShown) {
      parent.hidden = !isShown;
      if (owner !== state.user) clear(blocks);
      owner = state.user;
      if (!isShown) return;
      const view = state.home?.id;
      showBlocks(blocks, state.home?.view.blocks ?? empty, {
        names,
        act: async (actionId, choice) =>
          complain(await api.act({ user: state.user, on: { view }, actionId, choice })),
        suggest: (actionId, text) => api.suggest({ user: state.user, view, actionId, text }),
      });
    },
  };
}
