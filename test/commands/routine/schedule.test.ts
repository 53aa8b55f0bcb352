import type { Target } from '../../../src/core/model/target.ts';
import { scheduleOf } from '../../core/time/schedule-of.ts';
import { ANA, BEN, CLEO, LAB, NOW, PROD, scene } from '../fakes.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NIGHTLY = { name: 'nightly', schedule: scheduleOf('0 3 * * *'), keep: { daily: 7 } };
const WEEKLY = { name: 'weekly', schedule: scheduleOf('30 4 * * 0') };
const prod: Target = { ...PROD, schedules: [NIGHTLY, WEEKLY] };
const lab: Target = { ...LAB, channel: 'C2', schedules: [NIGHTLY] };
const USAGE =
  '/circleci-backup schedule [target] | schedule pause [target] [for 2h] | schedule resume [target]';

const day = (date: number, hour: number, minute = 0) => Date.UTC(2026, 10, date, hour, minute);

describe('schedule shows', () => {
  test('each schedule in words, its next three slots and what it keeps', async () => {
    expect((await scene([prod]).say(CLEO, 'schedule')).reply).toEqual({
      view: 'schedule',
      now: NOW,
      targets: [
        {
          target: prod,
          schedules: [
            {
              name: 'nightly',
              words: 'At 03:00, every day (UTC)',
              next: [day(24, 3), day(25, 3), day(26, 3)],
              keep: '7 daily',
            },
            {
              name: 'weekly',
              words: 'At 04:30, only on Sunday (UTC)',
              next: [day(29, 4, 30), day(36, 4, 30), day(43, 4, 30)],
            },
          ],
        },
      ],
    });
  });

  test('all targets, or the one that is named, however it is written', async () => {
    const here = scene([prod, lab, { ...PROD, name: 'bare' }]);
    const names = async (text: string) => {
      const { reply } = await here.say(CLEO, text);
      return reply.view === 'schedule'
        ? reply.targets.map((each) => [each.target.name, each.schedules.length])
        : reply;
    };
    expect(await names('schedule')).toEqual([
      ['prod', 2],
      ['lab', 1],
      ['bare', 0],
    ]);
    expect(await names('schedule LAB')).toEqual([['lab', 1]]);
  });

  test('a pause, and the slots after it', async () => {
    const here = scene([prod]);
    const pause = { target: 'prod', until: NOW + 2 * DAY, by: ANA, at: NOW };
    await here.store.schedules.setPause(pause);
    const shown = async () => {
      const { reply } = await here.say(CLEO, 'schedule');
      return reply.view === 'schedule' ? reply.targets[0] : undefined;
    };
    expect(await shown()).toMatchObject({
      pause,
      schedules: [{ next: [day(26, 3), day(27, 3), day(28, 3)] }, {}],
    });
    await here.clock.advance(2 * DAY);
    expect(await shown()).not.toHaveProperty('pause');
  });

  test.each(['schedule moon', 'schedule for 2h', 'schedule puase prod'])('nothing for “%s”', async (text) => {
    const here = scene([prod, lab]);
    expect((await here.say(CLEO, text)).reply).toEqual({
      view: 'refusal',
      reason: `There is no target named “${text.slice('schedule '.length)}”. The targets are prod, lab. Nothing was done.`,
      usage: USAGE,
    });
  });
});

describe('a pause', () => {
  test.each([
    ['schedule pause', DAY],
    ['schedule pause for 2h', 2 * HOUR],
    ['schedule pause prod 30 minutes', HOUR / 2],
    ['Schedule  PAUSE Prod  for 2 hours', 2 * HOUR],
    ['schedule pause until 04:14', HOUR],
    ['schedule pause until 2026-11-25', day(25, 0) - NOW],
    ['schedule pause for 14d', 14 * DAY],
  ])('%s', async (text, ms) => {
    const here = scene([prod]);
    expect(await here.say(ANA, text)).toEqual({
      verb: 'schedule',
      result: 'ok',
      reply: { view: 'paused', target: 'prod', until: NOW + ms, channel: 'C1' },
    });
    const about = { target: 'prod', at: NOW };
    expect(await here.store.schedules.pauseOf('prod')).toEqual({ ...about, until: NOW + ms, by: ANA });
    expect(here.store.rows).toEqual([
      {
        ...about,
        seq: 1,
        kind: 'request',
        verb: 'schedule',
        actor: ANA,
        detail: { action: 'pause', until: NOW + ms },
      },
    ]);
    expect([...here.store.sent.values()]).toMatchObject([
      {
        id: `pause/prod/${NOW}`,
        channel: 'C1',
        view: {
          tone: 'info',
          mentions: ['UANA'],
          text: 'paused the schedules of prod until',
          until: NOW + ms,
        },
      },
    ]);
    expect(here.woken).toBe(1);
    expect(here.engine.started).toEqual([]);
  });

  test('until a date begins where the target is', async () => {
    const here = scene([{ ...prod, timezone: 'America/New_York' }]);
    await here.say(ANA, 'schedule pause until 2026-11-25');
    expect((await here.store.schedules.pauseOf('prod'))?.until).toBe(day(25, 5));
  });

  test.each([
    ['for 3 parsecs', '“for 3 parsecs” is not a time for a pause.'],
    ['for 15d', '“for 15d” is more than 14 days away.'],
    ['for 10s', '“for 10s” is shorter than a minute.'],
    ['until 2020-01-01', '“until 2020-01-01” is in the past.'],
    ['moon', '“moon” is not a time for a pause.'],
    ['for -2h', '“for -2h” is not a time for a pause.'],
  ])('not “%s”', async (text, problem) => {
    const here = scene([prod]);
    const { result, reply } = await here.say(ANA, `schedule pause ${text}`);
    expect(result).toBe('refused');
    expect(reply).toMatchObject({
      view: 'refusal',
      reason: expect.stringMatching(/; at most 14 days\. Nothing was done\.$/),
      usage: USAGE,
    });
    expect(reply).toMatchObject({ reason: expect.stringContaining(problem) });
    expect(await here.store.schedules.pauseOf('prod')).toBeUndefined();
    expect([...here.store.sent, ...here.store.rows, here.woken]).toEqual([0]);
  });

  test('is nothing for a target without schedules', async () => {
    expect((await scene([PROD]).say(ANA, 'schedule pause')).reply).toMatchObject({
      reason: 'prod has no schedule. BACKUP_SCHEDULE gives it one. The targets are prod. Nothing was done.',
    });
  });

  test('can be made longer or shorter', async () => {
    const here = scene([prod]);
    await here.say(ANA, 'schedule pause for 2h');
    await here.clock.advance(1_000);
    await here.say(BEN, 'schedule pause for 1h');
    expect(await here.store.schedules.pauseOf('prod')).toMatchObject({ until: NOW + 1_000 + HOUR, by: BEN });
    expect(here.store.sent.size).toBe(2);
  });
});

describe('resume', () => {
  test('ends the pause now and names the next slot', async () => {
    const here = scene([prod]);
    await here.say(ANA, 'schedule pause for 3d');
    await here.clock.advance(HOUR);
    expect((await here.say(BEN, 'schedule resume')).reply).toEqual({
      view: 'resumed',
      target: 'prod',
      channel: 'C1',
      next: day(24, 3),
    });
    // Not removed: the slots it has covered stay covered.
    expect(await here.store.schedules.pauseOf('prod')).toMatchObject({ until: NOW + HOUR, by: ANA });
    expect(here.store.rows.at(-1)).toMatchObject({
      kind: 'request',
      actor: BEN,
      detail: { action: 'resume' },
    });
    expect([...here.store.sent.values()].at(-1)?.view).toMatchObject({
      mentions: ['UBEN'],
      text: 'resumed the schedules of prod.',
    });
    expect(here.engine.started).toEqual([]);
  });

  test.each([
    ['resume', 'The schedules of prod are not paused. Nothing was done.'],
    ['resume now', '“now” means nothing to resume. The targets are prod. Nothing was done.'],
  ])('not “%s” where nothing is paused', async (text, reason) => {
    const here = scene([prod]);
    // One that has ended by itself is none.
    await here.store.schedules.setPause({ target: 'prod', until: NOW, by: ANA, at: NOW - DAY });
    expect((await here.say(ANA, `schedule ${text}`)).reply).toMatchObject({ view: 'refusal', reason });
    expect(here.store.rows).toEqual([]);
    expect(here.store.sent.size).toBe(0);
  });
});

describe('with several targets', () => {
  test('pause and resume want to know which', async () => {
    const here = scene([prod, lab]);
    for (const text of ['schedule pause', 'schedule pause for 2h', 'schedule resume']) {
      expect((await here.say(ANA, text)).reply).toMatchObject({
        reason: 'Which target? The targets are prod, lab. Nothing was done.',
      });
    }
    expect(here.store.rows).toEqual([]);
  });

  test('one is paused, and the others go on', async () => {
    const here = scene([prod, lab]);
    expect((await here.say(ANA, 'schedule pause lab for 2h')).reply).toMatchObject({
      view: 'paused',
      target: 'lab',
      channel: 'C2',
    });
    expect(await here.store.schedules.pauseOf('prod')).toBeUndefined();
    expect((await here.say(ANA, 'schedule resume prod')).reply).toMatchObject({ view: 'refusal' });
    expect((await here.say(ANA, 'schedule resume lab')).reply).toMatchObject({ view: 'resumed' });
  });
});

describe('permission', () => {
  test.each([
    ['anybody may look', CLEO, 'schedule prod', 'ok'],
    ['an operator of that target may pause', BEN, 'schedule pause prod', 'ok'],
    ['and of no other', BEN, 'schedule pause lab', 'refused'],
    ['nor resume it', BEN, 'schedule resume LAB', 'refused'],
    ['a group’s operators may', ANA, 'schedule pause lab', 'ok'],
    ['nobody else may', CLEO, 'schedule pause prod', 'refused'],
    ['however it is written', CLEO, 'schedule  Pause  PROD', 'refused'],
    ['nor ask which target', CLEO, 'schedule pause', 'refused'],
  ])('%s', async (_what, person, text, result) => {
    const here = scene([prod, lab]);
    expect((await here.say(person, text)).result).toBe(result);
    if (result === 'ok') return;
    expect(here.store.rows).toMatchObject([
      { kind: 'refusal', verb: 'schedule', actor: person, detail: { code: 'not-an-operator' } },
    ]);
    expect(here.store.sent.size).toBe(0);
  });
});
