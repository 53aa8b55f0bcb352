import { approvalsOf } from '../../core/approval/approval.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { explain } from '../../core/problems/problem.ts';
import { type LastWord, lastWordOf } from '../../core/run/last-word.ts';
import { runMessageId } from '../../core/run/run-id.ts';
import { isEnded, type RunView } from '../../core/run/run-view.ts';
import type { Store } from '../../core/store/store.ts';
import { counted, durationInWords } from '../../core/text/words.ts';
import { EXIT } from '../protocol.ts';
import type { Cell, Piece } from '../text.ts';

/** In wall ms; the store is in this process. */
const LOOK_EVERY_MS = 300;
/** Percents are told in steps of this size. */
const STEP = 10;

/** How a run ended; `no run`: its request did not become one, as `state` says. */
export type Followed = { run: RunView } | { state: string };

/**
 * Waits for the last word of a run, or of the request that it waits for, and tells each news of it once. Rejects when `signal`
 * aborts. `whole`: waits for what follows the last word, too.
 */
export async function follow(
  runId: string,
  { store, wall, whole, signal }: { store: Store; wall: Clock; whole: boolean; signal: AbortSignal },
  tell: (piece: Cell) => void,
): Promise<Followed> {
  const told = new Set<string>();
  const once = (key: string, piece: Cell) => {
    if (told.has(key)) return;
    told.add(key);
    tell(piece);
  };
  for (;;) {
    const view = (await store.messages.get(runMessageId(runId)))?.view;
    if (view?.kind === 'run') {
      for (const [key, piece] of newsOf(view.run)) once(key, piece);
      if (isEnded(view.run) && !(whole && (view.run.follows ?? []).length > 0)) return { run: view.run };
    } else {
      const approval = (await store.approvals.get(runId))?.value;
      const state = approval?.state ?? 'not known';
      if (approval !== undefined && state !== 'approved') {
        if (state !== 'open') return { state };
        const count = approvalsOf(approval).length;
        once(`approval ${count}`, `waits for ${counted(approval.required - count, 'approval')}`);
      }
    }
    await wall.sleep(LOOK_EVERY_MS, signal);
    signal.throwIfAborted();
  }
}

function newsOf({ runId, stages, percent, hint, question }: RunView): [key: string, piece: Cell][] {
  return [
    ...stages
      .filter(({ state }) => state !== 'pending' && state !== 'skipped')
      .map(({ key, title, state, startedAt, endedAt, detail }): [string, Cell] => {
        const took =
          state === 'running' || startedAt === undefined || endedAt === undefined
            ? ''
            : ` (${durationInWords(endedAt - startedAt)})`;
        const text = `${state === 'running' ? '…' : state === 'done' ? '✓' : '✗'} ${title}${took}${detail === undefined ? '' : `: ${detail}`}`;
        return [`${key} ${state}`, state === 'failed' ? { tone: 'bad', text } : text];
      }),
    ...(percent === undefined
      ? []
      : [
          [`percent ${Math.floor(percent / STEP)}`, { tone: 'dim', text: `  ${percent} %` }] satisfies [
            string,
            Cell,
          ],
        ]),
    ...(hint === undefined ? [] : [[hint, { tone: 'warning', text: hint }] satisfies [string, Cell]]),
    ...(question === undefined
      ? []
      : [
          [
            `question ${question.key}`,
            {
              tone: 'warning',
              text: `${question.text} ${runId} waits: press one of the buttons in its message in Slack.`,
            },
          ] satisfies [string, Cell],
        ]),
  ];
}

const TONE = { good: 'good', partly: 'warning', failed: 'bad', canceled: 'warning', down: 'bad' } as const;

/** The last word, as the run's message has it. */
export function ending(run: RunView): { pieces: Piece[]; exit: number } {
  const last = lastWordOf(run);
  if (last === undefined) return { pieces: [], exit: EXIT.failed };
  const { headline, outcome, fields, lines, warnings, checked } = last;
  return {
    exit: outcome === 'good' ? EXIT.done : outcome === 'partly' ? EXIT.partly : EXIT.failed,
    pieces: [
      { tone: TONE[outcome], text: headline },
      { facts: [['Run', run.runId], ...fields] },
      ...whyAndNext(last),
      ...(lines.length === 0 ? [] : [{ items: lines }]),
      ...warnings.map((text): Cell => ({ tone: 'warning', text })),
      ...(checked.length === 0
        ? []
        : [{ tone: 'dim', text: `Checked: ${checked.join('; ')}.` } satisfies Cell]),
    ],
  };
}

function whyAndNext({ problem }: LastWord): string[] {
  if (problem === undefined) return [];
  const { reason, next } = explain(problem);
  return [reason, `Next: ${next}`];
}
