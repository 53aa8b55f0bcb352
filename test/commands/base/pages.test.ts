import { pageOf } from '../../../src/commands/base/pages.ts';

const asked = (page: string | undefined) => new Map(page === undefined ? [] : [['page', page]]);

test.each([
  [undefined, 0, { page: 1, pages: 1, from: 0 }],
  [undefined, 25, { page: 1, pages: 3, from: 0 }],
  ['1', 10, { page: 1, pages: 1, from: 0 }],
  ['2', 11, { page: 2, pages: 2, from: 10 }],
  ['003', 25, { page: 3, pages: 3, from: 20 }],
])('page %j of %d rows', (page, total, expected) => {
  expect(pageOf(asked(page), total, 10)).toEqual({ ok: true, ...expected });
});

test.each([
  ['0', 25, '“0” is not a page: there are 3 pages.'],
  ['4', 25, '“4” is not a page: there are 3 pages.'],
  ['2', 0, '“2” is not a page: there is 1 page.'],
  ['-1', 25, '“-1” is not a page: there are 3 pages.'],
  ['two', 25, '“two” is not a page: there are 3 pages.'],
  ['1.5', 25, '“1.5” is not a page: there are 3 pages.'],
  ['', 25, '“” is not a page: there are 3 pages.'],
  ['9'.repeat(400), 25, `“${'9'.repeat(59)}…” is not a page: there are 3 pages.`],
])('page %j of %d rows is refused', (page, total, reason) => {
  expect(pageOf(asked(page), total, 10)).toEqual({ ok: false, reason });
});
