import fc from 'fast-check';
import { createPace } from '../../../src/slack/outbox/rate-limits.ts';

describe('pace', () => {
  it('lets the first of everything go at once', () => {
    const pace = createPace();
    expect(pace.postAt('C1')).toBe(0);
    expect(pace.editAt('m1', false)).toBe(0);
  });

  it('spaces posts by channel, and edits over all messages', () => {
    const pace = createPace();
    pace.posted('C1', 10_000);
    expect(pace.postAt('C1')).toBeGreaterThanOrEqual(11_000);
    expect(pace.postAt('C2')).toBe(0);
    pace.edited('m1', 10_000);
    expect(pace.editAt('m2', false)).toBeGreaterThanOrEqual(11_200);
    expect(pace.editAt('m1', false)).toBeGreaterThanOrEqual(12_000);
  });

  it('lets a last word pass the edits of its own message, not the others', () => {
    const pace = createPace();
    pace.edited('m1', 10_000);
    expect(pace.editAt('m1', true)).toBe(pace.editAt('m2', true));
    expect(pace.editAt('m1', true)).toBeLessThan(pace.editAt('m1', false));
  });

  it('forgets what nobody has to wait for', () => {
    const pace = createPace();
    for (let n = 0; n < 1000; n += 1) {
      pace.edited(`m${n}`, n * 1_250);
      pace.posted(`C${n}`, n * 1_250);
    }
    expect(pace.remembered()).toBeLessThan(6);
    expect(pace.editAt('m999', false)).toBe(999 * 1_250 + 2_500);
  });

  it('keeps the longest pause that Slack asked for, for last words as well', () => {
    const pace = createPace();
    pace.pause('chat.update', 90_000);
    pace.pause('chat.update', 30_000);
    expect(pace.editAt('m1', true)).toBe(90_000);
    expect(pace.postAt('C1')).toBe(0);
    pace.pause('chat.postMessage', 50_000);
    expect(pace.postAt('C1')).toBe(50_000);
  });

  it('never exceeds fifty edits in any minute, whoever asks for them', () => {
    const message = fc.constantFrom('m1', 'm2', 'm3');
    fc.assert(
      fc.property(fc.array(fc.tuple(message, fc.boolean(), fc.nat(900)), { maxLength: 200 }), (edits) => {
        const pace = createPace();
        let now = 0;
        const made: number[] = [];
        for (const [id, final, idleMs] of edits) {
          now = Math.max(now + idleMs, pace.editAt(id, final));
          pace.edited(id, now);
          made.push(now);
        }
        for (const at of made) {
          expect(made.filter((other) => other >= at && other < at + 60_000).length).toBeLessThanOrEqual(50);
        }
      }),
    );
  });
});
