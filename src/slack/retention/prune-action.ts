import { guarded } from '../../commands/dispatch.ts';
import { pruneNow, pruning, targetOfButton } from '../../commands/retention/prune-now.ts';
import { type ActionHandler, outOfDate } from '../kit/handler.ts';
import { PRUNE_NOW } from './prune.ts';

/** “Ask to delete these now”, under the plan that `prune` shows. */
export const pruneAction: ActionHandler = {
  id: PRUNE_NOW,
  async handle({ person, value }, { commands }) {
    const target = targetOfButton(value, commands);
    if (target === undefined) return outOfDate();
    return guarded(
      pruning,
      async () => target,
      person,
      commands,
      () => pruneNow(person, target, value, commands),
    );
  },
};
