import { answerAction } from './answer.ts';
import { cancelAction } from './cancel.ts';
import {
  cleanupAfterAction,
  removeTestAction,
  tickAction,
  untickAction,
  wayBackAction,
} from './checklist.ts';
import { stuckAction } from './cleanup.ts';
import type { ActionHandler, OptionsHandler } from './handler.ts';
import { pruneAction } from './prune.ts';
import {
  restoreBackupOptions,
  restoreSubnetOptions,
  restoreTargetAction,
  restoreWayAction,
} from './restore.ts';
import { approveAction, denyAction, withdrawAction } from './vote.ts';

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
  removeTestAction,
  cleanupAfterAction,
  stuckAction,
];

/** Every menu whose options are looked up while somebody types. */
export const OPTIONS: readonly OptionsHandler[] = [restoreBackupOptions, restoreSubnetOptions];
