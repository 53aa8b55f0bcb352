import type { SlackFault } from '../../sandbox/slack/model.ts';
import { noLog } from '../../src/core/ports/log.ts';
import { createMembers } from '../../src/slack/members.ts';
import { noMetrics } from '../no-metrics.ts';
import { ana, ben, closeAll, handClock, startSlack, webClient } from '../sandbox/slack/harness.ts';

afterEach(closeAll);

const GROUP = 'S0CIOPERATE';
const METHOD = 'usergroups.users.list';

async function start() {
  const clock = handClock();
  const slack = await startSlack({ clock });
  const client = webClient(slack, { rejectRateLimitedCalls: true, timeout: 2_000 });
  const identity: { teamId: string; enterpriseId?: string } = { teamId: slack.workspace.teamId };
  const members = createMembers({ client, identity: () => identity, clock, log: noLog, metrics: noMetrics });
  const asked = () => slack.calls.filter((call) => call.method === METHOD).length;
  return { clock, slack, members, asked, identity };
}

describe('what kind of account it is', () => {
  it('is what Slack says', async () => {
    const { members, slack } = await start();
    expect(await members.accountOf(ana)).toBe('person');
    expect(await members.accountOf(slack.workspace.bot.id)).toBe('bot');
    const found = slack.workspace.people.find(({ id }) => id === ben);
    if (found === undefined) throw new Error('there is no Ben');
    found.isGuest = true;
    expect(await members.accountOf(ben)).toBe('guest');
    found.isDeleted = true;
    expect(await members.accountOf(ben)).toBe('gone');
  });

  it.each([
    [
      'of another workspace of the organization',
      { home: { teamId: 'T0ACMEFERRY', enterpriseId: 'E0ACME' } },
      'person',
    ],
    ['a guest there', { home: { teamId: 'T0ACMEFERRY', enterpriseId: 'E0ACME' }, isGuest: true }, 'guest'],
    [
      'deactivated there',
      { home: { teamId: 'T0ACMEFERRY', enterpriseId: 'E0ACME' }, isDeleted: true },
      'gone',
    ],
    [
      'of another organization, met in a shared channel',
      { home: { teamId: 'T0OTHER', enterpriseId: 'E0OTHER' } },
      'guest',
    ],
    ['of a workspace of no organization, met in a shared channel', { home: { teamId: 'T0OTHER' } }, 'guest'],
    ['a stranger', { isStranger: true }, 'guest'],
  ])('%s', async (_who, facts, kind) => {
    const { members, slack, identity } = await start();
    identity.enterpriseId = 'E0ACME';
    const found = slack.workspace.people.find(({ id }) => id === ben);
    Object.assign(found ?? {}, facts);
    expect(await members.accountOf(ben)).toBe(kind);
  });

  it.each<[string, SlackFault]>([
    ['an error', { method: 'users.info', kind: 'error', error: 'missing_scope' }],
    ['a limit', { method: 'users.info', kind: 'rate_limited', retryAfterSeconds: 5 }],
    ['a cut', { method: 'users.info', kind: 'cut', applied: false }],
  ])('is unknown after %s', async (_what, fault) => {
    const { members, slack } = await start();
    slack.faults.push(fault);
    expect(await members.accountOf(ana)).toBe('unknown');
    expect(await members.accountOf(ana)).toBe('person');
  });
});

describe('the bot’s own membership', () => {
  const INFO = 'conversations.info';

  it('is what Slack says of the channel', async () => {
    const { members, slack } = await start();
    expect(await members.botIsIn('C0CIBACKUPS')).toBe('yes');
    expect(await members.botIsIn('C0GENERAL00')).toBe('no');
    slack.faults.push({ method: INFO, kind: 'error', error: 'channel_not_found' });
    expect(await members.botIsIn('C0CIBACKUPS')).toBe('no');
  });

  it.each<[string, SlackFault]>([
    ['an error', { method: INFO, kind: 'error', error: 'missing_scope' }],
    ['a limit', { method: INFO, kind: 'rate_limited', retryAfterSeconds: 5 }],
    ['a cut', { method: INFO, kind: 'cut', applied: false }],
  ])('is unknown after %s', async (_what, fault) => {
    const { members, slack } = await start();
    slack.faults.push(fault);
    expect(await members.botIsIn('C0CIBACKUPS')).toBe('unknown');
    expect(await members.botIsIn('C0CIBACKUPS')).toBe('yes');
  });
});

describe('members', () => {
  it('are named by id, and Slack is not asked', async () => {
    const { members, asked } = await start();
    expect(await members.isOneOf(ana, [GROUP, ana])).toBe('yes');
    expect(asked()).toBe(0);
  });

  it('are in a group, or not', async () => {
    const { members } = await start();
    expect(await members.isOneOf(ben, [GROUP])).toBe('yes');
    expect(await members.isOneOf('U0CLEOPARK', [GROUP])).toBe('no');
    expect(await members.isOneOf('U0CLEOPARK', [])).toBe('no');
  });

  it('are asked about once for many questions at the same moment, and again after a minute', async () => {
    const { members, asked, clock, slack } = await start();
    await Promise.all([members.isOneOf(ana, [GROUP]), members.isOneOf(ben, [GROUP])]);
    await members.isOneOf(ana, [GROUP]);
    expect(asked()).toBe(1);
    for (const group of slack.workspace.userGroups) group.users = [];
    clock.advance(61_000);
    expect(await members.isOneOf(ana, [GROUP])).toBe('no');
    expect(asked()).toBe(2);
  });

  it.each<[string, SlackFault]>([
    ['an error', { method: METHOD, kind: 'error', error: 'missing_scope' }],
    ['a limit', { method: METHOD, kind: 'rate_limited', retryAfterSeconds: 5 }],
    ['a failure', { method: METHOD, kind: 'http', status: 500 }],
    ['a cut', { method: METHOD, kind: 'cut', applied: false }],
  ])('are unknown after %s, and asked about at once again', async (_what, fault) => {
    const { members, slack } = await start();
    slack.faults.push(fault);
    expect(await members.isOneOf(ana, [GROUP])).toBe('unknown');
    expect(await members.isOneOf(ana, [GROUP])).toBe('yes');
  });

  it('are never taken from an old answer when Slack cannot give a new one', async () => {
    const { members, clock, slack } = await start();
    expect(await members.isOneOf(ana, [GROUP])).toBe('yes');
    clock.advance(61_000);
    slack.faults.push({ method: METHOD, kind: 'http', status: 503 });
    expect(await members.isOneOf(ana, [GROUP])).toBe('unknown');
  });

  it('are known by one group although another cannot be confirmed', async () => {
    const { members } = await start();
    expect(await members.isOneOf(ana, ['S0NOSUCHONE', GROUP])).toBe('yes');
    expect(await members.isOneOf('U0CLEOPARK', ['S0NOSUCHONE', GROUP])).toBe('unknown');
  });
});
