import {
  type Answerer,
  type AnswerRefusal,
  answerTo,
  type Standing,
} from '../../core/approval/second-person.ts';
import type { Person } from '../../core/model/person.ts';
import { type Target, targetNamed } from '../../core/model/target.ts';
import { type Question, type QuestionOption, questionId } from '../../core/run/question.ts';
import { runMessageId } from '../../core/run/run-id.ts';
import type { Store } from '../../core/store/store.ts';
import { counted } from '../../core/text/words.ts';
import { changeRun, putNote } from '../../runs/run-message.ts';
import type { Reply } from '../base/reply.ts';
import type { Needs, Verb } from '../base/verb.ts';

/** What a button of a run's question says: `<run> <key> <answer>`. */
export interface Said {
  runId: string;
  key: string;
  answer: string;
}

export function readAnswer(value: string): Said | undefined {
  const [runId, key, answer, ...more] = value.split(' ');
  return runId && key && answer && more.length === 0 ? { runId, key, answer } : undefined;
}

type Answering = Pick<Verb, 'name' | 'changes' | 'permission'>;

/** Not typed, only clicked; its permission is an operator's. */
const ANSWERING: Answering = { name: 'answer', changes: true, permission: 'operator' };

/** What needs a second person is for approvers as well. */
export async function answering(
  person: Person,
  said: Said,
  deps: Needs<'members' | 'store' | 'targets'>,
): Promise<Answering> {
  if (!(await needsSecond(said, deps))) return ANSWERING;
  const approvers = (await targetOfQuestion(said, deps))?.approvers ?? [];
  const isApprover = await deps.members.isOneOf(person.userId, approvers);
  return isApprover === 'yes' ? { ...ANSWERING, permission: 'anyone' } : ANSWERING;
}

export async function targetOfQuestion(
  { runId, key }: Said,
  deps: Needs<'store' | 'targets'>,
): Promise<Target | undefined> {
  const kept = await deps.store.questions.get(questionId(runId, key));
  return targetNamed(deps.targets, kept?.value.target);
}

/**
 * Takes the first answer to a question, and tells the run; later ones are told who was first. What needs a second person
 * is noted until there are enough of them.
 */
export async function answerQuestion(
  person: Person,
  said: Said,
  deps: Needs<'clock' | 'engine' | 'members' | 'notifier' | 'store' | 'targets'>,
): Promise<Reply> {
  for (;;) {
    const seen = await deps.store.questions.get(questionId(said.runId, said.key));
    if (seen === undefined) return outdated();
    const by = await answererOf(person, said, seen.value, deps);
    const reply = await recorded(said, by, seen.version, deps);
    // Somebody was faster, and Slack has to be asked about them as well.
    if (reply === undefined) continue;
    deps.engine.nudge(said.runId);
    deps.notifier.wake();
    return reply;
  }
}

/** Undefined where the question is another one by now than the one that `by` was asked about. */
async function recorded(
  { runId, key, answer }: Said,
  by: Answerer,
  version: number,
  deps: Needs<'clock' | 'store'>,
): Promise<Reply | undefined> {
  const id = questionId(runId, key);
  const at = deps.clock.now();
  return deps.store.transaction(async (store): Promise<Reply | undefined> => {
    const kept = await store.questions.get(id);
    if (kept?.version !== version) return undefined;
    const about = { at, verb: 'answer', target: kept.value.target, runId, actor: by.person };
    const cast = answerTo(kept.value, answer, by, at);
    if (!cast.ok) {
      const { code } = cast;
      // A button that is pressed too late is no wish of anybody's.
      if (code !== 'outdated' && code !== 'decided')
        await store.audit.append({ ...about, kind: 'refusal', detail: { question: key, answer, code } });
      return refused(code, kept.value, answer, by);
    }
    const { question, option, missing, dropped } = cast;
    const isDecided = question.answered !== undefined;
    if (!(await store.questions.replace(id, kept.version, question, !isDecided))) return undefined;
    const detail = {
      question: key,
      answer,
      ...(option.needsSecond ? { missing } : {}),
      ...(dropped.length === 0 ? {} : { dropped: dropped.map(({ userId }) => userId) }),
    };
    await store.audit.append({ ...about, kind: option.needsSecond ? 'vote' : 'request', detail });
    if (!isDecided) await tell(store, question, option, missing, by, at);
    return { view: 'decided', runId, label: option.label, missing };
  });
}

async function needsSecond({ runId, key, answer }: Said, { store }: Needs<'store'>): Promise<boolean> {
  const question = (await store.questions.get(questionId(runId, key)))?.value;
  return question?.options.find((one) => one.answer === answer)?.needsSecond === true;
}

/** What one person may decide is worth no question to Slack besides the operator's. */
async function answererOf(
  person: Person,
  { answer }: Said,
  { target: name, options, presses = [] }: Question,
  deps: Needs<'members' | 'targets'>,
): Promise<Answerer> {
  const target = deps.targets.find((one) => one.name === name);
  const about = { person, approvers: target?.approvers ?? [], required: target?.approvalsRequired ?? 1 };
  const nobody = { isApprover: 'unknown', isOperator: 'unknown', account: 'unknown' } as const;
  if (options.find((one) => one.answer === answer)?.needsSecond !== true)
    return { ...about, ...nobody, before: new Map() };
  const others = [...new Set(presses.map(({ by }) => by.userId))];
  const [own, ...theirs] = await Promise.all(
    [person.userId, ...others].map((userId) => standingOf(userId, target, deps)),
  );
  const before = new Map(others.map((userId, i) => [userId, theirs[i] ?? nobody]));
  return { ...about, ...(own ?? nobody), before };
}

async function standingOf(
  userId: string,
  target: Target | undefined,
  { members }: Needs<'members'>,
): Promise<Standing> {
  const [isApprover, isOperator, account] = await Promise.all([
    members.isOneOf(userId, target?.approvers ?? []),
    members.isOneOf(userId, target?.operators ?? []),
    members.accountOf(userId),
  ]);
  return { isApprover, isOperator, account };
}

/** Who wants it stands below the question, and those who can make it count are called. */
async function tell(
  store: Store,
  { runId, key, presses = [] }: Question,
  { answer, label }: QuestionOption,
  missing: number,
  { person, approvers }: Answerer,
  at: number,
): Promise<void> {
  const by = presses.filter((one) => one.answer === answer).map((one) => one.by.userId);
  await changeRun(store, at, runId, ({ question, ...view }) => ({
    ...view,
    ...(question?.key === key ? { question: { ...question, wanted: { label, by, missing } } } : {}),
  }));
  const message = await store.messages.get(runMessageId(runId));
  if (message === undefined) return;
  await putNote(
    store,
    at,
    { runId, channel: message.channel },
    {
      key: `ask/${key}/${answer}/${person.userId}`,
      tone: 'info',
      mentions: approvers.filter((id) => !by.includes(id)),
      text: `somebody wants “${label}”, and ${counted(missing, 'approver')} more ${missing === 1 ? 'has' : 'have'} to press it as well. The buttons are in the run’s message.`,
    },
  );
}

function outdated(): Reply {
  return { view: 'refusal', reason: 'This button is out of date. Nothing was done.' };
}

/** Why an answer does not count. */
function refused(
  code: AnswerRefusal,
  { answered, options }: Question,
  answer: string,
  { approvers, required, person }: Answerer,
): Reply {
  const labelOf = (said: string | undefined) =>
    options.find((one) => one.answer === said)?.label ?? said ?? '';
  const label = labelOf(answer);
  const others = approvers.filter((id) => id !== person.userId);
  switch (code) {
    case 'outdated':
      return outdated();
    case 'decided':
      return {
        view: 'refusal',
        reason: `This was decided already: “${labelOf(answered?.answer)}”. Your click changed nothing.`,
        next: 'It was decided by:',
        people: answered === undefined ? [] : [answered.by.userId],
      };
    case 'pressed-already':
      return {
        view: 'refusal',
        reason: `You have pressed “${label}” already, and a person counts once. Your click changed nothing.`,
        next: 'Ask one of them to press it as well:',
        people: others,
      };
    case 'nobody-else':
      return {
        view: 'refusal',
        reason: `“${label}” needs ${counted(required, 'approver')} besides you, and the configuration names too few. Nothing was done.`,
        next: 'Add people or a user group to APPROVERS and start the bot again: the run waits. The other buttons need nobody else.',
      };
    case 'not-an-approver':
      return {
        view: 'refusal',
        reason: `“${label}” is wanted already, and now an approver has to press it. Your click changed nothing.`,
        next: 'Ask one of them:',
        people: others,
      };
    case 'cannot-confirm':
      return {
        view: 'refusal',
        reason: 'Slack cannot confirm right now whether you may decide this. Nothing was done.',
        next: 'Try again in a minute.',
      };
    case 'bot-or-guest':
      return { view: 'refusal', reason: 'Bots and guests cannot decide this. Nothing was done.' };
  }
}
