import { api } from '../api.js';
import { el } from '../dom.js';
import { icon } from '../icons.js';
import { showBlocks } from './blocks.js';
import { avatar } from './names.js';
import { link } from './text.js';

/**
 * One message: { node, update(message, look) }. `place` has user (the person's id), channel (Slack's id), names and
 * openThread(ts); `look` is { compact, inThread }.
 */
export function messageView(place) {
  const { names } = place;
  const gutter = el('div', { class: 'gutter' });
  const head = el('div', { class: 'head' });
  const lead = el('div', { class: 'lead' });
  const blocks = el('div', { class: 'blocks' });
  const foot = el('div', { class: 'foot' });
  const problem = el('p', { class: 'problem', role: 'alert', hidden: true });
  const node = el(
    'article',
    { class: 'message' },
    gutter,
    el('div', { class: 'content' }, head, lead, blocks, problem, foot),
  );
  let shown;

  const act = async (actionId, choice) => {
    problem.hidden = true;
    const on = shown.ephemeralId
      ? { ephemeral: shown.ephemeralId }
      : { message: { channel: place.channel, ts: shown.ts } };
    const answer = await api.act({ user: place.user, on, actionId, choice });
    problem.hidden = answer.ok;
    problem.textContent = answer.ok ? '' : answer.error;
  };
  const surface = { names, act, suggest: async () => ({ ok: false }) };

  const update = (message, { compact, inThread }) => {
    shown = message;
    // Whatever went wrong with a click, the app has answered since.
    problem.hidden = true;
    const author = names.member(message.user);
    const only = message.ephemeralId !== undefined;
    const found = node.classList.contains('pointed-out') ? ' pointed-out' : '';
    node.className = `message${found}${compact ? ' compact' : ''}${only ? ' ephemeral' : ''}${message.deleted ? ' deleted' : ''}`;
    node.dataset.ts = message.ts;
    node.setAttribute('aria-label', `${author.realName}, ${names.times.time(message.ts)}`);
    gutter.replaceChildren(compact ? timeOf(message.ts, names) : avatar(names, message.user));
    head.hidden = compact;
    head.replaceChildren(
      el('span', { class: 'author' }, author.realName),
      names.isBot(message.user) ? el('span', { class: 'badge' }, 'APP') : '',
      timeOf(message.ts, names),
    );
    lead.replaceChildren(...leadOf(message, inThread, place));
    showBlocks(blocks, blocksOf(message), surface);
    foot.replaceChildren(...footOf(message, inThread, place));
  };
  return { node, update };
}

/** A message without blocks shows its text. */
function blocksOf(message) {
  if (message.deleted)
    return [{ type: 'context', elements: [{ type: 'plain_text', text: 'This message was deleted.' }] }];
  if (message.blocks.length > 0) return message.blocks;
  return [{ type: 'section', text: { type: 'mrkdwn', text: message.text } }];
}

const timeOf = (ts, names) =>
  el('time', { class: 'time', title: names.times.full(ts) }, names.times.time(ts));

function leadOf(message, inThread, place) {
  if (message.ephemeralId !== undefined)
    return [el('div', { class: 'only-you' }, icon('eye'), 'Only visible to you')];
  if (message.threadTs === undefined || inThread) return [];
  const open = el(
    'button',
    { type: 'button', class: 'link', onclick: () => place.openThread(message.threadTs) },
    firstLine(message.threadText),
  );
  return [el('div', { class: 'broadcast' }, 'replied to a thread: ', open)];
}

const firstLine = (text = '') => {
  const [line] = text.split('\n');
  return line.length > 80 ? `${line.slice(0, 79)}…` : line || 'open the thread';
};

function footOf(message, inThread, place) {
  const foot = [];
  if (message.files) foot.push(el('div', { class: 'files' }, message.files.map(fileChip)));
  if (message.edited && !message.deleted) foot.push(el('span', { class: 'edited' }, '(edited)'));
  if (message.replies && !inThread) {
    const { count, lastTs } = message.replies;
    foot.push(
      el(
        'button',
        {
          type: 'button',
          class: 'replies',
          'data-action': `thread/${message.ts}`,
          onclick: () => place.openThread(message.ts),
        },
        el('strong', {}, `${count} ${count === 1 ? 'reply' : 'replies'}`),
        el('span', {}, `Last reply at ${place.names.times.time(lastTs)}`),
      ),
    );
  }
  return foot;
}

const fileChip = ({ title, size, url }) =>
  el(
    'span',
    { class: 'file' },
    icon('clip'),
    link(url, title),
    el('span', { class: 'file-size' }, bytes(size)),
  );

const bytes = (size) => (size < 1024 ? `${size} B` : `${Math.round(size / 1024)} KiB`);
