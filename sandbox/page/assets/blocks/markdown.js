import { el } from '../dom.js';
import { link, plainText } from './text.js';

/** The part of standard Markdown that bots send in a `markdown` block. */
export function markdown(source) {
  const lines = source.split('\n');
  const nodes = [];
  while (lines.length > 0) nodes.push(takeBlock(lines));
  return el('div', { class: 'markdown' }, nodes);
}

/** Takes the lines of one block off the front of `lines`. */
function takeBlock(lines) {
  const [first] = lines;
  if (first.trim() === '') return void lines.shift();
  if (first.startsWith('```')) return takeFence(lines);
  const heading = /^(#{1,6})\s+(.*)$/.exec(first);
  if (heading) {
    lines.shift();
    return el(
      'p',
      { class: `heading heading-${heading[1].length}`, role: 'heading', 'aria-level': '3' },
      spans(heading[2]),
    );
  }
  if (/^\s*(---+|\*\*\*+)\s*$/.test(first)) {
    lines.shift();
    return el('hr');
  }
  if (first.startsWith('>')) {
    const quoted = takeWhile(lines, (line) => line.startsWith('>')).map((line) => line.replace(/^>\s?/, ''));
    return el('blockquote', { class: 'lines' }, spans(quoted.join('\n')));
  }
  if (BULLET.test(first)) return takeList(lines, 'ul', BULLET);
  if (NUMBER.test(first)) return takeList(lines, 'ol', NUMBER);
  if (first.trim().startsWith('|')) return takeTable(lines);
  return el('p', { class: 'lines' }, spans(takeWhile(lines, isParagraph).join('\n')));
}

const BULLET = /^\s*[-*+]\s+/;
const NUMBER = /^\s*\d+[.)]\s+/;

const isParagraph = (line) =>
  line.trim() !== '' &&
  !/^(```|#{1,6}\s|>|\||\s*(---+|\*\*\*+)\s*$)/.test(line) &&
  !BULLET.test(line) &&
  !NUMBER.test(line);

/** At least the first line, so that a caller always moves on. */
function takeWhile(lines, test) {
  const end = lines.findIndex((line, index) => index > 0 && !test(line));
  return lines.splice(0, end === -1 ? lines.length : end);
}

function takeFence(lines) {
  lines.shift();
  const end = lines.findIndex((line) => line.startsWith('```'));
  const code = lines.splice(0, end === -1 ? lines.length : end);
  lines.shift();
  return el('pre', { tabindex: '0' }, code.join('\n'));
}

function takeList(lines, tag, marker) {
  const items = takeWhile(lines, (line) => marker.test(line));
  return el(
    tag,
    {},
    items.map((item) => el('li', {}, spans(item.replace(marker, '')))),
  );
}

function takeTable(lines) {
  const rows = takeWhile(lines, (line) => line.trim().startsWith('|'))
    .filter((line) => !/^[\s|:-]+$/.test(line))
    .map((line) =>
      line
        .trim()
        .replace(/^\||\|$/g, '')
        .split('|'),
    );
  const row = (cells, tag) =>
    el(
      'tr',
      {},
      cells.map((cell) => el(tag, {}, spans(cell.trim()))),
    );
  const table = el(
    'table',
    {},
    rows.map((cells, index) => row(cells, index === 0 ? 'th' : 'td')),
  );
  return el('div', { class: 'table', tabindex: '0' }, table);
}

const SPAN =
  /`([^`\n]+)`|\[([^\]\n]+)\]\(([^)\s]+)\)|\*\*(?=\S)(.+?)(?<=\S)\*\*|~~(?=\S)(.+?)(?<=\S)~~|(?<![\p{L}\p{N}*_])[*_](?=\S)([^*_\n]+?)(?<=\S)[*_](?![\p{L}\p{N}])/u;

function spans(text) {
  const match = SPAN.exec(text);
  if (match === null) return plainText(text);
  const [whole, code, label, url, bold, strike, italic] = match;
  const node =
    code !== undefined
      ? el('code', {}, code)
      : label !== undefined
        ? link(url, label)
        : bold !== undefined
          ? el('strong', {}, spans(bold))
          : strike !== undefined
            ? el('s', {}, spans(strike))
            : el('em', {}, spans(italic));
  return [...plainText(text.slice(0, match.index)), node, ...spans(text.slice(match.index + whole.length))];
}
