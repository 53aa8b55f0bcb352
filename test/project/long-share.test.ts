import { globSync } from 'node:fs';
import { SUITES, shareOf } from '../../scripts/long-share.ts';
import { ROOT } from './source-files.ts';

const commits = Array.from({ length: 300 }, (_, i) => `${i}`.padStart(40, '0'));

const costOf = (commit: string) =>
  shareOf(commit).reduce((sum, { NAME, COUNT }) => {
    const { first, further } = SUITES[NAME] ?? { first: Number.NaN, further: 0 };
    return sum + first + (COUNT - 1) * further;
  }, 0);

test('the share of the long tests is drawn from suites that there are, and leaves out none', () => {
  const files = globSync('test/**/*.{drawn,long}.ts', { cwd: ROOT });
  const found = Object.keys(SUITES).map((name) =>
    files.filter((file) => new RegExp(`/${name}\\.(drawn|long)`).test(file)),
  );
  expect(found.map(({ length }) => length)).toEqual(found.map(() => 1));
  expect(found.flat().sort()).toEqual(files.sort());
});

test('it is the same for a commit, fits into its time, and in the end everything is played', () => {
  expect(shareOf('abc')).toEqual(shareOf('abc'));
  const played = new Map<string, number>();
  for (const commit of commits) {
    const shares = shareOf(commit);
    expect(shares.length).toBeGreaterThanOrEqual(2);
    expect(costOf(commit)).toBeLessThanOrEqual(300);
    for (const { NAME } of shares) played.set(NAME, (played.get(NAME) ?? 0) + 1);
  }
  for (const name of Object.keys(SUITES)) expect(played.get(name)).toBeGreaterThan(commits.length / 20);
});
