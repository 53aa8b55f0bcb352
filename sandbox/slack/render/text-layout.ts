/** Columns a text takes in a terminal: pictures take two, joiners and variation selectors none. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (/[\u200d\ufe0f\u0300-\u036f]/u.test(character)) continue;
    columns += /\p{Emoji_Presentation}/u.test(character) ? 2 : 1;
  }
  return columns;
}

export function padTo(text: string, columns: number, align: 'left' | 'center' | 'right' = 'left'): string {
  const space = Math.max(0, columns - columnsOf(text));
  if (align === 'right') return ' '.repeat(space) + text;
  if (align === 'center') return ' '.repeat(Math.floor(space / 2)) + text + ' '.repeat(Math.ceil(space / 2));
  return text + ' '.repeat(space);
}

/** Breaks lines at spaces; a word longer than the width (a URL) stays whole, and a line keeps its indent. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, width));
}

function wrapLine(line: string, width: number): string[] {
  if (columnsOf(line) <= width) return [line.trimEnd()];
  const indent = /^\s*(?:[•✓▸·✗] |\d+\. )?/u.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = indent;
  for (const word of line.slice(indent.length).split(/ +/)) {
    const joined = current.trim() === '' || current === indent ? current + word : `${current} ${word}`;
    if (columnsOf(joined) > width && current.trim() !== '' && current !== indent) {
      lines.push(current);
      current = ' '.repeat(columnsOf(indent)) + word;
    } else {
      current = joined;
    }
  }
  return [...lines, current];
}

export function indentBy(lines: string[], prefix: string): string[] {
  return lines.map((line) => (prefix + line).trimEnd());
}
