import { createOnce } from '../../src/slack/deduplicate.ts';
import { handClock } from '../sandbox/slack/harness.ts';

const MINUTE = 60_000;

describe('once', () => {
  it('is true the first time only', () => {
    const once = createOnce(handClock());
    expect([once('a'), once('a'), once('b'), once('a')]).toEqual([true, false, true, false]);
  });

  it('remembers for longer than Slack’s signatures are good', () => {
    const clock = handClock();
    const once = createOnce(clock);
    once('a');
    clock.advance(6 * MINUTE);
    expect(once('a')).toBe(false);
  });

  it('forgets afterwards, the old ones only', () => {
    const clock = handClock();
    const once = createOnce(clock);
    once('old');
    clock.advance(9 * MINUTE);
    once('new');
    clock.advance(2 * MINUTE);
    expect(once('new')).toBe(false);
    expect(once('old')).toBe(true);
  });

  it('is not refreshed by a repetition', () => {
    const clock = handClock();
    const once = createOnce(clock);
    once('a');
    clock.advance(9 * MINUTE);
    once('a');
    clock.advance(2 * MINUTE);
    expect(once('a')).toBe(true);
  });
});
