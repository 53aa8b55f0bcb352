import type { Person } from '../model/person.ts';
import type { AccountKind } from '../ports/members.ts';
import type { Question, QuestionOption } from '../run/question.ts';
import { canBeApproved } from './approval.ts';

/** What Slack and the configuration of the moment say of whoever presses a button of a question. */
export interface Answerer {
  person: Person;
  isApprover: 'yes' | 'no' | 'unknown';
  account: AccountKind;
  approvers: readonly string[];
  /** How many approvers it takes beside one more person. */
  required: number;
}

export type AnswerRefusal =
  | 'outdated'
  | 'decided'
  | 'pressed-already'
  | 'nobody-else'
  | 'not-an-approver'
  | 'cannot-confirm'
  | 'bot-or-guest';

export type Answered =
  | { ok: true; question: Question; option: QuestionOption; missing: number }
  | { ok: false; code: AnswerRefusal };

/**
 * The question with this answer. What `needsSecond` is pressed by one person and by as many approvers more as an approval
 * takes, each once: until then it is only noted. A refused answer changes nothing.
 */
export function answerTo(question: Question, answer: string, by: Answerer, at: number): Answered {
  const option = question.options.find((one) => one.answer === answer);
  if (option === undefined) return { ok: false, code: 'outdated' };
  if (question.answered !== undefined) return { ok: false, code: 'decided' };
  const { person } = by;
  const answered = { ...question, answered: { answer, by: person, at } };
  if (option.needsSecond !== true) return { ok: true, question: answered, option, missing: 0 };
  const pressed = pressesOf(question, answer);
  const code = refusalOf(pressed, by);
  if (code !== undefined) return { ok: false, code };
  const press = { answer, by: person, at, isApprover: by.isApprover === 'yes' };
  const presses = [...(question.presses ?? []), press];
  const missing = Math.max(0, by.required - pressed.length);
  return missing === 0
    ? { ok: true, question: { ...answered, presses }, option, missing }
    : { ok: true, question: { ...question, presses }, option, missing };
}

function pressesOf({ presses = [] }: Question, answer: string) {
  return presses.filter((one) => one.answer === answer);
}

function refusalOf(
  pressed: NonNullable<Question['presses']>,
  { person, isApprover, account, approvers, required }: Answerer,
): AnswerRefusal | undefined {
  if (account === 'bot' || account === 'guest' || account === 'gone') return 'bot-or-guest';
  if (pressed.some((one) => one.by.userId === person.userId)) return 'pressed-already';
  if (account === 'unknown' || isApprover === 'unknown') return 'cannot-confirm';
  // One of them may be no approver: whoever wants it.
  if (isApprover === 'no' && pressed.some((one) => !one.isApprover)) return 'not-an-approver';
  if (pressed.length === 0 && !canBeApproved(approvers, required, person.userId)) return 'nobody-else';
  return undefined;
}
