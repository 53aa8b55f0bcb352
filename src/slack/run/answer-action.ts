import { guarded } from '../../commands/dispatch.ts';
import { answering, answerQuestion, readAnswer, targetOfQuestion } from '../../commands/restore/answer.ts';
import { type ActionHandler, outOfDate } from '../kit/handler.ts';
import { ANSWER_QUESTION } from './question.ts';

/** The buttons under a run's question, e.g. Retry and Abort. */
export const answerAction: ActionHandler = {
  id: ANSWER_QUESTION,
  async handle({ person, value }, { commands }) {
    const said = readAnswer(value);
    if (said === undefined) return outOfDate();
    return guarded(
      await answering(person, said, commands),
      () => targetOfQuestion(said, commands),
      person,
      commands,
      () => answerQuestion(person, said, commands),
    );
  },
};
