import type { TargetSchedules } from '../../../src/commands/base/reply.ts';
import { paused, resumed, schedule } from '../../../src/slack/routine/schedule.ts';
import { target } from '../../target.ts';

const AT = Date.UTC(2026, 10, 24, 3);
const nightly = { name: 'nightly', words: 'At 03:00, every day (UTC)', next: [AT] };
const shown = (name: string, more: Partial<TargetSchedules> = {}): TargetSchedules => ({
  target: target(name),
  schedules: [nightly],
  ...more,
});

function lines(...targets: TargetSchedules[]): string[] {
  return schedule({ view: 'schedule', targets, now: AT }).blocks.flatMap((block) => {
    if (block.type === 'section' && 'text' in block) return block.text?.text.split('\n') ?? [];
    return [JSON.stringify(block)];
  });
}

describe('schedule', () => {
  it('says when, in each reader’s own time, and what stays', () => {
    expect(lines(shown('prod', { schedules: [{ ...nightly, keep: '7 daily' }, nightly] }))).toEqual([
      '*prod*',
      '`nightly` At 03:00, every day (UTC)',
      expect.stringMatching(/^next: <!date\^1795489200\^[^|]*\|2026-11-24 03:00 UTC>$/),
      'keeps 7 daily',
      '`nightly` At 03:00, every day (UTC)',
      expect.stringContaining('next: '),
      'keeps all of them (no KEEP_… is set)',
    ]);
  });

  it('says who paused it, and until when', () => {
    const pause = { target: 'prod', until: AT, by: { userId: 'UANA', teamId: 'T1' }, at: 0 };
    expect(lines(shown('prod', { pause }))[1]).toMatch(/paused by <@UANA> until <!date\^1795489200\^/);
  });

  it('names the setting where there is none', () => {
    expect(lines(shown('prod', { schedules: [] }))).toEqual([
      '*prod* has no schedule: backups are made by hand only. To set one: BACKUP_SCHEDULE.',
    ]);
  });

  it('shows twenty targets of a fleet and counts the rest', () => {
    const fleet = Array.from({ length: 23 }, (_, i) => shown(`ci-${i}`));
    expect(lines(...fleet).filter((line) => line.startsWith('*ci-'))).toHaveLength(20);
    expect(lines(...fleet).at(-1)).toContain('3 more: `/circleci-backup schedule &lt;target&gt;`');
    expect(lines(...fleet.slice(0, 20)).at(-1)).not.toContain('more');
  });
});

it('a pause names its end and how to end it; the end names the next slot, where there is one', () => {
  const pausing = paused({ view: 'paused', target: 'prod', until: AT, channel: 'C1' });
  expect(pausing.text).toMatch(/^The schedules of \*prod\* are paused until <!date.*<#C1> is told/);
  expect(JSON.stringify(pausing.blocks)).toContain('`/circleci-backup schedule resume prod`');
  expect(resumed({ view: 'resumed', target: 'prod', channel: 'C1', next: AT }).text).toMatch(
    /^The schedules of \*prod\* go on\. The next one is due <!date.*; nothing starts before\.$/,
  );
  expect(resumed({ view: 'resumed', target: 'prod', channel: 'C1' }).text).toBe(
    'The schedules of *prod* go on.',
  );
});
