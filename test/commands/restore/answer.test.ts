import { answering, answerQuestion, readAnswer } from '../../../src/commands/restore/answer.ts';
import type { Person } from '../../../src/core/model/person.ts';
import type { Target } from '../../../src/core/model/target.ts';
import type { AccountKind } from '../../../src/core/ports/members.ts';
import { type Question, questionId } from '../../../src/core/run/question.ts';
import { newRunView } from '../../../src/core/run/run-view.ts';
import { ANA, BEN, CLEO, NOW, PROD, scene } from '../fakes.ts';

const RUN = 'rs-20261123-0314-x4qz';
const question: Question = {
  runId: RUN,
  key: 'launch/1',
  target: 'prod',
  text: 'No capacity.',
  options: [
    { answer: 'retry', label: 'Retry' },
    { answer: 'abort', label: 'Abort' },
    { answer: 'go', label: 'Cut over', needsSecond: true },
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
      missing: 0,
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

describe('what needs a second person', () => {
  const DORA = { userId: 'UDORA', teamId: 'T1' };

  /** Ana and Dora are in the group of approvers, Ben and Cleo are not. */
  async function waiting(more: Partial<Target> = {}) {
    const here = scene([{ ...PROD, approvers: ['UANA', 'UDORA'], ...more }]);
    await here.store.questions.insert(questionId(RUN, 'launch/1'), question, true);
    await here.store.messages.put(
      {
        id: `run/${RUN}`,
        channel: 'C1',
        broadcast: false,
        final: false,
        view: {
          kind: 'run',
          run: {
            ...newRunView(
              {
                runId: RUN,
                kind: 'restore',
                target: 'prod',
                region: 'eu-west-1',
                requester: ANA,
                requestedAt: NOW,
              },
              [],
            ),
            question: { key: 'launch/1', text: '', options: question.options },
          },
        },
      },
      NOW,
    );
    const press = (person: Person, answer = 'go') => answerQuestion(person, said(answer), here.deps);
    const kept = async () => (await here.store.questions.get(questionId(RUN, 'launch/1')))?.value;
    return { ...here, here, press, kept };
  }

  it('is noted at the first click, shown, and counts at the click of an approver', async () => {
    const { here, press, kept, store } = await waiting();
    expect(await press(BEN)).toEqual({ view: 'decided', runId: RUN, label: 'Cut over', missing: 1 });
    expect(await kept()).not.toHaveProperty('answered');
    const view = store.sent.get(`run/${RUN}`)?.view;
    expect(view?.kind === 'run' ? view.run.question?.wanted : undefined).toEqual({
      label: 'Cut over',
      by: [BEN.userId],
      missing: 1,
    });
    expect(store.sent.get(`run/${RUN}/ask/launch/1/go/${BEN.userId}`)?.view).toMatchObject({
      mentions: ['UANA', 'UDORA'],
    });
    expect(await press(DORA)).toMatchObject({ view: 'decided', missing: 0 });
    expect(await kept()).toMatchObject({
      answered: { answer: 'go', by: DORA },
      presses: [
        { by: BEN, isApprover: false },
        { by: DORA, isApprover: true },
      ],
    });
    expect(here.store.rows).toMatchObject([
      { kind: 'vote', verb: 'answer', actor: BEN, detail: { answer: 'go', missing: 1 } },
      { kind: 'vote', verb: 'answer', actor: DORA, detail: { answer: 'go', missing: 0 } },
    ]);
  });

  it('counts too where the approver was the first of them', async () => {
    const { press, kept } = await waiting();
    await press(ANA);
    await press(BEN);
    expect(await kept()).toMatchObject({ answered: { answer: 'go', by: BEN } });
  });

  it('does not count twice for one person, however often it is pressed', async () => {
    const { press, kept, store } = await waiting();
    expect(await press(ANA)).toMatchObject({ view: 'decided', missing: 1 });
    for (const _ of [1, 2]) expect(await press(ANA)).toMatchObject({ view: 'refusal' });
    expect(await kept()).not.toHaveProperty('answered');
    expect(store.rows.filter(({ kind }) => kind === 'refusal')).toHaveLength(2);
  });

  it('does not count for two people of whom none is an approver', async () => {
    const { press, kept } = await waiting();
    await press(BEN);
    expect(await press(CLEO)).toMatchObject({ view: 'refusal', people: ['UANA', 'UDORA'] });
    expect(await kept()).not.toHaveProperty('answered');
  });

  it('takes as many approvers as an approval does', async () => {
    const { press, kept } = await waiting({ approvalsRequired: 2 });
    await press(BEN);
    expect(await press(ANA)).toMatchObject({ missing: 1 });
    expect(await kept()).not.toHaveProperty('answered');
    expect(await press(DORA)).toMatchObject({ missing: 0 });
    expect(await kept()).toHaveProperty('answered');
  });

  it('is refused in words where nobody else could press it, and the rest still can be decided', async () => {
    const { press, kept } = await waiting({ approvers: ['UANA'] });
    expect(await press(ANA)).toMatchObject({
      view: 'refusal',
      reason:
        '“Cut over” needs 1 approver besides you, and the configuration names too few. Nothing was done.',
    });
    expect(await kept()).not.toHaveProperty('presses');
    expect(await press(ANA, 'abort')).toMatchObject({ view: 'decided', missing: 0 });
  });

  it.each(['bot', 'guest', 'gone', 'unknown'] as const)(
    'does not count for an account that is %s',
    async (account) => {
      const { here, press, kept } = await waiting();
      here.deps.members.accountOf = async () => account;
      expect(await press(ANA)).toMatchObject({ view: 'refusal' });
      expect(await kept()).not.toHaveProperty('presses');
    },
  );

  it('is open to an approver who is no operator, and other answers are not', async () => {
    const { here } = await waiting();
    expect(await answering(DORA, said('go'), here.deps)).toMatchObject({ permission: 'anyone' });
    expect(await answering(DORA, said('abort'), here.deps)).toMatchObject({ permission: 'operator' });
    expect(await answering(CLEO, said('go'), here.deps)).toMatchObject({ permission: 'operator' });
  });

  /** From now on Slack says this of the one who pressed first. */
  function first(here: ReturnType<typeof scene>, person: Person, now: 'left' | 'unsure' | AccountKind) {
    const { members } = here.deps;
    const { accountOf, isOneOf } = { ...members };
    if (now !== 'left' && now !== 'unsure')
      members.accountOf = async (id) => (id === person.userId ? now : accountOf(id));
    else
      members.isOneOf = async (id, ids) =>
        id !== person.userId ? isOneOf(id, ids) : now === 'left' ? 'no' : 'unknown';
  }

  it.each(['left', 'gone', 'guest', 'bot'] as const)(
    'does not count for whoever pressed it before and is %s by now',
    async (now) => {
      const { here, press, kept } = await waiting();
      await press(DORA);
      first(here, DORA, now);
      expect(await press(BEN)).toMatchObject({ view: 'decided', missing: 1 });
      expect(await kept()).not.toHaveProperty('answered');
      expect((await kept())?.presses).toMatchObject([{ by: BEN, isApprover: false }]);
      expect(here.store.rows.at(-1)?.detail).toMatchObject({ missing: 1, dropped: ['UDORA'] });
      expect(await press(ANA)).toMatchObject({ missing: 0 });
    },
  );

  it('counts an approver who is an operator alone by now as one', async () => {
    const { here, press, kept } = await waiting({ approvers: ['UBEN', 'UDORA'] });
    await press(BEN);
    Object.assign(here.deps.targets[0] ?? {}, { approvers: ['UDORA', 'UEVE'] });
    expect(await press(ANA)).toMatchObject({ view: 'refusal', people: ['UDORA', 'UEVE'] });
    expect(await press(DORA)).toMatchObject({ missing: 0 });
    expect((await kept())?.presses).toMatchObject([{ by: BEN, isApprover: false }, { by: DORA }]);
  });

  it.each(['unsure', 'unknown'] as const)(
    'waits where Slack cannot say what an earlier one is (%s)',
    async (now) => {
      const { here, press, kept } = await waiting();
      await press(DORA);
      first(here, DORA, now);
      expect(await press(BEN)).toMatchObject({ reason: expect.stringContaining('cannot confirm') });
      expect((await kept())?.presses).toMatchObject([{ by: DORA }]);
    },
  );

  it('asks Slack about all of those who press at once', async () => {
    const { press, kept } = await waiting({ approvalsRequired: 2, approvers: ['UANA', 'UDORA', 'UEVE'] });
    const replies = await Promise.all([BEN, ANA, DORA].map((person) => press(person)));
    expect(replies.map((reply) => ('missing' in reply ? reply.missing : -1)).sort()).toEqual([0, 1, 2]);
    expect((await kept())?.presses).toHaveLength(3);
  });

  it('is forgotten where people decide for something else', async () => {
    const { press, kept } = await waiting();
    await press(BEN);
    await press(ANA, 'abort');
    expect(await press(DORA)).toMatchObject({ view: 'refusal', people: [ANA.userId] });
    expect(await kept()).toMatchObject({ answered: { answer: 'abort' } });
  });
});
