import { failureTest, notified } from '../../../src/slack/alarms/notify.ts';
import { target } from '../../target.ts';
import { said } from '../extremes/said.ts';

const PROD = target('prod', { channel: 'C1', operators: ['S0CIOPERATE', 'U0BENOKORO'] });
const requester = { userId: 'U0ANAMARIC', teamId: 'T1' };

test('a test says so in its first word, calls as a failure does, and ends with who asked', () => {
  const { text } = failureTest({ kind: 'test', target: 'prod', mentions: PROD.operators, requester });
  expect(text).toMatch(/^TEST /);
  expect(text).toContain(':x: <!subteam^S0CIOPERATE> <@U0BENOKORO> the backup of prod failed.');
  expect(text).toContain('Nothing has failed');
  expect(text).toMatch(/<@U0ANAMARIC>$/);
});

test('a test that its channel did not take says why it comes directly', () => {
  const insteadOf = { channel: 'C1', code: 'is_archived' };
  const direct = failureTest({ kind: 'test', target: 'prod', mentions: [], requester, insteadOf });
  expect(said(direct).at(-1)).toBe('<#C1> is archived. Once it is not, this follows.');
});

test('who asked hears where it goes, whom it calls, and who else would hear of it', () => {
  expect(said(notified({ view: 'notified', target: PROD, isMember: 'yes', pings: true }))).toEqual([
    'A test of a failure of *prod* goes to <#C1>. It calls <!subteam^S0CIOPERATE> and <@U0BENOKORO>.',
    'PING_URL is set: a real failure tells that address, too. This test did not.',
  ]);
  expect(said(notified({ view: 'notified', target: PROD, isMember: 'unknown', pings: false }))).toEqual([
    expect.any(String),
    ':warning: Slack does not confirm that I am a member there: see for yourself that it arrived.',
    'PING_URL is not set: where Slack is not read, nobody hears of a failure.',
  ]);
});

test('outside the channel nothing was posted, and that is said first', () => {
  const { text, blocks } = notified({ view: 'notified', target: PROD, isMember: 'no', pings: false });
  expect(text).toBe('The test was not posted.');
  expect(said({ text, blocks })[0]).toBe(
    ':warning: Nothing was posted: I am not a member of <#C1>, so no failure of *prod* would be seen there. Invite me, or ' +
      'set BACKUP_CHANNEL to another channel, and test again. It would call <!subteam^S0CIOPERATE> and <@U0BENOKORO>.',
  );
});

test('no more are named as called than a failure calls', () => {
  const many = target('prod', { operators: ['U1', 'U2', 'U3', 'U4', 'U5', 'U6', 'U7'] });
  const [first] = said(notified({ view: 'notified', target: many, isMember: 'yes', pings: false }));
  expect(first).toContain('<@U5> (the first 5 of OPERATORS; the other 2 are not called).');
  expect(first).not.toContain('<@U6>');
  const { text } = failureTest({ kind: 'test', target: 'prod', mentions: many.operators, requester });
  expect(text).not.toContain('<@U6>');
});
