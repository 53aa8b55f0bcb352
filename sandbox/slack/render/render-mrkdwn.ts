import { emojiOf } from '../emoji.ts';
import type { Workspace } from '../model.ts';
import { findChannel, findMember } from '../state.ts';

/** Text as a person reads it: `@Ana Marić`, `#ci-backups`, `text (url)`; a live broadcast is loud, so that a test sees it. */
export function readMrkdwn(text: string, workspace: Workspace): string {
  const live: string[] = [];
  const marked = text.replace(/<([^<>\n]+)>/g, (whole, token: string) => {
    live.push(readToken(token, workspace) ?? whole);
    return `\ue000${live.length - 1}\ue001`;
  });
  return unescapeEntities(emojiOf(withoutStyles(marked))).replace(
    /\ue000(\d+)\ue001/g,
    (_whole, index: string) => live[Number(index)] ?? '',
  );
}

/** What Slack makes live in a text object that is not verbatim: bare addresses, and what looks like a mention. */
export function madeLive(text: string): string {
  return text
    .replace(/<[^<>\n]*>|`[^`\n]*`|(https?:\/\/[^\s<>|`]+)/g, (whole, url?: string) =>
      url === undefined ? whole : `<${url}|made a link>`,
    )
    .replace(/(^|[\s(])@(channel|here|everyone)\b/g, '$1<!$2>');
}

/** Text of which nothing is live; only emoji names become pictures. */
export function readPlain(text: string): string {
  return emojiOf(text);
}

export function broadcast(range: string): string {
  return `[@${range} PING]`;
}

export function userMention(id: string, workspace: Workspace): string {
  return `@${findMember(workspace, id)?.realName ?? id}`;
}

export function groupMention(id: string, workspace: Workspace): string {
  return `@${workspace.userGroups.find((group) => group.id === id)?.handle ?? id}`;
}

export function channelMention(id: string, workspace: Workspace): string {
  return `#${findChannel(workspace, id)?.name ?? id}`;
}

export function link(url: string, label: string | undefined): string {
  if (label === undefined || label === '' || label === url) return url.replace(/^mailto:/, '');
  return url.startsWith('mailto:') ? label : `${label} (${url})`;
}

/** Broadcasts in the top-level text ping even when blocks are shown in its place. */
export function broadcastsIn(text: string): string[] {
  return [...text.matchAll(/<!(channel|here|everyone)(?:\|[^<>]*)?>/g)].map((match) =>
    broadcast(match[1] ?? ''),
  );
}

function readToken(token: string, workspace: Workspace): string | undefined {
  const bar = token.indexOf('|');
  const target = bar < 0 ? token : token.slice(0, bar);
  const label = bar < 0 ? undefined : unescapeEntities(token.slice(bar + 1));
  if (/^@[UW]\w+$/.test(target)) return userMention(target.slice(1), workspace);
  if (/^#[CGD]\w+$/.test(target)) return channelMention(target.slice(1), workspace);
  if (/^!(channel|here|everyone)$/.test(target)) return broadcast(target.slice(1));
  if (target.startsWith('!subteam^')) return groupMention(target.slice('!subteam^'.length), workspace);
  if (target.startsWith('!date^')) return label ?? target;
  if (/^(https?:|mailto:|tel:)/.test(target)) return link(unescapeEntities(target), label);
  return undefined;
}

function unescapeEntities(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Bold, italics and strikes are seen, not read; code keeps its marks, and what stands in it is left alone. */
function withoutStyles(text: string): string {
  return text
    .split(/(```[\s\S]*?```|`[^`\n]+`)/)
    .map((part, index) => (index % 2 === 1 ? part : stripMarks(part)))
    .join('');
}

function stripMarks(text: string): string {
  return ['\\*', '_', '~'].reduce(
    (left, mark) =>
      left.replace(
        new RegExp(`(^|[^\\w${mark}])${mark}(\\S|\\S[^\\n${mark}]*\\S)${mark}(?![\\w${mark}])`, 'gm'),
        '$1$2',
      ),
    text,
  );
}
