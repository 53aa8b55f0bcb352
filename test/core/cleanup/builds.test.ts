import { refusalInWords } from '../../../src/core/cleanup/build-refusal.ts';
import { buildOf, MOST_BUILDS, parseBuildUrls, type Refusal } from '../../../src/core/cleanup/builds.ts';

const AT = 'https://ci.example.com';
const ONE = `${AT}/gh/acme/web/7`;

/** The one build in a text, else why it was refused. */
function read(text: string, at = AT): string {
  const { builds, refused } = parseBuildUrls(text, at);
  expect(builds.length + refused.length).toBe(1);
  return builds[0]?.url ?? refused[0]?.reason ?? '';
}

describe('one address', () => {
  test.each([
    [ONE, ONE],
    ['http://ci.example.com/gh/acme/web/7', ONE],
    ['HTTPS://CI.Example.COM/gh/acme/web/7', ONE],
    ['https://ci.example.com:443/gh/acme/web/7', ONE],
    ['http://ci.example.com:80/gh/acme/web/7', ONE],
    [`${AT}/github/acme/web/7`, ONE],
    [`${AT}/bb/acme/web/7`, `${AT}/bb/acme/web/7`],
    [`${AT}/bitbucket/acme/web/7`, `${AT}/bb/acme/web/7`],
    [`${ONE}/`, ONE],
    [`${ONE}#tests/containers/0`, ONE],
    [`${ONE}?utm=1&amp;x=2`, ONE],
    [`${ONE}/?a=b#c`, ONE],
    [`<${ONE}>`, ONE],
    [`<${ONE}|the build, that hangs>`, ONE],
    [`\`${ONE}\``, ONE],
    [`"${ONE}"`, ONE],
    [`“${ONE}”,`, ONE],
    [`(${ONE})`, ONE],
    [`[${ONE}].`, ONE],
    [`${ONE}.`, ONE],
    [`${ONE};`, ONE],
    [`'<${ONE}|label>'.`, ONE],
    [`<${ONE}|label>:`, ONE],
    [`*<${ONE}>*`, ONE],
    [`"${ONE}."`, ONE],
    [`${AT}/gh/Acme-Inc/my.web-app_2/2147483647`, `${AT}/gh/Acme-Inc/my.web-app_2/2147483647`],
    [`${AT}/gh/acme/.github/7`, `${AT}/gh/acme/.github/7`],
    [`${AT}/gh/pipelines/pipelines/7`, `${AT}/gh/pipelines/pipelines/7`],
  ])('%s is %s', (text, url) => {
    expect(read(text)).toBe(url);
  });

  test.each<[text: string, reason: Refusal]>([
    [`${AT}/gh/acme/${'w'.repeat(10_000)}/7`, 'too-long'],
    [`${AT}/gh/acme/web/7")(println`, 'characters'],
    [`${AT}/gh/acme/web"/7`, 'characters'],
    [`${AT}/gh/acme/web'/7`, 'characters'],
    [`${AT}/gh/acme/web\u0000/7`, 'characters'],
    [`${AT}/gh/acme/web/7\u0004`, 'characters'],
    [`${AT}/gh/acme/web/7#")`, 'characters'],
    [`${AT}\\gh\\acme\\web\\7`, 'characters'],
    [`https:\\\\ci.example.com/gh/acme/web/7`, 'characters'],
    [`${AT}/gh/acmé/web/7`, 'characters'],
    [`${AT}/gh/acme/web/７`, 'characters'],
    [`\u200b${ONE}`, 'characters'],
    [`((${ONE}))`, 'characters'],
    [`(${ONE}`, 'characters'],
    [`evil<${ONE}>`, 'characters'],
    [`<${ONE}`, 'characters'],
    [`<${ONE}><${ONE}>`, 'characters'],
    [`${AT}/gh/acme/web%2f7/7`, 'percent'],
    [`${AT}/gh/acme/%2e%2e/7`, 'percent'],
    ['ci.example.com/gh/acme/web/7', 'scheme'],
    ['ftp://ci.example.com/gh/acme/web/7', 'scheme'],
    ['stuck', 'scheme'],
    ['https:/ci.example.com/gh/acme/web/7', 'scheme'],
    ['https://ana@ci.example.com/gh/acme/web/7', 'user'],
    ['https://ci.example.com@evil.example/gh/acme/web/7', 'user'],
    ['https://evil.example/gh/acme/web/7', 'host'],
    ['https://ci.example.com.evil.example/gh/acme/web/7', 'host'],
    ['https://ci.example.com./gh/acme/web/7', 'host'],
    ['https://ci.example.com:8443/gh/acme/web/7', 'host'],
    ['http://ci.example.com:443/gh/acme/web/7', 'host'],
    [`https://evil.example?${ONE}`, 'host'],
    [`<https://evil.example/gh/acme/web/7|${ONE}>`, 'host'],
    ['https:///gh/acme/web/7', 'host'],
    [`${AT}/gh/acme/../web/7`, 'dots'],
    [`${AT}/gh/./web/7`, 'dots'],
    [`${AT}/pipelines/github/acme/web/7`, 'pipeline'],
    [`${AT}/pipelines/gh/7`, 'pipeline'],
    [AT, 'path'],
    [`${AT}/gh/acme/web`, 'path'],
    [`${AT}/gh/acme/web/`, 'path'],
    [`${AT}/gh/acme/web/7/8`, 'path'],
    [`${AT}/gh/acme/web/7//`, 'path'],
    [`${AT}//gh/acme/web/7`, 'path'],
    [`${AT}/GH/acme/web/7`, 'path'],
    [`${AT}/constructor/acme/web/7`, 'path'],
    [`${AT}/gh/http://evil/7`, 'path'],
    [`${AT}/gh//web/7`, 'name'],
    [`${AT}/gh/ac.me/web/7`, 'name'],
    [`${AT}/gh/acme/web;x/7`, 'name'],
    [`${AT}/gh/${'a'.repeat(101)}/web/7`, 'name'],
    [`${AT}/gh/acme/web/0`, 'number'],
    [`${AT}/gh/acme/web/07`, 'number'],
    [`${AT}/gh/acme/web/-7`, 'number'],
    [`${AT}/gh/acme/web/7.0`, 'number'],
    [`${AT}/gh/acme/web/1e3`, 'number'],
    [`${AT}/gh/acme/web/2147483648`, 'number'],
    [`${AT}/gh/acme/tree/main`, 'number'],
  ])('%j is refused: %s', (text, reason) => {
    expect(read(text)).toBe(reason);
  });

  test.each([
    ['http://[::1]:8080', 'http://[::1]:8080/gh/a/b/1'],
    ['http://ci:8080', 'https://ci:8080/gh/a/b/1'],
    ['http://ci', 'https://ci/gh/a/b/1'],
  ])('takes its scheme, host and port from the target %s', (at, typed) => {
    expect(read(typed, at)).toBe(`${at}/gh/a/b/1`);
  });
});

describe('many', () => {
  const url = (n: number) => `${AT}/gh/acme/web/${n}`;

  test.each([' ', ',', ', ', '\n', '\r\n', '\t'])('stand between %j', (between) => {
    const { builds, refused } = parseBuildUrls([url(1), `<${url(2)}|b, c>`, url(3)].join(between), AT);
    expect(builds.map((build) => build.number)).toEqual([1, 2, 3]);
    expect(refused).toEqual([]);
  });

  test('are kept once each, and what was typed again is told', () => {
    const again = `${AT}/github/acme/web/1/`;
    const { builds, duplicates } = parseBuildUrls([url(1), url(2), again, url(1)].join(' '), AT);
    expect(builds.map((build) => build.url)).toEqual([url(1), url(2)]);
    expect(duplicates.map((build) => build.url)).toEqual([url(1)]);
  });

  test('are refused one by one, and what is around them stays out', () => {
    const { builds, refused } = parseBuildUrls(`${url(1)} ")(println :x)(" ${url(2)}`, AT);
    expect(builds.map((build) => build.number)).toEqual([1, 2]);
    expect(refused).toEqual([
      { text: '")(println', reason: 'characters', character: '“"”' },
      { text: ':x)("', reason: 'characters', character: '“)”' },
    ]);
  });

  test('the one behind the 500th is refused', () => {
    const all = Array.from({ length: MOST_BUILDS + 1 }, (_, n) => url(n + 1));
    const { builds, refused } = parseBuildUrls([...all, url(1)].join(' '), AT);
    expect(builds).toHaveLength(500);
    expect(refused).toEqual([{ text: url(501), reason: 'too-many' }]);
  });

  test('none is in an empty text', () => {
    expect(parseBuildUrls(' ,\n', AT)).toEqual({ builds: [], refused: [], duplicates: [] });
  });

  test('what is refused is shown as one short line', () => {
    const [refused] = parseBuildUrls(`x\u0000\u001b[31m${'y'.repeat(5_000)}`, AT).refused;
    expect(refused?.text).toMatch(/^x \[31my+…$/);
    expect(Array.from(refused?.text ?? '')).toHaveLength(100);
  });
});

test('a build is made of the parts that an API names', () => {
  const parts = { vcs: 'github', org: 'acme', project: 'web', number: 7 };
  expect(buildOf(parts, AT)).toEqual({ ...parts, vcs: 'gh', url: ONE });
  expect(buildOf({ ...parts, vcs: 'svn' }, AT)).toBeUndefined();
  expect(buildOf({ ...parts, project: 'a/b' }, AT)).toBeUndefined();
  expect(buildOf({ ...parts, number: 1.5 }, AT)).toBeUndefined();
  expect(buildOf({ ...parts, number: Number.NaN }, AT)).toBeUndefined();
});

test.each<[Refusal, string]>([
  ['too-long', 'longer than any build’s address'],
  ['characters', 'holds a character, which no build’s address has'],
  ['percent', 'holds percent-encoding, which no build’s address needs'],
  ['scheme', 'not a web address; type it whole, as https://ci.example.com/gh/ORG/PROJECT/NUMBER'],
  ['user', 'holds a user name or password; leave that out'],
  ['host', 'not at https://ci.example.com, which is this target'],
  ['dots', 'holds . or .. in its path'],
  [
    'pipeline',
    'a pipeline of CircleCI Server 3; a build’s address is https://ci.example.com/gh/ORG/PROJECT/NUMBER',
  ],
  ['path', 'not a build’s address, which is https://ci.example.com/gh/ORG/PROJECT/NUMBER'],
  ['name', 'not names that an organization and a project can have'],
  ['number', 'not a build number: those are whole, from 1 to 2147483647, without zeros in front'],
  ['too-many', 'one too many: 500 builds can be cleaned up at once; type it in the next command'],
])('the reason %s is: %s', (reason, words) => {
  expect(refusalInWords({ reason }, AT)).toBe(words);
});

test.each([
  [`${ONE}")`, '“"”'],
  [`${AT}/gh/acme/wеb/7`, '“е” (U+0435)'],
  [`${ONE}\u200b`, 'an invisible character (U+200B)'],
  [`${AT}/gh/acme/web‑2/7`, '“‑” (U+2011)'],
  [`${ONE}\u0007`, 'an invisible character (U+0007)'],
])('of %j the character is named: %s', (text, words) => {
  const [refused] = parseBuildUrls(text, AT).refused;
  expect(refused && refusalInWords(refused, AT)).toBe(`holds ${words}, which no build’s address has`);
});
