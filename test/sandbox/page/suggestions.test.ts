import { SUGGESTIONS } from './scene.ts';

interface Prepared {
  full: string;
  literal: string;
  hasRest: boolean;
}

const file = new URL('../../../sandbox/page/assets/forms/suggestions.js', import.meta.url).href;
const { prepareSuggestions, matchingSuggestions } = (await import(file)) as {
  prepareSuggestions(suggestions: { text: string; help: string }[], command: string): Prepared[];
  matchingSuggestions(prepared: Prepared[], typed: string): Prepared[];
};

const prepared = prepareSuggestions(
  [...SUGGESTIONS, { text: 'hold <backup>', help: 'keeps one' }],
  '/circleci-backup',
);

it.each([
  ['/', 5],
  ['/circleci-backup', 5],
  ['/circleci-backup ', 5],
  ['/circleci-backup re', 1],
  ['/CIRCLECI-backup ho', 1],
  ['/circleci-backup status', 0],
  ['/circleci-backup now prod', 1],
  ['/circleci-backup nowhere', 0],
  ['/other', 0],
  ['words', 0],
  ['', 0],
])('offers for %j %i lines', (typed, count) => {
  expect(matchingSuggestions(prepared, typed)).toHaveLength(count);
});

it('inserts the words and leaves what only explains', () => {
  expect(prepared.map(({ literal }) => literal)).toContain('/circleci-backup hold');
  expect(prepared.find(({ literal }) => literal.endsWith('status'))).toMatchObject({ hasRest: false });
});
