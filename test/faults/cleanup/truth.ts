import { buildPath } from '../../../sandbox/machine/circleci/build-record.ts';
import { type BuildState, buildPath as pathOf } from '../../../src/core/cleanup/results.ts';
import type { RunEnd } from '../../../src/core/run/run-view.ts';
import { cleanupInput } from '../../../src/runs/cleanup.ts';
import { ofApplication } from '../backup/truth.ts';
import type { Left } from '../schedules/left.ts';
import { broken, type Check, unapproved } from '../schedules/promises.ts';
import type { CleanUpWorld } from './cleaning-up.ts';

/** A machine's own, besides those that the bot may delete. */
const BUILDS = 24;

/** Promises of a clean-up that were broken. */
export function brokenByCleanUp(world: CleanUpWorld, left: Left): string[] {
  const { deleted, machines, guard } = world;
  const done = left.approvals.filter(({ runId }) => !unapproved(left).includes(runId));
  const planned = done.flatMap(({ plan }) => cleanupInput.safeParse(plan.start.input).data?.builds ?? []);
  const strangers = [...machines.running.values()].filter(({ instanceId }) => !guard.isOwn(instanceId));
  const ends = left.begun.flatMap(({ view }) =>
    view.kind === 'cleanup' && view.end !== undefined ? ofEnd(world, left, view.runId, view.end) : [],
  );
  return broken([
    ...[...deleted].flatMap(([path, times]): Check[] => [
      [times === 1, `${path} was deleted ${times} times`],
      [planned.some((build) => pathOf(build) === path), `${path} was deleted, and no approved plan names it`],
    ]),
    ...ends,
    ...ofApplication(world, left),
    [strangers.every(({ disk }) => disk.builds.length >= BUILDS), 'builds of others were deleted'],
  ]);
}

function ofEnd({ deleted, machines, guard }: CleanUpWorld, left: Left, runId: string, end: RunEnd): Check[] {
  const plan = left.approvals.find((one) => one.runId === runId)?.plan;
  const { builds } = cleanupInput.parse(plan?.start.input);
  const there = new Set(machines.running.get(guard.machine.instanceId)?.disk.builds.map(buildPath));
  const rows = left.audit.filter(({ detail, ...row }) => row.runId === runId && detail.stage === 'build');
  const states = builds.map((build): { path: string; state: BuildState; times: number } => {
    const row = rows.find(({ detail }) => detail.build === build.url);
    const path = pathOf(build);
    // What was begun and not seen since has no row.
    const message = end.lines.find((line) => line.includes(`${path}: failed: its deletion was begun`));
    const unseen: BuildState =
      message === undefined ? { result: 'not-tried' } : { result: 'failed', message };
    const state = (row?.detail as unknown as BuildState | undefined) ?? unseen;
    return { path, state, times: deleted.get(path) ?? 0 };
  });
  const count = (...results: BuildState['result'][]) =>
    states.filter(({ state }) => results.includes(state.result)).length;
  const seenGone = end.facts.find(([name]) => name === 'Seen gone')?.[1];
  const open = count('failed', 'not-tried');
  return [
    ...states.flatMap(({ path, state, times }): Check[] => [
      [
        isTrue(state, there.has(path), times),
        `${path} is said to be ${JSON.stringify(state)}: deleted ${times} times, there: ${there.has(path)}`,
      ],
    ]),
    [new Set(rows.map(({ detail }) => detail.build)).size === rows.length, 'a build has two results'],
    [
      seenGone?.startsWith(`${count('deleted', 'gone')} of ${builds.length} `) === true,
      `it says “Seen gone: ${seenGone}”`,
    ],
    [
      !/cleaned up|found nothing/.test(end.headline) || open === 0,
      `it says “${end.headline}”, and ${open} are open`,
    ],
    [
      !/FAILED/.test(end.headline) || open === builds.length,
      `it says “${end.headline}”, and ${open} are open`,
    ],
  ];
}

/** Whether a result is as the machine has it; what was begun and not seen since is nothing of it. */
function isTrue(state: BuildState, isThere: boolean, times: number): boolean {
  switch (state.result) {
    case 'deleted':
      return times === 1 && !isThere;
    case 'gone':
      return !isThere;
    case 'already-gone':
      return times === 0 && !isThere;
    case 'finished':
    case 'not-tried':
      return times === 0;
    case 'failed':
      return !/Nothing was sent/.test(state.message) || times === 0;
  }
}
