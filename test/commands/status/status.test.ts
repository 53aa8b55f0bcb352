import type { Reply } from '../../../src/commands/base/reply.ts';
import { ProblemError } from '../../../src/core/problems/problem.ts';
import { scheduleOf } from '../../core/time/schedule-of.ts';
import { target } from '../../target.ts';
import { ANA, CLEO, entry, LAB, NOW, PROD, scene } from '../fakes.ts';

const denied = new ProblemError({ code: 'permissions-missing', actions: ['ec2:DescribeImages'] });

describe('status', () => {
  test('gives the newest complete backup, counts, and what runs', async () => {
    const here = scene();
    const { outcome: _none, ...unchecked } = entry('bk-6', { createdAt: 6 });
    here.catalogue.set('eu-west-1', [
      entry('bk-1', { createdAt: 1 }),
      entry('bk-2', { createdAt: 2 }),
      entry('bk-3', { createdAt: 3, outcome: 'partial' }),
      entry('bk-4', { createdAt: 4, imageState: 'deregistered' }),
      entry('bk-5', { createdAt: 5, outcome: 'failed' }),
      entry('bk-6', { createdAt: 4, outcome: 'failed', isCanceled: true }),
      unchecked,
      entry('bk-7', { createdAt: 7, target: 'staging' }),
    ]);
    await here.say(ANA, 'now');
    expect((await here.say(CLEO, 'status')).reply).toMatchObject({
      view: 'status',
      now: NOW,
      targets: [
        {
          target: PROD,
          newest: { backupId: 'bk-2' },
          counts: { complete: 2, partial: 1, failed: 1, canceled: 1, open: 1 },
          running: [{ lock: { requester: ANA } }],
        },
      ],
    });
  });

  test('tells of each target for itself: EC2’s trouble in one region hides nothing of another', async () => {
    const here = scene([PROD, LAB]);
    here.catalogue.set('eu-west-1', denied);
    here.catalogue.set('us-east-1', [entry('bk-1', { target: 'lab' })]);
    const { reply } = await here.say(CLEO, 'status');
    expect(reply).toMatchObject({
      targets: [
        { target: PROD, trouble: 'The bot’s AWS identity lacks ec2:DescribeImages.' },
        { target: LAB, newest: { backupId: 'bk-1' } },
      ],
    });
    expect((await here.say(CLEO, 'status lab')).reply).toMatchObject({ targets: [{ target: LAB }] });
  });

  test('tells what the bot itself knows of the routine, also while EC2 cannot be read', async () => {
    const nightly = { name: 'nightly', schedule: scheduleOf('15 3 * * *') };
    const weekly = { name: 'weekly', schedule: scheduleOf('0 5 * * 1') };
    const here = scene([target('prod', { schedules: [weekly, nightly] })]);
    const { schedules } = here.store;
    const hour = 3_600_000;
    expect((await here.say(CLEO, 'status')).reply).toMatchObject({
      targets: [{ next: { schedule: 'nightly', at: NOW + 60_000 } }],
    });
    await schedules.setPause({ target: 'prod', until: NOW + hour, by: ANA, at: NOW });
    await schedules.setAlarm('prod', { since: NOW - hour, toldAt: NOW, times: 1 });
    here.catalogue.set('eu-west-1', denied);
    const { reply } = await here.say(CLEO, 'status');
    expect(reply).toMatchObject({
      targets: [
        {
          pausedUntil: NOW + hour,
          overdueSince: NOW - hour,
          next: { schedule: 'weekly', at: Date.UTC(2026, 10, 23, 5) },
        },
      ],
    });
    await schedules.setPause({ target: 'prod', until: NOW, by: ANA, at: NOW });
    await schedules.setAlarm('prod', undefined);
    const [one] = shownTargets((await here.say(CLEO, 'status')).reply);
    expect(one).not.toHaveProperty('pausedUntil');
    expect(one).not.toHaveProperty('overdueSince');
  });

  test('a fault of the bot is no trouble of EC2', async () => {
    const here = scene();
    here.catalogue.set('eu-west-1', new TypeError('x is undefined'));
    expect((await here.say(CLEO, 'status')).result).toBe('failed');
  });
});

function shownTargets(reply: Reply) {
  if (reply.view !== 'status') throw new Error(`status was answered by ${reply.view}`);
  return reply.targets;
}
