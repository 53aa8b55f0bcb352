import { eventually } from '../faults/eventually.ts';
import { spawnBot } from '../faults/process.ts';
import { tempFolder } from '../store/temp-folder.ts';
import { startEc2 } from './ec2.ts';
import { startSlack } from './slack.ts';

const TOKEN = 'xoxb-peer-0123456789';

it('makes a backup with a Slack and an EC2 that are not the sandbox', async () => {
  const { folder, remove } = tempFolder();
  const slack = await startSlack();
  const ec2 = await startEc2();
  const bot = spawnBot({
    cwd: folder,
    env: {
      SLACK_BOT_TOKEN: TOKEN,
      SLACK_APP_TOKEN: 'xapp-peer-0123456789',
      SLACK_API_URL: slack.apiUrl,
      TARGET_NAME: 'prod',
      BACKUP_CHANNEL: 'C0PEERBACKUPS',
      OPERATORS: 'U0OPERATOR,U0SECOND01',
      AWS_REGION: 'us-west-2',
      AWS_ENDPOINT_URL_EC2: ec2.url,
      AWS_ENDPOINT_URL_EBS: ec2.url,
      AWS_ACCESS_KEY_ID: 'AKIAPEER000000000000',
      AWS_SECRET_ACCESS_KEY: 'peer-secret-access-key-0000000000000000',
      SERVICES_INSTANCE: 'tag:Name=services',
      OPS_PORT: '0',
    },
  });
  const posts = () => slack.calls.filter((call) => call.method === 'chat.postMessage');
  const updates = () => slack.calls.filter((call) => call.method === 'chat.update');
  const seen = () =>
    `${JSON.stringify(slack.calls.map(({ method, fields }) => [method, fields.text]))}\n${bot.stdout()}`;
  try {
    await bot.ready();
    slack.command('now before the upgrade');
    await eventually('the end was told', () => posts().length > 1, seen);
    expect(await bot.stop()).toEqual({ code: 0, signal: null });

    expect(slack.acks).toEqual(['envelope-1']);
    expect(slack.answers.join()).toContain('its progress and result are in <#C0PEERBACKUPS>');
    const [first, end] = posts();
    expect(first?.token).toBe(`Bearer ${TOKEN}`);
    expect(first?.fields.channel).toBe('C0PEERBACKUPS');
    expect(end?.fields).toMatchObject({ channel: 'C0PEERBACKUPS', thread_ts: '1700000000.000001' });
    expect(end?.fields.text).toMatch(/<@U0OPERATOR> your backup of prod is complete after /);
    const last = updates().at(-1);
    expect(last?.fields).toMatchObject({ channel: 'C0PEERBACKUPS', ts: '1700000000.000001' });
    expect(last?.fields.text).toMatch(/^Backup of prod is complete \(bk-/);

    const made = ec2.calls.filter((call) => call.Action === 'CreateImage' && call.DryRun !== 'true');
    expect(made).toHaveLength(1);
    expect(made[0]).toMatchObject({ InstanceId: 'i-1234567890abcdef0', NoReboot: 'true' });
    const tagged = ec2.calls.find(
      (call) => call.Action === 'CreateTags' && Object.values(call).includes('circleci-backup:outcome'),
    );
    expect(tagged).toMatchObject({
      'ResourceId.1': 'ami-1a2b3c4d5e6f78901',
      'ResourceId.2': 'snap-1234567890abcdef0',
    });
    const [key] = Object.entries(tagged ?? {}).find(([, value]) => value === 'circleci-backup:outcome') ?? [];
    expect(tagged?.[key?.replace('Key', 'Value') ?? '']).toBe('complete');
  } finally {
    await bot.stop();
    await slack.close();
    await ec2.close();
    remove();
  }
});
