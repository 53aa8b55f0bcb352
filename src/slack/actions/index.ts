import { answerAction } from './answer.ts';
import { cancelAction } from './cancel.ts';
import type { ActionHandler, OptionsHandler } from './handler.ts';

/** Every button, menu and checkbox the bot has shown; a new one is added here and nowhere else. */
export const ACTIONS: readonly ActionHandler[] = [cancelAction, answerAction];

/** Every menu whose options are looked up while somebody types. */
export const OPTIONS: readonly OptionsHandler[] = [];
