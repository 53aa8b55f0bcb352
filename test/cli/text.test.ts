import { type Piece, print } from '../../src/cli/text.ts';

const TABLE: Piece = {
  head: ['BACKUP', 'AGE'],
  rows: [
    ['bk-1', { tone: 'good', text: '3 h' }],
    ['bk-20261123', '12 d'],
  ],
};

test('a table has its columns below each other, and no blanks at the ends of lines', () => {
  expect(print([TABLE], { color: false })).toBe('BACKUP       AGE\nbk-1         3 h\nbk-20261123  12 d\n');
});

test('where it does not fit, each row stands by itself', () => {
  expect(print([TABLE], { color: false, width: 15 })).toBe(
    '  BACKUP  bk-1\n  AGE     3 h\n\n  BACKUP  bk-20261123\n  AGE     12 d\n',
  );
});

test('colour is around the text, never around the blanks of a column', () => {
  expect(print([{ tone: 'bad', text: 'no' }], { color: true })).toBe('\u001b[31mno\u001b[39m\n');
  expect(print([TABLE], { color: true })).toContain('bk-1         \u001b[32m3 h\u001b[39m\n');
});

test('words are broken at blanks, an id never', () => {
  const text = 'see bk-20261123-0314-x4qz of production now';
  expect(print([text], { color: false, width: 24 })).toBe('see\nbk-20261123-0314-x4qz of\nproduction now\n');
  expect(print([{ items: [text] }], { color: false, width: 28 })).toBe(
    '  - see\n    bk-20261123-0314-x4qz of\n    production now\n',
  );
  expect(print([text], { color: false })).toBe(`${text}\n`);
});

test.each([
  ['\u001b[2J\u001b]0;title\u0007', '[2J ]0;title'],
  ['a\u009b31mb', 'a 31mb'],
  ['a\r\nb', 'a b'],
  ['a\u202eb', 'ab'],
])('nothing that somebody wrote moves the cursor: %j', (text, shown) => {
  const all: Piece[] = [text, { items: [text] }, { facts: [[text, text]] }, { head: [text], rows: [[text]] }];
  for (const piece of all) expect(print([piece], { color: false })).toContain(shown);
  expect(print([{ copy: text }], { color: false }).trimEnd()).not.toMatch(/[\p{Cc}]/u);
});
