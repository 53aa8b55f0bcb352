import { plannedMachine } from '../../core/approval/planned-machine.ts';
import type { Build, RefusedUrl } from '../../core/cleanup/builds.ts';
import { leaveFinished } from '../../core/cleanup/results.ts';
import type { Person } from '../../core/model/person.ts';
import type { Target } from '../../core/model/target.ts';
import { explain, ProblemError } from '../../core/problems/problem.ts';
import { CLEANUP, cleanupInput } from '../../runs/cleanup.ts';
import { findMachine } from '../../runs/find-machine.ts';
import { freeRunId } from '../../runs/request.ts';
import { askApproval } from '../approval/ask-approval.ts';
import { readingOptions } from '../base/call-options.ts';
import type { Reply } from '../base/reply.ts';
import type { Needs, PlanDeps } from '../base/verb.ts';
import { type ChosenBuild, cleanupPlan } from './plan.ts';

/** A person waits: what CircleCI does not answer by then is said. */
const LOOK_LIMIT_MS = 60_000;

export interface CleanupRequest {
  target: Target;
  person: Person;
  builds: readonly ChosenBuild[];
  refused?: readonly RefusedUrl[];
  duplicates?: readonly Build[];
  reason?: string;
}

/** Where the target's builds are; a refusal where they cannot be cleaned up at all. */
export function cleanable({ name, circleciUrl, ssh }: Target): { circleciUrl: string } | { refusal: Reply } {
  if (circleciUrl !== undefined && ssh !== undefined) return { circleciUrl };
  const missing = circleciUrl === undefined ? 'CIRCLECI_URL' : 'SSH_PRIVATE_KEY_FILE';
  return {
    refusal: {
      view: 'refusal',
      reason: `Builds of ${name} cannot be cleaned up: ${missing} is not set. Nothing was done.`,
      next: 'Set it, and start the bot again.',
    },
  };
}

/** Leaves alone what does not run, and puts the rest as a plan before those who may approve it. */
export async function requestCleanup(
  request: CleanupRequest,
  deps: PlanDeps & Needs<'buildsApi' | 'ec2' | 'log' | 'timeLimit'>,
): Promise<Reply> {
  const { target, person, refused = [], duplicates = [], reason = '' } = request;
  const at = cleanable(target);
  if ('refusal' in at) return at.refusal;
  const { circleciUrl } = at;
  const looked = await lookUp(target, request.builds, deps);
  const answer = {
    view: 'cleanup' as const,
    target: target.name,
    circleciUrl,
    refused,
    duplicates,
    notRunning: looked.notRunning,
    ...(looked.notLookedUp === undefined ? {} : { notLookedUp: looked.notLookedUp }),
  };
  if (looked.running.length === 0) {
    await deps.store.audit.append({
      at: deps.clock.now(),
      kind: 'refusal',
      verb: CLEANUP,
      target: target.name,
      actor: person,
      detail: { code: 'no-builds' },
    });
    return answer;
  }
  const requestedAt = deps.clock.now();
  const builds = looked.running.map(({ build }) => build);
  const { name, region, instance, channel } = target;
  const input = cleanupInput.parse({
    runId: await freeRunId('cleanup', requestedAt, deps),
    target: name,
    region,
    instance,
    machine: plannedMachine(await findMachine(deps.ec2(region), target, readingOptions())),
    url: circleciUrl,
    console: target.devConsole.command,
    channel,
    builds,
    reason,
    requester: person,
    requestedAt,
  });
  const plan = cleanupPlan(input, looked.running, {
    isAsked: deps.buildsApi(target) !== undefined,
    ...(looked.notLookedUp === undefined ? {} : { notLookedUp: looked.notLookedUp }),
  });
  const asked = await askApproval({ target, person, plan, reason }, deps);
  return asked.view === 'asked' ? { ...answer, asked } : asked;
}

/** Where there is no such project, or none that the token's owner may see, CircleCI's API says the same. */
function hiddenInWords(hidden: number, all: number): string {
  return (
    `Whether ${stillRun(all, hidden)} is not known: CircleCI shows the bot no project of that name. ` +
    'May the token’s owner see it, and is it written as CircleCI shows it, with the same capital letters?'
  );
}

function stillRun(all: number, of = all): string {
  const who = of < all ? `${of} of them` : all === 1 ? 'it' : 'they';
  return `${who} still ${of === 1 ? 'runs' : 'run'}`;
}

interface LookedUp {
  running: ChosenBuild[];
  notRunning: Build[];
  notLookedUp?: string;
}

async function lookUp(
  target: Target,
  chosen: readonly ChosenBuild[],
  deps: Needs<'buildsApi' | 'log' | 'timeLimit'>,
): Promise<LookedUp> {
  const all = { running: [...chosen], notRunning: [] };
  const unset = `Whether ${stillRun(chosen.length)} was not looked up: CIRCLECI_TOKEN is not set.`;
  const api = deps.buildsApi(target);
  if (chosen.length === 0) return all;
  if (api === undefined) return { ...all, notLookedUp: unset };
  const builds = chosen.map(({ build }) => build);
  const signal = deps.timeLimit(LOOK_LIMIT_MS);
  try {
    const states = await api.stillRunning(builds, { signal });
    const { finished } = leaveFinished(builds, states);
    const ended = new Set(finished.map(({ build }) => build.url));
    const hidden = builds.filter(({ url }) => states.get(url) === 'unknown').length;
    return {
      running: chosen.filter(({ build }) => !ended.has(build.url)),
      notRunning: finished.map(({ build }) => build),
      ...(hidden === 0
        ? {}
        : {
            notLookedUp: hiddenInWords(hidden, builds.length),
          }),
    };
  } catch (error) {
    const why =
      error instanceof ProblemError
        ? explain(error.problem).reason
        : 'CircleCI’s API did not answer in time.';
    if (!(error instanceof ProblemError) && !signal.aborted) throw error;
    deps.log.warn({ err: error, target: target.name }, 'builds could not be looked up');
    return { ...all, notLookedUp: `Whether ${stillRun(chosen.length)} was not looked up. ${why}` };
  }
}
