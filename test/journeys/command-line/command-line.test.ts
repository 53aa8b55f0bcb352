import { APPROVE, type HeldJourney, heldJourney } from '../approval/approval.ts';
import { hasButtons } from '../slack/slack.ts';

/** Ana is known on the command line; whoever comes as Dora is nobody's in Slack. */
const PEOPLE = { CLI_USERS: 'ana=U0ANAMARIC' };
const HELD = 'bk-20261001-0300-h7kd';

let journey: HeldJourney;
afterEach(() => journey.close());

it('a backup is asked for, followed and looked at; Slack hears of it, and from whom', async () => {
  journey = await heldJourney({ env: PEOPLE });
  expect(await journey.type('now --wait before the upgrade')).toMatchObject({ code: 0 });
  await journey.ended();
  for (const line of ['status', 'list', 'schedule', 'restore --by-hand'])
    expect(await journey.type(line)).toMatchObject({ code: 0 });
  await journey.type('now a second one', 'dora');
  await journey.ended(2);
  await journey.type('history');
  await journey.expectTranscript('command-line/backup');
});

it('what is not understood, not there or Slack’s alone is refused on standard error with exit code 1', async () => {
  journey = await heldJourney({ env: PEOPLE });
  for (const line of [
    'lst',
    'list staging',
    'now --quick',
    'hold',
    'restore',
    'cancel bk-20261110-1012-aaaa',
    'notify',
  ])
    expect(await journey.type(line)).toMatchObject({ code: 1, out: '' });
  await journey.expectTranscript('command-line/refused', (all) =>
    all.slice(all.indexOf('On the command line')),
  );
});

describe('what needs an approval', () => {
  it('of a person whom CLI_USERS names: their own click in Slack is refused, another one counts', async () => {
    journey = await heldJourney({ env: PEOPLE });
    const waiting = journey.type(`release ${HELD} the upgrade went well --wait`);
    await journey.asked();
    expect(await journey.click(journey.ana, APPROVE)).toContain('your own request');
    expect(hasButtons(journey.request())).toBe(true);
    await journey.click(journey.ben, APPROVE);
    expect(await waiting).toMatchObject({ code: 0 });
    expect(journey.isHeld()).toBe(false);
    await journey.expectTranscript('command-line/own-request');
  });

  it('of anybody else takes one approval more than the setting says', async () => {
    journey = await heldJourney({ env: PEOPLE, approvers: ['ana', 'ben', 'cleo'] });
    const asked = await journey.type(`release ${HELD} the upgrade went well`, 'dora');
    expect(asked.out).toContain('for 2 approvals');
    expect(JSON.stringify(await journey.asked())).toContain('`dora` on the command line');
    await journey.click(journey.ana, APPROVE);
    await journey.says('*1 of 2 approvals.*');
    expect(journey.isHeld()).toBe(true);
    await journey.click(journey.ben, APPROVE);
    await journey.until('it was released', () => !journey.isHeld());
  });

  it('is taken back by whoever asked, in Slack as on the command line', async () => {
    journey = await heldJourney({ env: PEOPLE });
    await journey.type(`release ${HELD} too early`);
    const [id = ''] = /rl-[\w-]+/.exec(JSON.stringify(await journey.asked())) ?? [];
    expect(await journey.type(`cancel ${id}`, 'dora')).toMatchObject({ code: 1 });
    await journey.say(journey.ana, `cancel ${id}`);
    expect(journey.told(journey.ana)).toContain('You have withdrawn');
  });
});

it('--json is one line of data, without anything of the configuration but names', async () => {
  journey = await heldJourney({ env: PEOPLE });
  const { out, err, code } = await journey.type('status --json');
  expect([code, err]).toEqual([0, '']);
  expect(JSON.parse(out)).toMatchObject({
    format: 1,
    verb: 'status',
    result: 'ok',
    exit: 0,
    target: 'prod',
    reply: { view: 'status', targets: [{ target: 'prod', counts: { complete: expect.any(Number) } }] },
  });
  expect(out.trimEnd()).not.toContain('\n');
  expect(out).not.toContain('S0CIAPPROVE');
  const refused = await journey.type('list staging --json');
  expect(JSON.parse(refused.out)).toMatchObject({ result: 'refused', exit: 1, reply: { view: 'refusal' } });
  const done = JSON.parse((await journey.type('now --json --wait')).out);
  expect(done).toMatchObject({ exit: 0, run: { kind: 'backup', result: { outcome: 'complete' } } });
});
