import type { Person } from '../model/person.ts';
import type { AccountKind } from '../ports/members.ts';
import type { Question, QuestionOption } from '../run/question.ts';
import { canBeApproved } from './approval.ts';

/** What Slack and the configuration of the moment say of somebody. */
export interface Standing {
  isApprover: 'yes' | 'no' | 'unknown';
  isOperator: 'yes' | 'no' | 'unknown';
  account: AccountKind;
}

/** Whoever presses a button of a question. */
export interface Answerer extends Standing {
  person: Person;
  /** Those who pressed it before, by user id, as they stand now. */
  before: ReadonlyMap<string, Standing>;
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
  | { ok: true; question: Question; option: QuestionOption; missing: number; dropped: Person[] }
  | { ok: false; code: AnswerRefusal };

/**
 * The question with this answer. What `needsSecond` is pressed by one person and by as many approvers more as an approval
 * takes, each once: until then it is only noted. Who pressed it before counts as they stand now, and whoever may not press it
 * any more is left out (`dropped`). A refused answer changes nothing.
 */
export function answerTo(question: Question, answer: string, by: Answerer, at: number): Answered {
  const option = question.options.find((one) => one.answer === answer);
  if (option === undefined) return { ok: false, code: 'outdated' };
  if (question.answered !== undefined) return { ok: false, code: 'decided' };
  const { person, required } = by;
  const answered = { ...question, answered: { answer, by: person, at } };
  if (option.needsSecond !== true) return { ok: true, question: answered, option, missing: 0, dropped: [] };
  const all = (question.presses ?? []).map((one) => ({ one, stands: standsNow(one, by) }));
  const pressed = all.flatMap(({ one, stands }) =>
    one.answer === answer && stands !== 'unknown' && stands !== 'gone'
      ? [{ ...one, isApprover: stands === 'approver' }]
      : [],
  );
  const code = refusalOf(pressed, by);
  if (code !== undefined) return { ok: false, code };
  if (all.some(({ one, stands }) => one.answer === answer && stands === 'unknown'))
    return { ok: false, code: 'cannot-confirm' };
  const counting = [...pressed, { answer, by: person, at, isApprover: by.isApprover === 'yes' }];
  const presses = [...(question.presses ?? []).filter((one) => one.answer !== answer), ...counting];
  const ofApprovers = counting.filter(({ isApprover }) => isApprover).length;
  const missing = Math.max(0, required + 1 - counting.length, required - ofApprovers);
  const dropped = all.flatMap(({ one, stands }) =>
    one.answer === answer && stands === 'gone' ? [one.by] : [],
  );
  return {
    ok: true,
    question: { ...(missing === 0 ? answered : question), presses },
    option,
    missing,
    dropped,
  };
}

/** What a press of before is worth now; `gone`: nothing any more. */
function standsNow(
  { by: { userId } }: Press,
  { before }: Answerer,
): 'approver' | 'operator' | 'gone' | 'unknown' {
  const now = before.get(userId);
  if (now === undefined || now.account === 'unknown') return 'unknown';
  if (now.account !== 'person') return 'gone';
  if (now.isApprover === 'yes') return 'approver';
  if (now.isApprover === 'unknown') return 'unknown';
  return ({ yes: 'operator', no: 'gone', unknown: 'unknown' } as const)[now.isOperator];
}

type Press = NonNullable<Question['presses']>[number];

function refusalOf(
  pressed: readonly Press[],
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
