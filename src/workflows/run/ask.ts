import { type Question, questionId } from '../../core/run/question.ts';
import { listInWords } from '../../core/text/words.ts';
import { changeRun, putNote } from '../../runs/run-message.ts';
import { StoppingError } from './interruptions.ts';
import { FOR_EVER, type SteppedRun } from './stage.ts';

/** Somebody is told again that a run waits for them, in ms. */
const REMIND_EVERY_MS = 6 * 3_600_000;
/** The store is what counts; a nudge only makes it fast. */
const LOOK_EVERY_MS = 30_000;

/** A run that asks, and whom its questions call. */
type AskingRun = SteppedRun & { calls: readonly string[]; isAside(): boolean };

/**
 * Waits, as one durable step, until somebody answers with one of the buttons. The question stands in the run's message
 * and calls people in its thread, in the tone of bad news unless that is said; a bot that is started again goes on waiting with
 * the same buttons. Nobody is hurried: where the run changes nothing of the machine that runs, backups of that go on beside.
 */
export async function ask(
  run: AskingRun,
  { tone = 'bad', ...question }: Pick<Question, 'key' | 'text' | 'options'> & { tone?: 'info' | 'bad' },
): Promise<string> {
  const { context, runId, target } = run;
  const isAside = run.isAside();
  const meanwhile = isAside
    ? `Backups of ${target} go on meanwhile.`
    : `No backup of ${target} is made until it is decided.`;
  const asked = { ...question, text: `${question.text}${secondInWords(question.options)} ${meanwhile}` };
  return run.steps.run({ name: `ask/${asked.key}`, retryPolicy: FOR_EVER }, async () => {
    const { store, clock } = context;
    const id = questionId(runId, asked.key);
    context.observe({ runId, step: 'ask', phase: 'started' });
    await store.transaction(async (tx) => {
      const at = clock.now();
      await tx.questions.insert(id, { ...asked, runId, target, askedAt: at }, true);
      if (isAside) await tx.locks.setAside(runId, true);
      const { key, text, options } = asked;
      await changeRun(tx, at, runId, (view) => ({ ...view, question: { key, text, options } }));
      await putNote(tx, at, run, {
        key: `ask/${key}`,
        tone,
        broadcast: true,
        mentions: run.calls,
        text: `${text} The buttons are in the run’s message.`,
      });
    });
    context.notifier.wake();
    const answer = await answered(run, id, asked.key);
    await store.transaction(async (tx) => {
      if (isAside) await tx.locks.setAside(runId, false);
      await changeRun(tx, clock.now(), runId, ({ question: _question, ...view }) => view);
    });
    context.notifier.wake();
    context.observe({ runId, step: 'ask', phase: 'done' });
    return answer;
  });
}

/** What has to be pressed by more than one. */
function secondInWords(options: Question['options']): string {
  const labels = options.filter(({ needsSecond }) => needsSecond).map(({ label }) => `“${label}”`);
  return labels.length === 0
    ? ''
    : ` ${listInWords(labels)} counts once an approver has pressed it besides whoever wants it.`;
}

async function answered(run: AskingRun, id: string, key: string): Promise<string> {
  const { context } = run;
  const { store, clock, stopping } = context;
  for (;;) {
    const looking = new AbortController();
    const signal = AbortSignal.any([stopping, looking.signal]);
    // Before the look: an answer that comes between it and the wait would be noticed late.
    const nudged = context.nudged(run.runId, signal);
    try {
      const kept = await store.questions.get(id);
      if (kept?.value.answered !== undefined) return kept.value.answered.answer;
      await remind(run, key, kept?.value.askedAt ?? clock.now());
      await Promise.race([clock.sleep(LOOK_EVERY_MS, signal), nudged]);
    } finally {
      looking.abort();
    }
    if (stopping.aborted) throw new StoppingError();
  }
}

async function remind(run: AskingRun, key: string, askedAt: number): Promise<void> {
  const { store, clock, notifier } = run.context;
  const times = Math.floor((clock.now() - askedAt) / REMIND_EVERY_MS);
  if (times === 0) return;
  await putNote(store, clock.now(), run, {
    key: `ask/${key}/${times}`,
    tone: 'info',
    mentions: run.calls,
    text: 'this run still waits for a decision. The buttons are in its message.',
  });
  notifier.wake();
}
