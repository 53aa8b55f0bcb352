import fc from 'fast-check';
import { type Build, parseBuildUrls } from '../../../src/core/cleanup/builds.ts';
import { clojureString, deleteBuildForm, findBuildForm } from '../../../src/core/cleanup/clojure.ts';
import { AT, createBuildTexts } from './build-texts.ts';
import { readClojureCall } from './clojure-reader.ts';

const BUILD: Build = {
  vcs: 'gh',
  org: 'acme',
  project: 'web.app',
  number: 7,
  url: `${AT}/gh/acme/web.app/7`,
};

test('the two forms', () => {
  expect(deleteBuildForm(BUILD)).toBe('(admin/delete-build "https://ci.example.com:8443/gh/acme/web.app/7")');
  expect(findBuildForm(BUILD)).toBe(
    '(circle.model.build/find-one-by-circle-url "https://ci.example.com:8443/gh/acme/web.app/7")',
  );
});

test.each<[string, Partial<Build>]>([
  ['another address than its parts', { url: `${AT}/gh/acme/web.app/8` }],
  ['a host that ends the string', { url: 'https://ci")(println "/gh/acme/web.app/7' }],
  ['a project that ends the string', { project: '")(x "', url: `${AT}/gh/acme/")(x "/7` }],
  ['no host', { url: '/gh/acme/web.app/7' }],
  ['an address that goes on', { url: `${BUILD.url}/8` }],
])('no form is made of %s', (_, change) => {
  expect(() => deleteBuildForm({ ...BUILD, ...change })).toThrow('is not a build');
  expect(() => findBuildForm({ ...BUILD, ...change })).toThrow('is not a build');
});

test.each([
  ['plain', '"plain"'],
  ['"', '"\\""'],
  ['\\', '"\\\\"'],
  ['a\nb\u0000\u0004\u007f', '"a\\u000ab\\u0000\\u0004\\u007f"'],
  ['é🚀', '"\\u00e9\\ud83d\\ude80"'],
  ['', '""'],
])('%j is the literal %s', (text, literal) => {
  expect(clojureString(text)).toBe(literal);
});

test('every text is a literal of printable ASCII that reads back as itself', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.nat(0xffff)).map(codeUnits));
  fc.assert(
    fc.property(text, (any) => {
      const literal = clojureString(any);
      expect(literal).toMatch(/^"[ -~]*"$/);
      expect(readClojureCall(`(f ${literal})`)).toEqual({ name: 'f', texts: [any] });
    }),
  );
});

function codeUnits(units: number[]): string {
  return String.fromCharCode(...units);
}

const A_MILLION = 1_000_000;
const SHAPE =
  /^https:\/\/ci\.example\.com:8443\/(gh|bb)\/([A-Za-z0-9_-]+)\/([A-Za-z0-9._-]+)\/([1-9][0-9]*)$/;

test('of a million texts, what gets through has the one shape and is one call with one string', () => {
  const seed = (Date.now() ^ (process.pid << 8)) >>> 0;
  const next = createBuildTexts(seed);
  let passed = 0;
  let refused = 0;
  let text = '';
  try {
    for (let n = 0; n < A_MILLION; n += 1) {
      text = next();
      const parsed = parseBuildUrls(text, AT);
      refused += parsed.refused.length;
      for (const build of parsed.builds) {
        passed += 1;
        wellFormed(build, text);
      }
    }
  } catch (error) {
    throw new Error(`seed ${seed}: ${JSON.stringify(text)}`, { cause: error });
  }
  // Of a generator that makes only one kind, the test would say nothing.
  expect([passed > A_MILLION / 10, refused > A_MILLION / 10]).toEqual([true, true]);
}, 300_000);

/** Without `expect`, which would take minutes for so many. */
function wellFormed(build: Build, text: string): void {
  const [, vcs, org, project = '', number] = SHAPE.exec(build.url) ?? [];
  const same = vcs === build.vcs && org === build.org && project === build.project;
  if (!same || Number(number) !== build.number || build.number > 2 ** 31 - 1)
    throw new Error('its parts differ');
  if (/^\.\.?$/.test(project)) throw new Error('a path that leads elsewhere');
  if (!text.includes(`/${org}/${project}/${number}`)) throw new Error('nobody typed that');
  readsAs(deleteBuildForm(build), 'admin/delete-build', build.url);
  readsAs(findBuildForm(build), 'circle.model.build/find-one-by-circle-url', build.url);
}

function readsAs(form: string, name: string, url: string): void {
  const call = readClojureCall(form);
  if (call.name !== name || call.texts.length !== 1 || call.texts[0] !== url)
    throw new Error(`it reads: ${form}`);
}
