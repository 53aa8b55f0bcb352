import type { Option } from '@slack/types';
import type { CommandDeps } from '../../commands/base/verb.ts';
import type { Answer } from '../../commands/dispatch.ts';
import type { Person } from '../../core/model/person.ts';
import type { Modals } from './modals.ts';

/** A click on one of the bot's buttons, menus or checkboxes. */
export interface Click {
  person: Person;
  actionId: string;
  /** Of a button; of a menu the chosen option; empty where there is none. */
  value: string;
  /** Opens a form within three seconds. */
  trigger: string;
  /** The channel and message clicked in; missing in a form. */
  channel?: string;
  messageTs?: string;
  /** The form clicked in. */
  view?: { id: string; hash: string; values: FormValues; metadata: string };
}

/** What a form's fields hold, by block id: a text, a chosen value, or chosen values. Redacted at the door. */
export type FormValues = Readonly<
  Record<string, { text?: string; chosen?: string; several?: readonly string[] }>
>;

export interface Submission {
  person: Person;
  values: FormValues;
  metadata: string;
}

export interface Handling {
  commands: CommandDeps;
  modals: Modals;
  /** Where an outbox message stands once Slack shows what it should say; undefined where that takes too long. */
  shownAt(messageId: string): Promise<{ channel: string; ts: string } | undefined>;
}

/** What came of a click; `isShown` where the message that was clicked has been edited, which is answer enough. */
export interface Handled extends Answer {
  isShown?: boolean;
}

/** Does what a click means and says what came of it; it never leaves the person without an answer. */
export interface ActionHandler {
  /** The action's id, or what comes before its first further colon: `circleci-backup:answer` takes `…:answer:1`. */
  id: string;
  /** Gives `quiet` where what changed in front of the person is the answer, as in a form. */
  handle(click: Click, handling: Handling): Promise<Handled | 'quiet'>;
}

export interface FormHandler {
  callbackId: string;
  /** Errors by block id that keep the form open; must be quick, it comes before the ack. */
  check?(form: Omit<Submission, 'person'>, handling: Handling): Record<string, string> | undefined;
  handle(submission: Submission, handling: Handling): Promise<Answer>;
}

/** The options of a menu that are looked up while somebody types. */
export interface OptionsHandler {
  actionId: string;
  /** At most a hundred; within three seconds. */
  options(
    typed: { person: Person; text: string; metadata: string; values: FormValues },
    handling: Handling,
  ): Promise<Option[]>;
}

/** What an action or a form of another version of the bot is answered. */
export function outOfDate(): Answer {
  const reason = 'This button or form is out of date. Nothing was done.';
  return { verb: 'unknown', result: 'refused', reply: { view: 'refusal', reason } };
}
