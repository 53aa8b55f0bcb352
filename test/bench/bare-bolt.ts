import { EBSClient } from '@aws-sdk/client-ebs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { App, SocketModeReceiver } from '@slack/bolt';

/**
 * What the bot is compared with: the least that Bolt needs in Socket Mode, with the same SDKs at hand and one command
 * that is acknowledged and does nothing.
 */
const clientOptions = { slackApiUrl: process.env.SLACK_API_URL ?? '' };
const receiver = new SocketModeReceiver({
  appToken: process.env.SLACK_APP_TOKEN ?? '',
  installerOptions: { clientOptions },
});
const app = new App({ token: process.env.SLACK_BOT_TOKEN ?? '', receiver, clientOptions });
const clients = [new EC2Client({ region: 'eu-west-1' }), new EBSClient({ region: 'eu-west-1' })];
app.command('/circleci-backup', async ({ ack }) => {
  await ack();
});
process.on('SIGTERM', () => {
  for (const client of clients) client.destroy();
  process.exit(0);
});
await app.start();
