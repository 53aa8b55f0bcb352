import { parseBuildUrls } from '../../src/core/cleanup/builds.ts';
import { clojureString, deleteBuildForm, findBuildForm } from '../../src/core/cleanup/clojure.ts';
import { AT, createBuildTexts, randomOf } from '../core/cleanup/build-texts.ts';
import { needClojure, readByClojure } from './clojure.ts';

beforeAll(needClojure);

const seed = (Date.now() ^ (process.pid << 8)) >>> 0;

test(`what gets through the parser is one call with one string (seed ${seed})`, () => {
  const next = createBuildTexts(seed);
  const urls = new Set<string>();
  const builds = Array.from({ length: 50_000 }, next)
    .flatMap((text) => parseBuildUrls(text, AT).builds)
    .filter(({ url }) => urls.size < urls.add(url).size);
  expect(builds.length).toBeGreaterThan(10_000);
  const read = readByClojure(builds.flatMap((build) => [deleteBuildForm(build), findBuildForm(build)]));
  expect(read).toEqual(
    builds.flatMap(({ url }) => [
      { name: 'admin/delete-build', texts: [url] },
      { name: 'circle.model.build/find-one-by-circle-url', texts: [url] },
    ]),
  );
});

test(`any text is a literal that reads back as itself (seed ${seed})`, () => {
  const random = randomOf(seed);
  const unit = () => (random(4) === 0 ? random(0x10000) : random(0x80));
  const texts = Array.from({ length: 20_000 }, () =>
    String.fromCharCode(...Array.from({ length: random(30) }, unit)),
  );
  const read = readByClojure(texts.map((text) => `(f ${clojureString(text)})`));
  expect(read.map(({ texts: [text] }) => text)).toEqual(texts);
});
