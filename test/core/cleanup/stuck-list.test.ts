import fc from 'fast-check';
import { MOST_BUILDS, parseBuildUrls } from '../../../src/core/cleanup/builds.ts';
import type { RunningBuild } from '../../../src/core/cleanup/builds-api.ts';
import {
  chosenBuilds,
  GROUP,
  groupsOf,
  type ListMove,
  moved,
  othersOf,
  PAGE,
  pagesOf,
  type StuckList,
  withTicked,
} from '../../../src/core/cleanup/stuck-list.ts';

const AT = 'https://ci.example.com';

function builds(many: number): RunningBuild[] {
  return Array.from({ length: many }, (_, n) => {
    const [build] = parseBuildUrls(`${AT}/gh/acme/web/${n + 1}`, AT).builds;
    if (build === undefined) throw new Error('no build');
    return { build, startedAt: n };
  });
}

function list(many: number, more: Partial<StuckList> = {}): StuckList {
  return {
    target: 'prod',
    before: 1,
    beforeIs: 'as you typed it',
    builds: builds(many),
    waiting: othersOf([], String),
    later: othersOf([], String),
    unreadable: 0,
    looked: many,
    isAll: true,
    chosen: [],
    page: 0,
    revision: 0,
    madeAt: 0,
    ...more,
  };
}

test.each([
  [0, 1, 0],
  [1, 1, 1],
  [PAGE, 1, 5],
  [PAGE + 1, 2, 1],
  [130, 3, 3],
])('%d builds are %d pages, the last with %d groups', (many, pages, groups) => {
  const whole = list(many);
  expect(pagesOf(whole)).toBe(pages);
  expect(groupsOf({ ...whole, page: pages - 1 })).toHaveLength(groups);
});

test('what is ticked on one page leaves the others as they are', () => {
  const before = list(130, { chosen: [3, 60, 129], page: 1 });
  const after = withTicked(before, new Map([[60, [61, 62]]]));
  expect(after.chosen).toEqual([3, 61, 62, 129]);
  expect(chosenBuilds(after).map(({ build }) => build.number)).toEqual([4, 62, 63, 130]);
});

test('places that no group of the list shows are nobody’s', () => {
  expect(withTicked(list(12), new Map([[10, [10, 11, 12, 99, 3]]])).chosen).toEqual([10, 11]);
});

test('each move shows the checkboxes anew, and stays within the pages', () => {
  const one = moved(list(60), 'next');
  expect([one.page, one.revision]).toEqual([1, 1]);
  expect(moved(one, 'next').page).toBe(1);
  expect(moved(moved(one, 'previous'), 'previous')).toMatchObject({ page: 0, revision: 3 });
});

test('all are no more than can be cleaned up at once, the oldest first', () => {
  const all = moved(list(MOST_BUILDS + 5), 'all');
  expect(chosenBuilds(all)).toHaveLength(MOST_BUILDS);
  expect(all.chosen[0]).toBe(0);
  expect(moved(all, 'none').chosen).toEqual([]);
});

test('a walk over the pages keeps exactly what was ticked last on each', () => {
  const step = fc.record({
    move: fc.constantFrom<ListMove>('next', 'previous'),
    ticked: fc.uniqueArray(fc.nat(PAGE - 1)),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 160 }), fc.array(step, { maxLength: 12 }), (many, steps) => {
      let now = list(many);
      const expected = new Set<number>();
      for (const { move, ticked } of steps) {
        const groups = new Map(
          groupsOf(now).map((first): [number, number[]] => [
            first,
            ticked
              .map((place) => now.page * PAGE + place)
              .filter((place) => place >= first && place < first + GROUP && place < many),
          ]),
        );
        for (const [first, places] of groups) {
          for (let place = first; place < first + GROUP; place += 1) expected.delete(place);
          for (const place of places) expected.add(place);
        }
        now = moved(withTicked(now, groups), move);
      }
      expect(now.chosen).toEqual([...expected].sort((a, b) => a - b));
    }),
  );
});

test('others are counted, and some of them told', () => {
  expect(othersOf([1, 2, 3, 4, 5, 6, 7], (n) => `#${n}`)).toEqual({
    count: 7,
    some: ['#1', '#2', '#3', '#4', '#5'],
  });
});
