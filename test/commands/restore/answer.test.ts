import { answerQuestion, readAnswer } from '../../../src/commands/restore/answer.ts';
import { type Question, questionId } from '../../../src/core/run/question.ts';
import { ANA, BEN, NOW, scene } from '../fakes.ts';

const RUN = 'rs-20261123-0314-x4qz';
const question: Question = {
  runId: RUN,
  key: 'launch/1',
  target: 'prod',
  text: 'No capacity.',
  options: [
    { answer: 'retry', label: 'Retry' },
    { answer: 'abort', label: 'Abort', onlyFor: ['SOPS'] },
  ],
  askedAt: NOW,
};
const said = (answer: string) => ({ runId: RUN, key: 'launch/1', answer });

async function asked() {
  const here = scene();
  await here.store.questions.insert(questionId(RUN, 'launch/1'), question, true);
  return here;
}

test.each([
  [`${RUN} launch/1 retry`, said('retry')],
  [`${RUN} launch/1`, undefined],
  [`${RUN} launch/1 retry more`, undefined],
  ['', undefined],
])('the button “%s”', (value, expected) => {
  expect(readAnswer(value)).toEqual(expected);
});

describe('an answer to a run', () => {
  it('is kept with who gave it, is in the audit, and wakes the run', async () => {
    const here = await asked();
    expect(await answerQuestion(BEN, said('retry'), here.deps)).toEqual({
      view: 'decided',
      runId: RUN,
      label: 'Retry',
    });
    const kept = await here.store.questions.get(questionId(RUN, 'launch/1'));
    expect(kept?.value.answered).toEqual({ answer: 'retry', by: BEN, at: NOW });
    expect(await here.store.questions.open()).toEqual([]);
    expect(here.engine.nudged).toEqual([RUN]);
    expect(here.store.rows).toMatchObject([{ verb: 'answer', actor: BEN, detail: { answer: 'retry' } }]);
  });

  it('is the first one; the others are told whose it was', async () => {
    const here = await asked();
    const replies = await Promise.all(
      [BEN, ANA, BEN].map((person, i) =>
        answerQuestion(person, said(i === 0 ? 'retry' : 'abort'), here.deps),
      ),
    );
    expect(replies.map(({ view }) => view).sort()).toEqual(['decided', 'refusal', 'refusal']);
    const second = await answerQuestion(ANA, said('abort'), here.deps);
    expect(second).toMatchObject({ view: 'refusal', people: [BEN.userId] });
    expect(here.store.rows).toHaveLength(1);
  });

  it('may be for some only, and nobody counts whom Slack does not confirm', async () => {
    const here = await asked();
    expect(await answerQuestion(BEN, said('abort'), here.deps)).toMatchObject({ people: ['SOPS'] });
    here.members = 'unknown';
    expect(await answerQuestion(ANA, said('abort'), here.deps)).toMatchObject({
      reason: expect.stringContaining('cannot confirm'),
    });
    here.members = { operators: [ANA.userId] };
    expect(await answerQuestion(ANA, said('abort'), here.deps)).toMatchObject({ view: 'decided' });
  });

  it.each(['', 'explode'])('that the question does not offer (“%s”) does nothing', async (answer) => {
    const here = await asked();
    expect(await answerQuestion(ANA, said(answer), here.deps)).toMatchObject({ view: 'refusal' });
    expect(here.store.rows).toEqual([]);
  });

  it('to a question nobody knows does nothing', async () => {
    const here = scene();
    expect(await answerQuestion(ANA, said('retry'), here.deps)).toMatchObject({
      reason: expect.stringContaining('out of date'),
    });
  });
});
