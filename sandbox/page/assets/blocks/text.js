import { el } from '../dom.js';
import { emojiOf } from './emoji.js';
import { parseMrkdwn } from './mrkdwn.js';

const INLINE_TAGS = { bold: 'strong', italic: 'em', strike: 's' };

/** A text object of Block Kit. */
export function textObject(text, names) {
  return text.type === 'mrkdwn' ? mrkdwn(text.text, names, text.verbatim === true) : plainText(text.text);
}

export const plainText = (text) => [
  text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => emojiOf(name) ?? whole),
];

export function mrkdwn(source, names, isVerbatim = false) {
  return parseMrkdwn(source, isVerbatim).map((block) => {
    if (block.type === 'pre') return el('pre', { tabindex: '0' }, block.text);
    return el(
      block.type === 'quote' ? 'blockquote' : 'div',
      { class: 'lines' },
      inline(block.children, names),
    );
  });
}

export const inline = (tokens, names) => tokens.map((token) => inlineToken(token, names));

function inlineToken(token, names) {
  switch (token.type) {
    case 'text':
      return token.text;
    case 'code':
      return el('code', {}, token.text);
    case 'emoji':
      return emoji(token.text);
    case 'link':
      return link(token.url, token.text);
    case 'user':
      return userMention(token.id, names, token.text);
    case 'channel':
      return channelMention(token.id, names, token.text);
    case 'group':
      return groupMention(token.id, names, token.text);
    case 'broadcast':
      return broadcastMention(token.id);
    case 'date':
      return date(token.ts, token.format, token.text, names);
    default:
      return el(INLINE_TAGS[token.type] ?? 'span', {}, inline(token.children, names));
  }
}

/** Only addresses that open something harmless become links; the rest stays text. */
export function link(url, label) {
  return /^(https?:\/\/|mailto:)/i.test(url)
    ? el('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, label)
    : label;
}

export function emoji(name) {
  const character = emojiOf(name);
  return character
    ? el(
        'span',
        { class: 'emoji', role: 'img', 'aria-label': name.replaceAll('_', ' '), title: `:${name}:` },
        character,
      )
    : `:${name}:`;
}

export function userMention(id, names, label) {
  const { realName } = names.member(id);
  const name = realName === id && label ? label : realName;
  return el('span', { class: id === names.me ? 'mention mention-me' : 'mention' }, `@${name}`);
}

export function channelMention(id, names, label) {
  return el('span', { class: 'mention' }, `#${names.channel(id)?.name ?? label ?? id}`);
}

export function groupMention(id, names, label) {
  const group = names.group(id);
  const handle = (group?.handle ?? label ?? id).replace(/^@/, '');
  return el('span', { class: group?.mine ? 'mention mention-me' : 'mention' }, `@${handle}`);
}

/** Loud on purpose: it rings every phone in a real channel. */
export function broadcastMention(range) {
  return el('span', { class: 'mention mention-loud', title: 'Notifies everyone' }, `@${range}`);
}

export function date(seconds, format, fallback, names) {
  return Number.isFinite(seconds) && format
    ? el('time', { title: names.times.full(seconds) }, names.times.fill(seconds, format))
    : fallback;
}
