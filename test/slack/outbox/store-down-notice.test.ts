import { noLog } from '../../../src/core/ports/log.ts';
import { createEmergency } from '../../../src/slack/outbox/store-down-notice.ts';
import { backups, closeAll } from '../../sandbox/slack/harness.ts';
import { outboxWorld } from './outbox-world.ts';

afterEach(closeAll);

async function emergencyWorld() {
  const { client, clock, slack } = await outboxWorld();
  const emergency = createEmergency({ client, clock, log: noLog, redact: (text) => text });
  const other = slack.workspace.channels.find((c) => c.id !== backups && c.im === undefined)?.id ?? '';
  slack.workspace.channels.find((c) => c.id === other)?.members.push(slack.workspace.bot.id);
  return { emergency, slack, other };
}

describe('an emergency', () => {
  it('is told in each channel that it concerns', async () => {
    const { emergency, slack, other } = await emergencyWorld();
    emergency.say(backups, 'disk', 'the disk is full');
    emergency.say(other, 'disk', 'the disk is full');
    await emergency.idle();
    expect(slack.messages(backups).map((m) => m.text)).toEqual(['the disk is full']);
    expect(slack.messages(other).map((m) => m.text)).toEqual(['the disk is full']);
  });

  it('is told again at once when Slack surely did not take it', async () => {
    const { emergency, slack } = await emergencyWorld();
    slack.faults.push({ method: 'chat.postMessage', kind: 'rate_limited', retryAfterSeconds: 30 });
    emergency.say(backups, 'disk', 'the disk is full');
    await emergency.idle();
    emergency.say(backups, 'disk', 'the disk is still full');
    emergency.say(backups, 'disk', 'the disk is full as ever');
    await emergency.idle();
    expect(slack.messages(backups).map((m) => m.text)).toEqual(['the disk is still full']);
  });
});
