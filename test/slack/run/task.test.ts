import { newRunView, type RunEnd, type RunView } from '../../../src/core/run/run-view.ts';
import { runMessage } from '../../../src/slack/run/run.ts';

const stages = [
  { key: 'approval', title: 'Check the approval' },
  { key: 'launch', title: 'Launch the machine' },
];

function restoreOf(change: Partial<RunView> = {}): RunView {
  return {
    ...newRunView(
      {
        runId: 'rs-20260901-0914-abcd',
        kind: 'restore',
        target: 'prod',
        region: 'eu-west-1',
        about: ['from bk-20260831-0300-wxyz', 'a new machine'],
        requester: { userId: 'U0ANAMARIC', teamId: 'T0ACMERAIL' },
        requestedAt: Date.UTC(2026, 8, 1, 9, 14),
        note: 'the machine <!channel> is lost',
      },
      stages,
    ),
    ...change,
  };
}

const end: RunEnd = {
  outcome: 'done',
  headline: 'prod is restored to i-0abc',
  facts: [['Machine', 'i-0abc']],
  lines: ['The old machine i-0old is stopped, not terminated.'],
  warnings: [],
  startedAt: Date.UTC(2026, 8, 1, 9, 14),
  finishedAt: Date.UTC(2026, 8, 1, 9, 31),
};

const question = {
  key: 'launch/1',
  text: 'There is no capacity for m5.2xlarge in eu-west-1a.',
  options: [
    { answer: 'retry', label: 'Retry', style: 'primary' as const },
    { answer: 'abort', label: 'Abort', confirm: { title: 'Abort?', text: 'It removes i-0abc.' } },
  ],
};

const firstLine = (view: RunView) => runMessage(view).text.split('\n')[0];
const seen = (view: RunView) => JSON.stringify(runMessage(view).blocks);

describe('the message of a run that is no backup', () => {
  it('says in its first line what is true now', () => {
    const launching = restoreOf({
      stages: stages.map((stage) => ({ ...stage, state: stage.key === 'launch' ? 'running' : 'done' })),
    });
    expect([
      firstLine(restoreOf()),
      firstLine(launching),
      firstLine({ ...launching, cancelRequestedBy: 'U0BENOKORO' }),
      firstLine({ ...launching, question }),
      firstLine(restoreOf({ end })),
    ]).toEqual([
      'Restore of prod is starting (rs-20260901-0914-abcd)',
      'Restore of prod: launch the machine (rs-20260901-0914-abcd)',
      'Restore of prod: stopping at the next safe point (rs-20260901-0914-abcd)',
      'Restore of prod waits for a decision (rs-20260901-0914-abcd)',
      'prod is restored to i-0abc (rs-20260901-0914-abcd)',
    ]);
  });

  it('shows each way to answer as a button that says what it answers', () => {
    const shown = seen(restoreOf({ question }));
    expect(shown).toContain('"value":"rs-20260901-0914-abcd launch/1 retry"');
    expect(shown).toContain('"value":"rs-20260901-0914-abcd launch/1 abort"');
    expect(shown).toContain('It removes i-0abc.');
    // Two ways to stop it beside one another would not be the same.
    expect(shown).not.toContain('circleci-backup:cancel');
  });

  it('can be stopped while it runs, and has no buttons afterwards', () => {
    expect(seen(restoreOf())).toContain('"circleci-backup:cancel"');
    expect(seen(restoreOf())).toContain('Stop this restore?');
    expect(seen(restoreOf({ end }))).not.toContain('"actions"');
  });

  it('says what it works with, and shows the words of people plainly', () => {
    const { blocks } = runMessage(restoreOf());
    expect(JSON.stringify(blocks)).toContain('from bk-20260831-0300-wxyz');
    const why = blocks.find((block) => JSON.stringify(block).includes('is lost'));
    expect(why).toMatchObject({
      text: { type: 'plain_text', text: 'Why: the machine <!channel> is lost', emoji: false },
    });
  });

  it('tells what went wrong, what is next and what was done', () => {
    const failed: RunEnd = {
      ...end,
      outcome: 'failed',
      headline: 'Restore of prod FAILED',
      problem: { code: 'deadline', afterMs: 3_600_000 },
      lines: ['done: i-0abc was launched', 'not done: the address was not moved'],
      warnings: ['i-0abc still runs'],
    };
    const shown = seen(restoreOf({ end: failed }));
    for (const said of [
      '(BACKUP_DEADLINE)',
      'Next: ',
      'not done: the address was not moved',
      '⚠ i-0abc still runs',
    ])
      expect(shown).toContain(said);
    expect(shown).toContain('17 min');
  });

  it('says the same in text alone', () => {
    const { text, blocks } = runMessage(restoreOf({ question, hint: 'EC2 is slow' }), 'text');
    expect(blocks).toEqual([]);
    for (const said of [
      question.text,
      '⚠ EC2 is slow',
      '· Launch the machine',
      'cancel rs-20260901-0914-abcd',
    ])
      expect(text).toContain(said);
    expect(runMessage(restoreOf({ end }), 'text').text).toContain('The old machine i-0old is stopped');
  });
});
