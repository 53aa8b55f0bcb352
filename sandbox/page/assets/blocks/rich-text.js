import { el } from '../dom.js';
import { broadcastMention, channelMention, date, emoji, groupMention, link, userMention } from './text.js';

/** A rich_text block: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
export function richText(block, names) {
  return el(
    'div',
    { class: 'rich-text' },
    block.elements.map((element) => richTextElement(element, names)),
  );
}

function richTextElement(element, names) {
  switch (element.type) {
    case 'rich_text_section':
      return el('div', { class: 'lines' }, runs(element.elements, names));
    case 'rich_text_preformatted':
      return el('pre', { tabindex: '0' }, runs(element.elements, names));
    case 'rich_text_quote':
      return el('blockquote', { class: 'lines' }, runs(element.elements, names));
    case 'rich_text_list':
      return el(
        element.style === 'ordered' ? 'ol' : 'ul',
        {
          class: `indent-${Math.min(element.indent ?? 0, 4)}`,
          start: element.offset ? element.offset + 1 : undefined,
        },
        element.elements.map((item) => el('li', {}, richTextElement(item, names))),
      );
    default:
      return el('div', { class: 'unsupported' }, `unsupported: ${element.type}`);
  }
}

const runs = (elements, names) =>
  elements.map((element) => withStyle(run(element, names), element.style ?? {}));

function run(element, names) {
  switch (element.type) {
    case 'text':
      return element.text;
    case 'link':
      return link(element.url, element.text ?? element.url);
    case 'emoji':
      return emoji(element.name);
    case 'user':
      return userMention(element.user_id, names);
    case 'channel':
      return channelMention(element.channel_id, names);
    case 'usergroup':
      return groupMention(element.usergroup_id, names);
    case 'broadcast':
      return broadcastMention(element.range);
    case 'date':
      return date(element.timestamp, element.format, element.fallback ?? '', names);
    case 'color':
      return element.value;
    default:
      return el('span', { class: 'unsupported' }, `unsupported: ${element.type}`);
  }
}

function withStyle(node, style) {
  const tags = [
    style.code && 'code',
    style.bold && 'strong',
    style.italic && 'em',
    style.strike && 's',
    style.underline && 'u',
  ];
  return tags.filter(Boolean).reduce((inside, tag) => el(tag, {}, inside), node);
}
