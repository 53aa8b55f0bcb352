import { el } from '../dom.js';
import { richText } from './rich-text.js';
import { plainText } from './text.js';

/** `table` and `data_table`; the first row is the head. */
export function table(block, names) {
  const cell = (content, column, tag) => {
    const { align, is_wrapped: wraps } = block.column_settings?.[column] ?? {};
    const number = content.type === 'raw_number';
    const classes = `align-${align ?? (number ? 'right' : 'left')}${wraps ? ' wraps' : ''}`;
    return el(tag, { class: classes, scope: tag === 'th' ? 'col' : undefined }, cellContent(content, names));
  };
  const row = (cells, tag) =>
    el(
      'tr',
      {},
      cells.map((content, column) => cell(content, column, tag)),
    );
  const [head, ...body] = block.rows;
  return el(
    'div',
    { class: 'table', tabindex: '0', role: 'region', 'aria-label': block.caption ?? 'Table' },
    el(
      'table',
      {},
      block.caption && el('caption', {}, block.caption),
      head && el('thead', {}, row(head, 'th')),
      el(
        'tbody',
        {},
        body.map((cells) => row(cells, 'td')),
      ),
    ),
  );
}

function cellContent(content, names) {
  if (content.type === 'rich_text') return richText(content, names);
  return plainText(content.text ?? String(content.value));
}
