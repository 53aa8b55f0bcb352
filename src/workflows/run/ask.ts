import { type Question, questionId } from '../../core/run/question.ts';
import { putNote, updateRun } from '../../runs/run-message.ts';
import type { WorkflowContext } from './context.ts';
import type { TaskRun } from './finish.ts';
import { StoppingError } from './interruptions.ts';
import { FOR_EVER, type Steps } from './stage.ts';

/** Somebody is told again that a run waits for them, in ms. */
const REMIND_EVERY_MS = 6 * 3_600_000;
/** The store is what counts; a nudge only makes it fast. */
const LOOK_EVERY_MS = 30_000;

/**
 * Waits, as one durable step, until somebody answers with one of the buttons. The question stands in the run's message
 * and calls the requester in its thread, in the tone of bad news unless that is said; a bot that is started again goes on waiting with the same buttons.
 */
export async function ask(
  context: WorkflowContext,
  steps: Steps,
  run: TaskRun,
  { tone = 'bad', ...asked }: Pick<Question, 'key' | 'text' | 'options'> & { tone?: 'info' | 'bad' },
): Promise<string> {
  return steps.run({ name: `ask/${asked.key}`, retryPolicy: FOR_EVER }, async () => {
    const { store, clock } = context;
    const id = questionId(run.runId, asked.key);
    context.observe({ runId: run.runId, step: 'ask', phase: 'started' });
    const question: Question = { ...asked, runId: run.runId, target: run.target, askedAt: clock.now() };
    await store.transaction(async (tx) => {
      await tx.questions.insert(id, question, true);
      const { key, text, options } = asked;
      await updateRun({ ...context, store: tx }, run.runId, (view) => ({
        ...view,
        question: { key, text, options },
      }));
      await putNote(tx, clock.now(), run, {
        key: `ask/${key}`,
        tone,
        broadcast: true,
        mentions: [run.requester.userId],
        text: `${text} The buttons are in the run’s message.`,
      });
    });
    const answer = await answered(context, run, id, asked.key);
    await updateRun(context, run.runId, ({ question: _question, ...view }) => view);
    context.notifier.wake();
    context.observe({ runId: run.runId, step: 'ask', phase: 'done' });
    return answer;
  });
}

async function answered(context: WorkflowContext, run: TaskRun, id: string, key: string): Promise<string> {
  const { store, clock, stopping } = context;
  for (;;) {
    const looking = new AbortController();
    const signal = AbortSignal.any([stopping, looking.signal]);
    // Before the look: an answer that comes between it and the wait would be noticed late.
    const nudged = context.nudged(run.runId, signal);
    try {
      const kept = await store.questions.get(id);
      if (kept?.value.answered !== undefined) return kept.value.answered.answer;
      await remind(context, run, key, kept?.value.askedAt ?? clock.now());
      await Promise.race([clock.sleep(LOOK_EVERY_MS, signal), nudged]);
    } finally {
      looking.abort();
    }
    if (stopping.aborted) throw new StoppingError();
  }
}

async function remind(context: WorkflowContext, run: TaskRun, key: string, askedAt: number): Promise<void> {
  const { store, clock } = context;
  const times = Math.floor((clock.now() - askedAt) / REMIND_EVERY_MS);
  if (times === 0) return;
  await putNote(store, clock.now(), run, {
    key: `ask/${key}/${times}`,
    tone: 'info',
    mentions: [run.requester.userId],
    text: 'this run still waits for a decision. The buttons are in its message.',
  });
  context.notifier.wake();
}
