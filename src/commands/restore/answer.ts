import type { Person } from '../../core/model/person.ts';
import type { Target } from '../../core/model/target.ts';
import { questionId } from '../../core/run/question.ts';
import type { Reply } from '../base/reply.ts';
import type { CommandDeps, Verb } from '../base/verb.ts';

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

/** Not typed, only clicked; its permission is an operator's. */
export const answering: Pick<Verb, 'name' | 'changes' | 'permission'> = {
  name: 'answer',
  changes: true,
  permission: 'operator',
};

export async function targetOfQuestion({ runId, key }: Said, deps: CommandDeps): Promise<Target | undefined> {
  const kept = await deps.store.questions.get(questionId(runId, key));
  return deps.targets.find((target) => target.name === kept?.value.target);
}

/** Takes the first answer to a question, and tells the run. Later ones are told who was first. */
export async function answerQuestion(person: Person, said: Said, deps: CommandDeps): Promise<Reply> {
  const { runId, key, answer } = said;
  const id = questionId(runId, key);
  const at = deps.clock.now();
  const reply = await deps.store.transaction(async (store): Promise<Reply> => {
    const kept = await store.questions.get(id);
    if (kept === undefined) return outdated();
    const question = kept.value;
    const option = question.options.find((one) => one.answer === answer);
    if (option === undefined) return outdated();
    if (question.answered !== undefined) return decided(question.answered, question.options);
    if (option.onlyFor !== undefined) {
      const may = await deps.members.isOneOf(person.userId, option.onlyFor);
      if (may !== 'yes') return notYours(option.onlyFor, may);
    }
    const answered = { ...question, answered: { answer, by: person, at } };
    if (!(await store.questions.replace(id, kept.version, answered, false))) return outdated();
    await store.audit.append({
      at,
      kind: 'request',
      verb: 'answer',
      target: question.target,
      runId,
      actor: person,
      detail: { question: key, answer },
    });
    return { view: 'decided', runId, label: option.label };
  });
  deps.engine.nudge(runId);
  deps.notifier.wake();
  return reply;
}

function outdated(): Reply {
  return { view: 'refusal', reason: 'This button is out of date. Nothing was done.' };
}

function decided(
  { by, answer }: { by: Person; answer: string },
  options: readonly { answer: string; label: string }[],
): Reply {
  const label = options.find((one) => one.answer === answer)?.label ?? answer;
  return {
    view: 'refusal',
    reason: `This was decided already: “${label}”. Your click changed nothing.`,
    next: 'It was decided by:',
    people: [by.userId],
  };
}

function notYours(people: readonly string[], may: 'no' | 'unknown'): Reply {
  return may === 'unknown'
    ? {
        view: 'refusal',
        reason: 'Slack cannot confirm right now whether you may decide this. Nothing was done.',
        next: 'Try again in a minute.',
      }
    : {
        view: 'refusal',
        reason: 'This is not yours to decide. Nothing was done.',
        next: 'Ask one of them:',
        people,
      };
}
