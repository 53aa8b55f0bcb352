import { approveAction, denyAction, withdrawAction } from './approval/vote-action.ts';
import { stuckAction } from './cleanup/cleanup-action.ts';
import type { ActionHandler, OptionsHandler } from './kit/handler.ts';
import {
  cleanupAfterAction,
  removeOriginalsAction,
  removeTestAction,
  tickAction,
  untickAction,
  wayBackAction,
} from './restore/checklist-action.ts';
import {
  restoreBackupOptions,
  restoreSubnetOptions,
  restoreTargetAction,
  restoreWayAction,
} from './restore/restore-action.ts';
import { pruneAction } from './retention/prune-action.ts';
import { answerAction } from './run/answer-action.ts';
import { cancelAction } from './run/cancel-action.ts';

/** Every button, menu and checkbox the bot has shown; a new one is added here and nowhere else. */
export const ACTIONS: readonly ActionHandler[] = [
  cancelAction,
  answerAction,
  approveAction,
  denyAction,
  withdrawAction,
  pruneAction,
  restoreTargetAction,
  restoreWayAction,
  tickAction,
  untickAction,
  wayBackAction,
  removeOriginalsAction,
  removeTestAction,
  cleanupAfterAction,
  stuckAction,
];

/** Every menu whose options are looked up while somebody types. */
export const OPTIONS: readonly OptionsHandler[] = [restoreBackupOptions, restoreSubnetOptions];
