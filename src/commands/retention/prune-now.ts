import type { Person } from '../../core/model/person.ts';
import type { Target } from '../../core/model/target.ts';
import { type RetentionPreview, shownChanges } from '../../core/retention/result.ts';
import { canonicalJson } from '../../core/text/canonical-json.ts';
import { PRUNE } from '../../runs/prune.ts';
import { recordRun, startRun } from '../../runs/request.ts';
import type { Reply } from '../base/reply.ts';
import { runningRun } from '../base/running.ts';
import type { CommandDeps, Verb } from '../base/verb.ts';
import { newPrune } from './prune-plan.ts';
import { preview } from './prune-preview.ts';

/** Not typed, only clicked: it deletes what was shown, which the schedule's own run would delete as well. */
export const pruning: Pick<Verb, 'name' | 'changes' | 'permission'> = {
  name: 'prune',
  changes: true,
  permission: 'operator',
};

/** What the button under a plan carries: the target, and the plan's digest; undefined where there is nothing to do. */
export function pruneButton(target: Target, shown: RetentionPreview, deps: CommandDeps): string | undefined {
  const changes = shownChanges(shown);
  if (Object.values(changes).every((ids) => ids.length === 0)) return undefined;
  return `${target.name} ${deps.digest(canonicalJson(changes))}`;
}

export function targetOfButton(value: string, { targets }: CommandDeps): Target | undefined {
  return targets.find(({ name }) => name === value.split(' ')[0]);
}

/** Deletes what the person has seen, unless the plan is another one by now: then that one is shown. */
export async function pruneNow(
  person: Person,
  target: Target,
  value: string,
  deps: CommandDeps,
): Promise<Reply> {
  const shown = await preview(target, target, deps);
  const button = pruneButton(target, shown, deps);
  if (button !== value) {
    return button === undefined
      ? { view: 'refusal', reason: 'By now retention would change nothing. Nothing was done.' }
      : { view: 'prune', target, preview: shown, now: deps.clock.now(), button, isChanged: true };
  }
  const { input, view } = await newPrune({ target, person, only: shownChanges(shown) }, false, deps);
  const { runId, channel, requestedAt } = input;
  const run = { runId, target: target.name, workflow: PRUNE, input };
  deps.observe({ runId, step: 'request', phase: 'started' });
  const taken = await deps.store.transaction((store) =>
    recordRun(
      {
        ...run,
        requester: person,
        requestedAt,
        channel,
        view,
        quiet: false,
        audit: { verb: 'prune', actor: person, detail: { ...input.only } },
      },
      store,
    ),
  );
  if (!taken.taken) {
    const running = await runningRun(taken.by, deps.store);
    return { view: 'busy', running, target: target.name, now: deps.clock.now() };
  }
  deps.observe({ runId, step: 'request', phase: 'done' });
  return { view: 'pruning', runId, target, isDelayed: !(await startRun(run, deps)) };
}
