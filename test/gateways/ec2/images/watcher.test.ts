import type { ImageStatus } from '../../../../src/core/model/image.ts';
import type { WatchEvent } from '../../../../src/core/ports/ec2.ts';
import type { Trouble } from '../../../../src/core/ports/ec2-call.ts';
import { ProblemError } from '../../../../src/core/problems/problem.ts';
import { createWatcher, paceMs } from '../../../../src/gateways/ec2/images/watcher.ts';
import { handClock } from '../../../hand-clock.ts';

function status(state: string, progress = 0): ImageStatus {
  return {
    image: {
      imageId: 'ami-1',
      name: 'one',
      state,
      tags: {},
      mappings: [{ device: '/dev/sda1', snapshotId: 'snap-1' }],
    },
    snapshots: [
      {
        snapshotId: 'snap-1',
        volumeId: 'vol-1',
        state: progress === 100 ? 'completed' : 'pending',
        progress,
        volumeBytes: 2 ** 30,
      },
    ],
  };
}

describe('paceMs', () => {
  it.each<[string, ImageStatus | undefined, number, number]>([
    ['an image that is not shown yet', undefined, 60_000, 5_000],
    ['an image that is done', status('available', 100), 60_000, 5_000],
    ['a failed one', status('failed'), 60_000, 5_000],
    ['no progress yet', status('pending', 0), 60_000, 10_000],
    ['all copied, but not available', status('pending', 100), 60_000, 10_000],
    ['half done after a minute: a quarter of the minute left', status('pending', 50), 60_000, 15_000],
    ['almost done', status('pending', 99), 60_000, 5_000],
    ['a day-long copy', status('pending', 1), 600_000, 30_000],
  ])('%s', (_what, seen, watchedMs, ms) => expect(paceMs(seen, watchedMs)).toBe(ms));
});

type Answer = Map<string, ImageStatus> | Error;

function setUp() {
  const clock = handClock(0);
  const calls: {
    runIds: string[];
    at: number;
    answer(found: Answer): Promise<void>;
    trouble(t: Trouble): Promise<void>;
    signal: AbortSignal;
  }[] = [];
  const errors: unknown[] = [];
  const watch = createWatcher({
    clock,
    describe: (runIds, onTrouble, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        calls.push({
          runIds,
          at: clock.now(),
          signal,
          answer: async (found) => {
            if (found instanceof Error) reject(found);
            else resolve(found);
            await clock.advance(0);
          },
          trouble: async (trouble) => {
            onTrouble(trouble);
            await clock.advance(0);
          },
        });
      }),
    onError: (error) => errors.push(error),
  });

  /** Collects a run's events until told to stop. */
  function follow(runId: string) {
    const stop = new AbortController();
    const events: WatchEvent[] = [];
    const ended = (async () => {
      for await (const event of watch(runId, stop.signal)) events.push(event);
    })();
    return {
      events,
      async stop() {
        stop.abort();
        await ended;
        await clock.advance(0);
      },
    };
  }
  return { clock, calls, errors, follow, watch };
}

describe('the watcher', () => {
  it('asks once about all runs, tells each its own, and stops when nobody waits', async () => {
    const { clock, calls, follow } = setUp();
    const runs = Array.from({ length: 250 }, (_, i) => follow(`bk-${i}`));
    expect(calls).toHaveLength(1);
    // They joined one after another while the first call was made.
    await calls[0]?.answer(new Map([['bk-0', status('pending', 10)]]));
    await clock.advance(30_000);
    expect(calls[1]?.runIds).toHaveLength(250);
    await calls[1]?.answer(new Map([['bk-7', status('pending', 20)]]));
    expect(runs[7]?.events.at(-1)).toEqual({ status: status('pending', 20) });
    expect(runs[8]?.events.at(-1)).toEqual({ status: undefined });
    for (const run of runs) await run.stop();
    await clock.advance(60_000);
    expect(calls).toHaveLength(2);
  });

  it('does not tell a run that joins during a call that it was not found', async () => {
    const { clock, calls, follow } = setUp();
    const first = follow('bk-1');
    const second = follow('bk-2');
    await calls[0]?.answer(new Map([['bk-1', status('pending', 10)]]));
    expect(first.events).toEqual([{ status: status('pending', 10) }]);
    expect(second.events).toEqual([]);
    await clock.advance(30_000);
    expect(calls[1]?.runIds).toEqual(['bk-1', 'bk-2']);
    await first.stop();
    await second.stop();
  });

  it('asks as often as the run that needs it most', async () => {
    const { clock, calls, follow } = setUp();
    const slow = follow('slow');
    const hidden = follow('hidden');
    await clock.advance(10_000);
    await calls[0]?.answer(new Map([['slow', status('pending', 1)]]));
    await clock.advance(5_000);
    expect(calls).toHaveLength(2);
    await calls[1]?.answer(new Map([['slow', status('pending', 1)]]));
    await clock.advance(4_999);
    expect(calls).toHaveLength(2);
    await clock.advance(1);
    expect(calls).toHaveLength(3);
    await hidden.stop();
    await calls[2]?.answer(new Map([['slow', status('pending', 1)]]));
    await clock.advance(29_999);
    expect(calls).toHaveLength(3);
    await clock.advance(1);
    expect(calls).toHaveLength(4);
    await slow.stop();
  });

  it('spares EC2 when many wait: one of them is always about to end', async () => {
    const { clock, calls, follow } = setUp();
    const runs = Array.from({ length: 11 }, (_, i) => follow(`bk-${i}`));
    await calls[0]?.answer(new Map());
    await clock.advance(9_999);
    expect(calls).toHaveLength(1);
    await clock.advance(1);
    expect(calls).toHaveLength(2);
    await runs.pop()?.stop();
    await calls[1]?.answer(new Map());
    await clock.advance(5_000);
    expect(calls).toHaveLength(3);
    for (const run of runs) await run.stop();
  });

  it('passes trouble on to everybody, while the call goes on', async () => {
    const { calls, follow } = setUp();
    const [one, two] = [follow('bk-1'), follow('bk-2')];
    const trouble: Trouble = {
      kind: 'throttled',
      action: 'DescribeImages',
      awsCode: 'Throttling',
      sinceMs: 20_000,
    };
    await calls[0]?.trouble(trouble);
    expect(one?.events).toEqual([{ trouble }]);
    expect(two?.events).toEqual([{ trouble }]);
    await one?.stop();
    await two?.stop();
  });

  it('says for how long it is refused, and which call, and goes on when that is mended', async () => {
    const { clock, calls, errors, follow } = setUp();
    const run = follow('bk-1');
    const denied = new ProblemError(
      { code: 'permissions-missing', actions: ['ec2:DescribeSnapshots'] },
      {
        cause: Object.assign(new Error('no'), {
          name: 'UnauthorizedOperation',
          $metadata: { httpStatusCode: 403 },
        }),
      },
    );
    await calls[0]?.answer(denied);
    await clock.advance(30_000);
    await calls[1]?.answer(denied);
    const refused = { kind: 'refused', action: 'DescribeSnapshots', awsCode: 'UnauthorizedOperation' };
    expect(run.events).toEqual([
      { trouble: { ...refused, sinceMs: 0 } },
      { trouble: { ...refused, sinceMs: 30_000 } },
    ]);
    expect(errors).toEqual([denied, denied]);
    await clock.advance(30_000);
    await calls[2]?.answer(new Map([['bk-1', status('pending', 50)]]));
    expect(run.events.at(-1)).toEqual({ status: status('pending', 50) });
    await clock.advance(30_000);
    await calls[3]?.answer(new Error('odd'));
    expect(run.events.at(-1)).toEqual({
      trouble: { kind: 'refused', action: 'DescribeImages', awsCode: 'unknown error', sinceMs: 0 },
    });
    await run.stop();
  });

  it('ends a call that nobody waits for any more, and starts anew for the next', async () => {
    const { calls, errors, follow } = setUp();
    await follow('bk-1').stop();
    expect(calls[0]?.signal.aborted).toBe(true);
    const next = follow('bk-2');
    expect(calls[1]?.runIds).toEqual(['bk-2']);
    expect(errors).toEqual([]);
    await next.stop();
  });

  it('ends its pause as well: the next run does not wait for it', async () => {
    const { calls, follow } = setUp();
    const first = follow('bk-1');
    await calls[0]?.answer(new Map([['bk-1', status('pending', 1)]]));
    await first.stop();
    const next = follow('bk-2');
    expect(calls).toHaveLength(2);
    await next.stop();
  });

  it('keeps only the newest event for a run that is slow to take it', async () => {
    const { clock, calls, watch } = setUp();
    const stop = new AbortController();
    const events = watch('bk-1', stop.signal)[Symbol.asyncIterator]();
    const first = events.next();
    for (const progress of [10, 20, 30]) {
      await calls.at(-1)?.answer(new Map([['bk-1', status('pending', progress)]]));
      await clock.advance(30_000);
    }
    expect((await first).value).toEqual({ status: status('pending', 10) });
    expect((await events.next()).value).toEqual({ status: status('pending', 30) });
    stop.abort();
    expect((await events.next()).done).toBe(true);
  });
});
