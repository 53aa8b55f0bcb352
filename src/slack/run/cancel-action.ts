import { cancel, cancelRun, targetOfRun } from '../../commands/base/cancel.ts';
import { guarded } from '../../commands/dispatch.ts';
import type { ActionHandler } from '../kit/handler.ts';
import { CANCEL_RUN } from './cancel-run.ts';

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
