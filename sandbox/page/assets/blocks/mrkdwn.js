/**
 * Slack's mrkdwn as tokens. Inline: { type: 'text'|'code'|'emoji', text }, { type: 'bold'|'italic'|'strike', children },
 * { type: 'link', url, text }, { type: 'user'|'channel'|'group'|'broadcast', id, text }, { type: 'date', ts, format, text }.
 * Blocks: { type: 'lines'|'quote', children }, { type: 'pre', text }.
 * https://docs.slack.dev/messaging/formatting-message-text
 */
export function parseMrkdwn(source, isVerbatim = false) {
  const parts = source.split('```');
  // An odd number of marks: the last one opens nothing.
  if (parts.length % 2 === 0) parts.push(parts.splice(-2).join('```'));
  return parts.flatMap((part, index) => {
    if (index % 2 === 1) return { type: 'pre', text: plain(part.replace(/^\n|\n$/g, '')) };
    const afterPre = index > 0 ? part.replace(/^\n/, '') : part;
    return parseLines(index < parts.length - 1 ? afterPre.replace(/\n$/, '') : afterPre, isVerbatim);
  });
}

/** Lines that start with `>` are one quote as long as they follow each other. */
function parseLines(text, isVerbatim) {
  const groups = [];
  for (const line of text === '' ? [] : text.split('\n')) {
    const quoted = /^(?:>|&gt;) ?/.exec(line);
    const type = quoted ? 'quote' : 'lines';
    const rest = quoted ? line.slice(quoted[0].length) : line;
    const last = groups.at(-1);
    if (last?.type === type) last.lines.push(rest);
    else groups.push({ type, lines: [rest] });
  }
  return groups.map(({ type, lines }) => ({ type, children: parseInline(lines.join('\n'), isVerbatim) }));
}

/** Inside a style: entities and code as a whole, else anything but the mark and the line's end. */
const styled = (mark) =>
  new RegExp(
    `^[${mark}](?=[^\\s${mark}])((?:<[^<>\\n]*>|\`[^\`\\n]+\`|[^${mark}\\n])+?)(?<=\\S)[${mark}](?![\\p{L}\\p{N}])`,
    'u',
  );
const STYLES = [
  { type: 'bold', pattern: styled('*') },
  { type: 'italic', pattern: styled('_') },
  { type: 'strike', pattern: styled('~') },
];
const CODE = /^`([^`\n]+)`/;
/** Other angle brackets are text, like `<img>`. */
const ENTITY = /^<((?:[@#!]|[a-z][a-z0-9+.-]*:)[^<>\n]*)>/i;
const EMOJI = /^:([a-z0-9_+'-]+):/;
const BARE_URL = /^https?:\/\/[^\s<>|]+[^\s<>|.,;:!?)\]'"*_~`]/;
/** Where a token can start, so that the text between them is taken in one piece. */
const NEXT = /[*_~`<:]|https?:\/\//;

export function parseInline(source, isVerbatim = false) {
  const tokens = [];
  const text = (piece) => {
    const last = tokens.at(-1);
    if (last?.type === 'text') last.text += plain(piece);
    else if (piece !== '') tokens.push({ type: 'text', text: plain(piece) });
  };
  let at = 0;
  while (at < source.length) {
    const rest = source.slice(at);
    const wordBefore = at > 0 && /[\p{L}\p{N}]/u.test(source[at - 1]);
    const found = matchToken(rest, wordBefore, isVerbatim);
    if (found) {
      tokens.push(found.token);
      at += found.length;
      continue;
    }
    const next = rest.slice(1).search(NEXT);
    const length = next === -1 ? rest.length : next + 1;
    text(rest.slice(0, length));
    at += length;
  }
  return tokens;
}

function matchToken(rest, wordBefore, isVerbatim) {
  const code = CODE.exec(rest);
  if (code) return { token: { type: 'code', text: plain(code[1]) }, length: code[0].length };
  const entity = ENTITY.exec(rest);
  if (entity) return { token: parseEntity(entity[1]), length: entity[0].length };
  if (wordBefore) return undefined;
  const emoji = EMOJI.exec(rest);
  if (emoji) return { token: { type: 'emoji', text: emoji[1] }, length: emoji[0].length };
  for (const { type, pattern } of STYLES) {
    const match = pattern.exec(rest);
    if (match)
      return { token: { type, children: parseInline(match[1], isVerbatim) }, length: match[0].length };
  }
  // What is verbatim stays as it was written: an address is no link by itself.
  const url = isVerbatim ? null : BARE_URL.exec(rest);
  return url
    ? { token: { type: 'link', url: plain(url[0]), text: plain(url[0]) }, length: url[0].length }
    : undefined;
}

/** What stands between `<` and `>`. */
function parseEntity(inner) {
  const bar = inner.indexOf('|');
  const target = bar === -1 ? inner : inner.slice(0, bar);
  const label = bar === -1 ? undefined : plain(inner.slice(bar + 1));
  if (target.startsWith('@')) return { type: 'user', id: target.slice(1), text: label };
  if (target.startsWith('#')) return { type: 'channel', id: target.slice(1), text: label };
  if (target.startsWith('!subteam^'))
    return { type: 'group', id: target.slice('!subteam^'.length), text: label };
  if (target.startsWith('!date^')) {
    const [, ts, format] = target.split('^');
    return { type: 'date', ts: Number(ts), format, text: label ?? '' };
  }
  if (target.startsWith('!')) return { type: 'broadcast', id: target.slice(1).split('^')[0], text: label };
  return { type: 'link', url: plain(target), text: label ?? plain(target) };
}

/** Slack escapes exactly these three. */
export const plain = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
