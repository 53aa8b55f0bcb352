import { CreateImageCommand, DescribeImagesCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { Clock } from '../../src/core/ports/clock.ts';

const POLL_EVERY_MS = 15_000;

/**
 * What the bot is compared with: a script as people keep in cron, one for each machine. It creates an image and asks
 * every 15 seconds whether it is available, as the AWS CLI's `wait image-available` does.
 */
export async function pollingScript(
  effects: { clock: Clock; endpoint: string; credentials: { accessKeyId: string; secretAccessKey: string } },
  instanceId: string,
): Promise<void> {
  const { clock, endpoint, credentials } = effects;
  const client = new EC2Client({ region: 'eu-west-1', endpoint, credentials });
  try {
    const { ImageId = '' } = await client.send(
      new CreateImageCommand({ InstanceId: instanceId, Name: `script-${instanceId}`, NoReboot: true }),
    );
    let state: string | undefined;
    while (state !== 'available') {
      await clock.sleep(POLL_EVERY_MS);
      const found = await client.send(new DescribeImagesCommand({ ImageIds: [ImageId] }));
      state = found.Images?.[0]?.State;
      if (state === 'failed') throw new Error(`the image of ${instanceId} failed`);
    }
  } finally {
    client.destroy();
  }
}
