import type { Clock } from '../../src/core/ports/clock.ts';
import { createDrain } from '../../src/ops/drain.ts';

/** A clock whose sleeps take no time: the soonest ends once nothing else can go on. */
function leapingClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const end = now + ms;
        // After all promise jobs: what can stop by itself has stopped by then.
        const timer = setImmediate(() => {
          now = Math.max(now, end);
          resolve();
        });
        signal?.addEventListener('abort', () => {
          clearImmediate(timer);
          resolve();
        });
      }),
  };
}

const hang = () => new Promise<void>(() => undefined);

function drainUnderTest(clock: Clock = leapingClock()) {
  const exits: number[] = [];
  const drain = createDrain({ graceMs: 10_000, clock, exit: (code) => void exits.push(code) });
  return { drain, exits, clock };
}

describe('drain', () => {
  it('stops the parts in their order, whatever the order they were added in', async () => {
    const { drain, exits } = drainUnderTest();
    const stopped: string[] = [];
    for (const part of ['store', 'health', 'worker', 'listener', 'outbox', 'schedule'] as const) {
      drain.add(part, async () => {
        await Promise.resolve();
        stopped.push(part);
      });
    }
    expect(await drain.run('SIGTERM')).toEqual({ clean: true });
    expect(stopped).toEqual(['listener', 'schedule', 'worker', 'outbox', 'store', 'health']);
    expect(exits).toEqual([]);
  });

  it('goes on after a part that fails, and says that it was not clean', async () => {
    const { drain } = drainUnderTest();
    const stopped: string[] = [];
    drain.add('listener', () => {
      throw new Error('at once');
    });
    drain.add('worker', async () => {
      throw new Error('later');
    });
    drain.add('store', async () => void stopped.push('store'));
    expect(await drain.run('SIGTERM')).toEqual({ clean: false });
    expect(stopped).toEqual(['store']);
  });

  it('leaves a hanging part behind, in time for the ones after it', async () => {
    const { drain, clock } = drainUnderTest();
    const at: Record<string, number> = {};
    drain.add('worker', hang);
    drain.add('outbox', () => {
      at.outbox = clock.now();
      return hang();
    });
    drain.add('store', async () => {
      at.store = clock.now();
    });
    expect(await drain.run('SIGTERM')).toEqual({ clean: false });
    expect(at).toEqual({ outbox: 9000, store: 9500 });
    expect(clock.now()).toBeLessThanOrEqual(10_000);
  });

  it('keeps a part to its own limit', async () => {
    const { drain, clock } = drainUnderTest();
    drain.add('listener', hang, 300);
    expect(await drain.run('SIGTERM')).toEqual({ clean: false });
    expect(clock.now()).toBe(300);
  });

  it('exits at once when it is asked a second time', async () => {
    const { drain, exits } = drainUnderTest();
    let stops = 0;
    drain.add('worker', async () => {
      stops += 1;
      await hang();
    });
    const first = drain.run('SIGTERM');
    const second = drain.run('SIGINT');
    expect(exits).toEqual([1]);
    expect(await Promise.all([first, second])).toEqual([{ clean: false }, { clean: false }]);
    expect(stops).toBe(1);
  });

  it('has nothing to wait for when nothing was added', async () => {
    expect(await drainUnderTest().drain.run('SIGTERM')).toEqual({ clean: true });
  });
});
