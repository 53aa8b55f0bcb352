import type { AnyBlock } from '@slack/types';
import type { RunView } from '../../core/run/run-view.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { counted, listInWords } from '../../core/text/words.ts';
import { actions, button, context, mention, plain } from '../kit/blocks.ts';

/** Its value is the run's id, the question's key and the answer, with blanks between them. */
export const ANSWER_QUESTION = 'circleci-backup:answer';

/** What a run waits for people to decide, with its buttons. */
export function questionBlocks(runId: string, question: NonNullable<RunView['question']>): AnyBlock[] {
  return [
    plain(question.text),
    ...(question.wanted === undefined ? [] : [context(wantedLine(question.wanted))]),
    actions(
      ...question.options.map((option, i) =>
        button({
          text: option.label,
          actionId: `${ANSWER_QUESTION}:${i}`,
          value: `${runId} ${question.key} ${option.answer}`,
          ...(option.style === undefined ? {} : { style: option.style }),
          ...(option.confirm === undefined
            ? {}
            : { confirm: { ...option.confirm, confirm: option.label, deny: 'Not yet' } }),
        }),
      ),
    ),
  ];
}

/** Who has pressed what needs more people; mrkdwn. */
function wantedLine({ label, by, missing }: NonNullable<NonNullable<RunView['question']>['wanted']>): string {
  return (
    `:raised_hand: “${escapeMrkdwn(label)}” was pressed by ${listInWords(by.map(mention))}. ` +
    `It counts once ${counted(missing, 'approver')} more ${missing === 1 ? 'presses' : 'press'} it.`
  );
}
