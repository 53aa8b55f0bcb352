import { MOST_BUILDS } from './builds.ts';
import type { RunningBuild } from './builds-api.ts';

/** Ten in a group of checkboxes is what Slack takes; five of them are what a person reads at once. */
export const GROUP = 10;
export const PAGE = 5 * GROUP;

/** Builds that nobody picks; the first few of them as text, e.g. `gh/acme/web/12, queued`. */
export interface Others {
  count: number;
  some: string[];
}

const SOME = 5;

export function othersOf<T>(builds: readonly T[], inWords: (build: T) => string): Others {
  return { count: builds.length, some: builds.slice(0, SOME).map(inWords) };
}

/** The stuck builds of a target that a person picks from; kept while the form is open, one a person and target. */
export interface StuckList {
  target: string;
  /** Begun at or before it, in ms; and what it is, e.g. `when bk-… was made, from which i-… was restored`. */
  before: number;
  beforeIs: string;
  /** The oldest first. */
  builds: RunningBuild[];
  /** Shown and not offered: not begun yet, and begun after `before`. */
  waiting: Others;
  later: Others;
  unreadable: number;
  looked: number;
  isAll: boolean;
  /** Places in `builds`, rising. */
  chosen: number[];
  /** From 0. */
  page: number;
  /** Rises with each change: Slack takes new marks only for checkboxes that it has not shown before. */
  revision: number;
  /** ms since epoch; tells the form that is open from one that was open before. */
  madeAt: number;
}

export function pagesOf({ builds }: Pick<StuckList, 'builds'>): number {
  return Math.max(1, Math.ceil(builds.length / PAGE));
}

/** Places of the first build of each group on this page. */
export function groupsOf({ builds, page }: Pick<StuckList, 'builds' | 'page'>): number[] {
  const firsts: number[] = [];
  for (let at = page * PAGE; at < Math.min(builds.length, (page + 1) * PAGE); at += GROUP) firsts.push(at);
  return firsts;
}

/** The list with what a page shows now; `groups` maps a group's first place to the places that are ticked in it. */
export function withTicked(list: StuckList, groups: ReadonlyMap<number, readonly number[]>): StuckList {
  const isShown = (place: number) => groups.has(place - (place % GROUP));
  const ticked = [...groups].flatMap(([first, places]) =>
    places.filter((place) => place >= first && place < Math.min(first + GROUP, list.builds.length)),
  );
  const chosen = [...list.chosen.filter((place) => !isShown(place)), ...ticked];
  return { ...list, chosen: [...new Set(chosen)].sort((a, b) => a - b) };
}

export type ListMove = 'next' | 'previous' | 'all' | 'none';

export const LIST_MOVES: readonly ListMove[] = ['next', 'previous', 'all', 'none'];

/** As many as can be cleaned up at once, the oldest first, where all are asked for. */
export function moved(list: StuckList, move: ListMove): StuckList {
  const next = { ...list, revision: list.revision + 1 };
  const last = pagesOf(list) - 1;
  switch (move) {
    case 'next':
      return { ...next, page: Math.min(list.page + 1, last) };
    case 'previous':
      return { ...next, page: Math.max(list.page - 1, 0) };
    case 'all':
      return { ...next, chosen: list.builds.slice(0, MOST_BUILDS).map((_, place) => place) };
    case 'none':
      return { ...next, chosen: [] };
  }
}

export function chosenBuilds({ builds, chosen }: StuckList): RunningBuild[] {
  return chosen.flatMap((place) => builds[place] ?? []);
}
