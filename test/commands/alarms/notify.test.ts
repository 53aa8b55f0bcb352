import { ANA, BEN, CLEO, LAB, NOW, PROD, scene } from '../fakes.ts';

test('notify test posts what a failure looks like to the target’s channel, and writes down who asked', async () => {
  const here = scene();
  const { reply } = await here.say(ANA, 'notify test');
  expect(reply).toEqual({ view: 'notified', target: PROD, isMember: 'yes', pings: false });
  expect([...here.store.sent.values()]).toMatchObject([
    {
      channel: PROD.channel,
      final: true,
      view: { kind: 'test', target: 'prod', mentions: PROD.operators, requester: ANA },
    },
  ]);
  expect(here.store.rows).toMatchObject([
    { at: NOW, kind: 'request', verb: 'notify', target: 'prod', actor: ANA, detail: { posted: true } },
  ]);
  expect(here.woken).toBe(1);
  expect(here.engine.started).toEqual([]);
});

test('outside the channel nothing is posted, now or once it is invited', async () => {
  const here = scene();
  here.botIn.set(PROD.channel, 'no');
  const { reply } = await here.say(ANA, 'notify test');
  expect(reply).toMatchObject({ view: 'notified', isMember: 'no' });
  expect(here.store.sent.size).toBe(0);
  expect(here.store.rows).toMatchObject([{ verb: 'notify', detail: { posted: false } }]);
});

test('a membership that Slack does not confirm keeps nothing back', async () => {
  const here = scene();
  here.botIn.set(PROD.channel, 'unknown');
  expect((await here.say(ANA, 'NOTIFY Test prod')).reply).toMatchObject({ isMember: 'unknown' });
  expect(here.store.sent.size).toBe(1);
});

test('it is for the operators of that target', async () => {
  const here = scene([PROD, LAB]);
  expect((await here.say(CLEO, 'notify test prod')).result).toBe('refused');
  expect((await here.say(BEN, 'notify test lab')).result).toBe('refused');
  expect(here.store.sent.size).toBe(0);
  expect((await here.say(BEN, 'notify test prod')).result).toBe('ok');
  expect([...here.store.sent.values()].map((m) => m.view)).toMatchObject([{ target: 'prod' }]);
});

test.each([
  ['notify', 'Type /circleci-backup notify test. Nothing was posted.'],
  ['notify everybody', 'I do not know “notify everybody”. Nothing was posted.'],
  ['notify test stage', 'There is no target named “stage”. Nothing was posted.'],
  ['notify test prod now', '“now” means nothing here. Nothing was posted.'],
  ['notify test', 'Which target? There are 2: prod and lab.'],
])('“%s” is refused in words', async (text, reason) => {
  const here = scene([PROD, LAB]);
  const { reply, result } = await here.say(ANA, text);
  expect(result).toBe('refused');
  expect(reply).toMatchObject({ view: 'refusal', reason });
  expect(here.store.sent.size).toBe(0);
});
