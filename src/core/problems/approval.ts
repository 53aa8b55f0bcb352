import { counted, durationInWords } from '../text/words.ts';
import type { Explanations } from './explanation.ts';

/** Why an approved run did not begin: what was approved is looked at again before anything is done. */
export type ApprovalProblem =
  | { code: 'approval-missing'; runId: string }
  | { code: 'approval-not-given'; state: string }
  | { code: 'approval-plan-changed' }
  /** What is not as the plan says, a clause each; `again` is what to type for another plan, without the slash command; missing: a button. */
  | { code: 'plan-changed'; changes: string[]; again?: string }
  | { code: 'approval-target-gone'; target: string }
  | { code: 'approval-short'; valid: number; required: number; invalid: string[] }
  | { code: 'approval-unconfirmed'; sinceMs: number };

const ASK_AGAIN = 'Nothing was done. Type the command again to ask anew.';

export const APPROVAL_PROBLEMS: Explanations<ApprovalProblem> = {
  'approval-missing': ({ runId }) => ({
    reason: `The bot’s database has no approval of ${runId}.`,
    next: ASK_AGAIN,
  }),
  'approval-not-given': ({ state }) => ({
    reason: `The request is ${state}, not approved.`,
    next: ASK_AGAIN,
  }),
  'approval-plan-changed': () => ({
    reason: 'What would be done is not what was approved.',
    next: ASK_AGAIN,
  }),
  'plan-changed': ({ changes, again }) => ({
    reason: `What was approved no longer fits: ${inOneSentence(changes)}.`,
    next: `Nothing was done. ${again === undefined ? 'Look at it in EC2, then press the button again' : `Type /circleci-backup ${again}`}: the new plan shows how things are now.`,
  }),
  'approval-target-gone': ({ target }) => ({
    reason: `The target ${target} is no longer configured.`,
    next: 'Nothing was done. Put it back into the configuration, start the bot again, then type the command again.',
  }),
  'approval-short': ({ valid, required, invalid }) => ({
    reason:
      `It needs ${counted(required, 'approval')}, and ${valid === 0 ? 'none' : valid} still ` +
      `${valid > 1 ? 'count' : 'counts'}: ` +
      `${invalid.length === 0 ? 'the configuration asks for more by now' : 'whoever approved may no longer do so'}.`,
    next: ASK_AGAIN,
  }),
  'approval-unconfirmed': ({ sinceMs }) => ({
    reason: `Slack could not confirm for ${durationInWords(sinceMs)} that those who approved may do so.`,
    next: 'Nothing was done. When Slack answers again, type the command again to ask anew.',
  }),
};

/** Whoever reads ten of them types the command again. */
const CHANGES_SHOWN = 10;

function inOneSentence(changes: readonly string[]): string {
  const more = changes.length - CHANGES_SHOWN;
  return [...changes.slice(0, CHANGES_SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}
