import { emojiOf } from '../emoji.ts';
import type { Workspace } from '../model.ts';
import { isRecord } from '../params.ts';
import { broadcast, channelMention, groupMention, link, userMention } from './render-mrkdwn.ts';

/** A rich_text block in lines, not wrapped yet. Text in it is never live; mentions are elements of their own. */
export function richTextLines(block: unknown, workspace: Workspace): string[] {
  return parts(block).flatMap((part) => {
    switch (part.type) {
      case 'rich_text_list':
        return listLines(part, workspace);
      case 'rich_text_quote':
        return inline(part, workspace)
          .split('\n')
          .map((line) => `> ${line}`);
      case 'rich_text_preformatted':
        return trimEnd(inline(part, workspace))
          .split('\n')
          .map((line) => `    ${line}`);
      default:
        return trimEnd(inline(part, workspace)).split('\n');
    }
  });
}

function listLines(list: Record<string, unknown>, workspace: Workspace): string[] {
  const indent = '  '.repeat(Number(list.indent ?? 0));
  return parts(list).map((item, index) => {
    const mark = list.style === 'ordered' ? `${index + 1}.` : '•';
    return `${indent}${mark} ${inline(item, workspace)}`;
  });
}

function inline(part: Record<string, unknown>, workspace: Workspace): string {
  return parts(part)
    .map((element) => readElement(element, workspace))
    .join('');
}

function readElement(element: Record<string, unknown>, workspace: Workspace): string {
  const word = (name: string) => String(element[name] ?? '');
  switch (element.type) {
    case 'text':
      return isRecord(element.style) && element.style.code === true ? `\`${word('text')}\`` : word('text');
    case 'link':
      return link(word('url'), element.text === undefined ? undefined : word('text'));
    case 'user':
      return userMention(word('user_id'), workspace);
    case 'usergroup':
      return groupMention(word('usergroup_id'), workspace);
    case 'channel':
      return channelMention(word('channel_id'), workspace);
    case 'broadcast':
      return broadcast(word('range'));
    case 'emoji':
      return emojiOf(`:${word('name')}:`);
    case 'date':
      return element.fallback === undefined
        ? new Date(Number(element.timestamp) * 1000).toISOString()
        : word('fallback');
    default:
      return word('value');
  }
}

function parts(value: unknown): Record<string, unknown>[] {
  return isRecord(value) && Array.isArray(value.elements) ? value.elements.filter(isRecord) : [];
}

function trimEnd(text: string): string {
  return text.replace(/\n+$/, '');
}
