import type { RunningBuild } from '../../core/cleanup/builds-api.ts';
import { buildPath } from '../../core/cleanup/results.ts';
import {
  chosenBuilds,
  type ListMove,
  moved,
  othersOf,
  type StuckList,
  withTicked,
} from '../../core/cleanup/stuck-list.ts';
import type { Person } from '../../core/model/person.ts';
import type { Target } from '../../core/model/target.ts';
import { explain, ProblemError } from '../../core/problems/problem.ts';
import type { Collection } from '../../core/store/collections.ts';
import { restoredBefore } from '../base/restored-before.ts';
import { COMMAND, type Needs } from '../base/verb.ts';

/** CircleCI's list comes in pages of a hundred, and it may be busy. */
const LOOK_LIMIT_MS = 5 * 60_000;

/** The form that is open: whose it is, and of which list. */
export interface OpenList {
  person: Person;
  target: string;
  madeAt: number;
}

/** What a page shows as ticked: a group's first place, and the places ticked in it. */
export type Ticked = ReadonlyMap<number, readonly number[]>;

/** Looks up the stuck builds and keeps them for the form; in place of them, why there are none to show. */
export async function loadStuck(
  { target, person, before }: { target: Target; person: Person; before?: number },
  deps: Needs<'buildsApi' | 'clock' | 'ec2' | 'log' | 'store' | 'timeLimit'>,
): Promise<StuckList | { trouble: string }> {
  try {
    const limit = before === undefined ? await byRestore(target, deps) : byHand(before);
    if (limit === undefined) return { trouble: unknownLimit(target) };
    return await keep(await listOf(target, limit, deps), person, deps);
  } catch (error) {
    if (error instanceof ProblemError) {
      const { reason, next } = explain(error.problem);
      return { trouble: `${reason} ${next}` };
    }
    deps.log.error({ err: error, target: target.name }, 'stuck builds could not be looked up');
    return { trouble: 'The builds could not be looked up; the bot’s log has the details. Nothing was done.' };
  }
}

interface Limit {
  before: number;
  beforeIs: string;
}

function byHand(before: number): Limit {
  return { before, beforeIs: 'as you typed it' };
}

async function byRestore(target: Target, deps: Needs<'ec2' | 'store'>): Promise<Limit | undefined> {
  const found = await restoredBefore(target, deps);
  if (found === undefined) return undefined;
  const { backupId, instanceId, madeAt } = found;
  return { before: madeAt, beforeIs: `when ${backupId} was made, from which ${instanceId} was restored` };
}

function unknownLimit({ name }: Target): string {
  return (
    `The bot knows of no restore of the machine of ${name}, so it cannot tell builds that are stuck from real ones. ` +
    `Say before when they began: ${COMMAND} cleanup stuck ${name} --before 2026-10-01`
  );
}

const WAITS = { queued: 'queued', scheduled: 'scheduled', not_running: 'not running yet' } as const;

async function listOf(
  target: Target,
  limit: Limit,
  deps: Needs<'buildsApi' | 'clock' | 'timeLimit'>,
): Promise<StuckList> {
  const api = deps.buildsApi(target);
  if (api === undefined) throw new Error('a target without an API has no list of stuck builds');
  const signal = deps.timeLimit(LOOK_LIMIT_MS);
  const found = await api.unfinished({ before: limit.before, signal });
  return {
    target: target.name,
    ...limit,
    builds: found.stuck,
    waiting: othersOf(found.waiting, ({ build, state }) => `${buildPath(build)}, ${WAITS[state]}`),
    later: othersOf(found.later, ({ build }) => buildPath(build)),
    unreadable: found.unreadable,
    looked: found.looked,
    isAll: found.isAll,
    chosen: [],
    page: 0,
    revision: 0,
    madeAt: deps.clock.now(),
  };
}

async function keep(list: StuckList, person: Person, { store }: Needs<'store'>): Promise<StuckList> {
  const id = idOf({ person, target: list.target });
  const hasSome = list.builds.length > 0;
  for (;;) {
    const before = await store.stuckLists.get(id);
    const isKept =
      before === undefined
        ? await store.stuckLists.insert(id, list, hasSome)
        : await store.stuckLists.replace(id, before.version, list, hasSome);
    if (isKept) return list;
  }
}

function idOf({ person, target }: Pick<OpenList, 'person' | 'target'>): string {
  return `${person.userId}/${target}`;
}

/** Another page, or other marks; undefined where the form is of a list that another one has replaced. */
export async function moveStuck(
  open: OpenList,
  ticked: Ticked,
  move: ListMove,
  deps: Needs<'store'>,
): Promise<StuckList | undefined> {
  return changed(deps.store.stuckLists, open, (list) => moved(withTicked(list, ticked), move));
}

/** What was picked on all pages; the list is forgotten with it. */
export async function takeStuck(
  open: OpenList,
  ticked: Ticked,
  deps: Needs<'store'>,
): Promise<RunningBuild[] | undefined> {
  let chosen: RunningBuild[] = [];
  const taken = await changed(deps.store.stuckLists, open, (list) => {
    chosen = chosenBuilds(withTicked(list, ticked));
    return { ...list, builds: [], chosen: [] };
  });
  return taken === undefined ? undefined : chosen;
}

async function changed(
  lists: Collection<StuckList>,
  open: OpenList,
  change: (list: StuckList) => StuckList,
): Promise<StuckList | undefined> {
  const id = idOf(open);
  for (;;) {
    const kept = await lists.get(id);
    // One that is empty was sent already.
    if (kept === undefined || kept.value.madeAt !== open.madeAt || kept.value.builds.length === 0)
      return undefined;
    const next = change(kept.value);
    if (await lists.replace(id, kept.version, next, next.builds.length > 0)) return next;
  }
}
