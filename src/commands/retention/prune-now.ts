import type { Person } from '../../core/model/person.ts';
import { type Target, targetNamed } from '../../core/model/target.ts';
import { plannedPrune } from '../../core/retention/planned-prune.ts';
import type { RetentionPreview } from '../../core/retention/result.ts';
import { canonicalJson } from '../../core/text/canonical-json.ts';
import { askApproval } from '../approval/ask-approval.ts';
import type { Reply } from '../base/reply.ts';
import type { Needs, PlanDeps, Verb } from '../base/verb.ts';
import { planOfPrune } from './prune-plan.ts';
import { preview } from './prune-preview.ts';

/** Not typed, only clicked: it asks for what was shown. A backup that is deleted is lost, so that somebody else has to see it. */
export const pruning: Pick<Verb, 'name' | 'changes' | 'permission'> = {
  name: 'prune',
  changes: true,
  permission: 'operator',
};

/** What the button under a plan carries: the target, and the plan's digest; undefined where there is nothing to do. */
export function pruneButton(
  target: Target,
  shown: RetentionPreview,
  deps: Needs<'digest'>,
): string | undefined {
  const { only } = plannedPrune(shown);
  if (Object.values(only).every((ids) => ids.length === 0)) return undefined;
  return `${target.name} ${deps.digest(canonicalJson(only))}`;
}

export function targetOfButton(value: string, { targets }: Needs<'targets'>): Target | undefined {
  return targetNamed(targets, value.split(' ')[0]);
}

/** Asks for what the person has seen to be done, unless it is another plan by now: then that one is shown. */
export async function pruneNow(
  person: Person,
  target: Target,
  value: string,
  deps: PlanDeps & Needs<'ec2'>,
): Promise<Reply> {
  const shown = await preview(target, target, deps);
  const button = pruneButton(target, shown, deps);
  if (button !== value) {
    return button === undefined
      ? { view: 'refusal', reason: 'By now retention would change nothing. Nothing was done.' }
      : { view: 'prune', target, preview: shown, now: deps.clock.now(), button, isChanged: true };
  }
  const plan = await planOfPrune({ target, person, preview: shown, usual: shown, withoutGrace: false }, deps);
  return askApproval({ target, person, plan }, deps);
}
