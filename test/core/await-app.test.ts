import type { AppStatus } from '../../src/core/app-status.ts';
import { awaitApp } from '../../src/core/await-app.ts';
import { type Problem, ProblemError } from '../../src/core/problem.ts';

const STARTED: AppStatus = { state: 'started', desired: 'started', isTransitioning: false };
const ALMOST: AppStatus = { ...STARTED, isTransitioning: true };
const STARTING: AppStatus = { state: 'starting', desired: 'started', isTransitioning: true };
const STOPPED: AppStatus = { state: 'stopped', desired: 'stopped', isTransitioning: false };

/** Answers one after the other, the last one for ever; a clock that only sleeping moves. */
function machineThatSays(...answers: (AppStatus | Problem | undefined)[]) {
  let now = 0;
  let asked = 0;
  return {
    asked: () => asked,
    clock: {
      now: () => now,
      sleep: async (ms: number) => {
        now += ms;
      },
    },
    machine: {
      appStatus: async () => {
        const answer = answers[Math.min(asked, answers.length - 1)];
        asked += 1;
        if (answer !== undefined && 'code' in answer) throw new ProblemError(answer);
        return answer;
      },
    },
  };
}

const options = { signal: new AbortController().signal, patienceMs: 600_000 };

describe('awaitApp', () => {
  it.each([
    ['at once', 'started', [STARTED], 1],
    ['and not while it is still on the way', 'started', [STARTING, ALMOST, STARTED], 3],
    ['while Replicated starts', 'started', [undefined, { code: 'answer-unclear', command: 'x' }, STARTED], 3],
    ['stopped', 'stopped', [STARTED, STOPPED], 2],
  ] as const)('waits until it is there, %s', async (_how, wanted, answers, asked) => {
    const says = machineThatSays(...answers);
    await awaitApp(says.machine, says.clock, wanted, options);
    expect(says.asked()).toBe(asked);
  });

  it('gives up after its patience, and says what was seen last', async () => {
    const says = machineThatSays(STARTING);
    await expect(awaitApp(says.machine, says.clock, 'started', options)).rejects.toMatchObject({
      problem: { code: 'app-not-started', state: 'starting', afterMs: 600_000 },
    });
    expect(says.asked()).toBe(61);
  });

  it('gives up where nothing was seen', async () => {
    const says = machineThatSays(undefined);
    await expect(
      awaitApp(says.machine, says.clock, 'stopped', { ...options, patienceMs: 1 }),
    ).rejects.toMatchObject({ problem: { code: 'app-not-stopped', afterMs: 1 } });
  });

  it('does not wait for what will not pass', async () => {
    const says = machineThatSays({ code: 'replicatedctl-missing' });
    await expect(awaitApp(says.machine, says.clock, 'started', options)).rejects.toMatchObject({
      problem: { code: 'replicatedctl-missing' },
    });
    expect(says.asked()).toBe(1);
  });

  it('ends with its signal', async () => {
    const says = machineThatSays(STARTING);
    const leaving = new AbortController();
    const seen: unknown[] = [];
    const waiting = awaitApp(says.machine, says.clock, 'started', {
      ...options,
      signal: leaving.signal,
      onStatus: (status) => {
        seen.push(status);
        if (seen.length === 2) leaving.abort(new Error('the run was canceled'));
      },
    });
    await expect(waiting).rejects.toThrow('the run was canceled');
    expect(seen).toEqual([STARTING, STARTING]);
  });
});
