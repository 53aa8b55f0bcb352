import { el } from './dom.js';

/** What a newcomer can try: a command of a step is written into the line by a click, for the person to send. */
export function tour(steps, command, write) {
  return el(
    'section',
    { class: 'tour', 'aria-label': 'Something to try' },
    el('h2', {}, 'Something to try'),
    el(
      'ol',
      {},
      steps.map(({ text, type }) =>
        el('li', {}, type && line(`${command} ${type}`, write), type && ' ', text),
      ),
    ),
  );
}

const line = (text, write) =>
  el('button', { type: 'button', class: 'tour-command', onclick: () => write(text) }, text);
