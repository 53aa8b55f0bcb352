import { noLog } from '../../src/core/ports/log.ts';
import { createDeduplicate } from '../../src/slack/deduplicate.ts';
import { memoryStore } from '../memory-store.ts';
import { handClock } from '../sandbox/slack/harness.ts';

const MINUTE = 60_000;

function scene(store = memoryStore(), clock = handClock()) {
  return { store, clock, once: createDeduplicate({ deliveries: store.deliveries, clock, log: noLog }) };
}

describe('a payload is taken', () => {
  it('the first time only, also of two that come together', async () => {
    const { once } = scene();
    expect(await Promise.all([once('a'), once('a'), once('b'), once('a')])).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('once by all processes that follow each other', async () => {
    const { store, clock, once } = scene();
    expect(await once('a')).toBe(true);
    clock.advance(6 * MINUTE);
    expect(await scene(store, clock).once('a')).toBe(false);
    expect(await scene(store, clock).once('b')).toBe(true);
  });

  it('while the store does not answer, once by this process, for longer than a signature is good', async () => {
    const { store, clock, once } = scene();
    store.broken = new Error('the disk is full');
    expect(await once('old')).toBe(true);
    clock.advance(9 * MINUTE);
    expect([await once('old'), await once('new')]).toEqual([false, true]);
    clock.advance(3 * MINUTE);
    expect([await once('new'), await once('old')]).toEqual([false, true]);
  });
});
