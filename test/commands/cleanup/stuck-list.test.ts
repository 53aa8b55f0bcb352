import { loadStuck, moveStuck, takeStuck } from '../../../src/commands/cleanup/stuck-list.ts';
import { parseBuildUrls } from '../../../src/core/cleanup/builds.ts';
import type { BuildsApi } from '../../../src/core/cleanup/builds-api.ts';
import { ANA, BEN, NOW, PROD, type Scene, scene } from '../fakes.ts';

const AT = 'https://ci.example.com';

/** CircleCI with so many stuck builds. */
function api(many: number): BuildsApi {
  const urls = Array.from({ length: many }, (_, n) => `${AT}/gh/acme/web/${n + 1}`).join(' ');
  return {
    stillRunning: async () => new Map(),
    unfinished: async () => ({
      stuck: parseBuildUrls(urls, AT).builds.map((build) => ({ build, startedAt: 1 })),
      later: [],
      waiting: [],
      unreadable: 0,
      looked: many,
      isAll: true,
    }),
  };
}

async function open(here: Scene, many = 60) {
  here.deps.buildsApi = () => api(many);
  const list = await loadStuck({ target: PROD, person: ANA, before: NOW }, here.deps);
  if ('trouble' in list) throw new Error(list.trouble);
  return { person: ANA, target: 'prod', madeAt: list.madeAt };
}

const none = new Map<number, number[]>();

test('what is ticked on every page is taken, once', async () => {
  const here = scene();
  const list = await open(here);
  await moveStuck(list, new Map([[0, [2]]]), 'next', here.deps);
  const taken = await takeStuck(list, new Map([[50, [51]]]), here.deps);
  expect(taken?.map(({ build }) => build.number)).toEqual([3, 52]);
  expect(await takeStuck(list, none, here.deps)).toBeUndefined();
  expect(await moveStuck(list, none, 'next', here.deps)).toBeUndefined();
});

test('a form that a newer one has replaced changes nothing and takes nothing', async () => {
  const here = scene();
  const old = await open(here);
  await here.clock.advance(1);
  const newer = await open(here);
  expect(await moveStuck(old, new Map([[0, [1]]]), 'all', here.deps)).toBeUndefined();
  expect(await takeStuck(old, new Map([[0, [1]]]), here.deps)).toBeUndefined();
  expect((await takeStuck(newer, new Map([[0, [4]]]), here.deps))?.map(({ build }) => build.number)).toEqual([
    5,
  ]);
});

test('each person has a list of their own', async () => {
  const here = scene();
  const list = await open(here);
  expect(await takeStuck({ ...list, person: BEN }, new Map([[0, [1]]]), here.deps)).toBeUndefined();
});

test('a list that another click has changed meanwhile is read again', async () => {
  const here = scene();
  const list = await open(here);
  await Promise.all([
    moveStuck(list, new Map([[0, [1]]]), 'next', here.deps),
    moveStuck(list, new Map([[10, [11]]]), 'next', here.deps),
  ]);
  const taken = await takeStuck(list, none, here.deps);
  expect(taken?.map(({ build }) => build.number)).toEqual([2, 12]);
});
