import { cancel, cancelRun, targetOfRun } from '../../commands/cancel.ts';
import { guarded } from '../../commands/dispatch.ts';
import { CANCEL_RUN } from '../views/cancel-run.ts';
import type { ActionHandler } from './handler.ts';

/** The button in a run's message; the verb does the same. */
export const cancelAction: ActionHandler = {
  id: CANCEL_RUN,
  handle: ({ person, value: runId }, { commands }) =>
    guarded(
      cancel,
      () => targetOfRun(runId, commands),
      person,
      commands,
      () => cancelRun({ person }, runId, commands),
    ),
};
