import { type AppStatus, isStarted, isStopped } from './app-status.ts';
import type { Clock } from './clock.ts';
import { type Problem, ProblemError } from './problem.ts';
import type { ServicesMachine } from './services-machine.ts';

/** As CircleCI's own scripts ask (facts: circleci-services-machine.md, ES). */
const BETWEEN_QUESTIONS_MS = 10_000;

/** Replicated answers so while it starts itself. */
const PASSING = new Set<Problem['code']>(['replicatedctl-failed', 'answer-unclear']);

export interface AwaitAppOptions {
  signal: AbortSignal;
  /** In ms of the bot's clock. */
  patienceMs: number;
  /** Told of each answer; missing where there was none. */
  onStatus?: (status: AppStatus | undefined) => void;
}

/**
 * Resolves when the application has got there and stays; rejects with `app-not-started` or `app-not-stopped`, and as
 * `appStatus` does for what will not pass.
 */
export async function awaitApp(
  machine: Pick<ServicesMachine, 'appStatus'>,
  clock: Clock,
  wanted: 'started' | 'stopped',
  { signal, patienceMs, onStatus }: AwaitAppOptions,
): Promise<void> {
  const isThere = wanted === 'started' ? isStarted : isStopped;
  const since = clock.now();
  for (;;) {
    signal.throwIfAborted();
    const status = await statusOf(machine);
    onStatus?.(status);
    if (isThere(status)) return;
    const afterMs = clock.now() - since;
    if (afterMs >= patienceMs) {
      const code = wanted === 'started' ? 'app-not-started' : 'app-not-stopped';
      const state = status === undefined ? {} : { state: status.state };
      throw new ProblemError({ code, ...state, afterMs });
    }
    await clock.sleep(Math.min(BETWEEN_QUESTIONS_MS, patienceMs - afterMs), signal);
  }
}

async function statusOf(machine: Pick<ServicesMachine, 'appStatus'>): Promise<AppStatus | undefined> {
  try {
    return await machine.appStatus();
  } catch (error) {
    if (error instanceof ProblemError && PASSING.has(error.problem.code)) return undefined;
    throw error;
  }
}
