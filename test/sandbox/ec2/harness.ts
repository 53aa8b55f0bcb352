import { EBSClient } from '@aws-sdk/client-ebs';
import { EC2Client } from '@aws-sdk/client-ec2';
import type { InstanceRecord } from '../../../sandbox/ec2/state.ts';
import { createEc2Server, type Ec2Options, type Ec2Server } from '../../../sandbox/ec2/wire/server.ts';
import { type HandClock, handClock } from '../../hand-clock.ts';

export const STARTED = Date.UTC(2026, 4, 12, 3, 0, 0);

export interface World extends AsyncDisposable {
  server: Ec2Server;
  clock: HandClock;
  ec2: EC2Client;
  ebs: EBSClient;
  /** A machine with one small volume. */
  prod: InstanceRecord;
}

/** Snapshots of a world take 100 s when a whole volume is copied, 10 s when nothing is. */
export async function startWorld(options: Partial<Ec2Options> = {}): Promise<World> {
  const clock = handClock(STARTED);
  const server = await createEc2Server({ clock, snapshotSeconds: { min: 10, max: 100 }, ...options });
  const config = {
    endpoint: server.url,
    region: server.region,
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIDSANDBOX', secretAccessKey: 'sandbox' },
  };
  const ec2 = new EC2Client(config);
  const ebs = new EBSClient(config);
  const prod = server.addInstance({ volumes: [{ device: '/dev/sda1', sizeGiB: 1, usedBlocks: 1000 }] });
  return {
    server,
    clock,
    ec2,
    ebs,
    prod,
    async [Symbol.asyncDispose]() {
      ec2.destroy();
      ebs.destroy();
      await server.close();
    },
  };
}

/** What a refused call is refused with: code, status and message. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ code: string; status: number | undefined; message: string }> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { code: name, status: $metadata?.httpStatusCode, message };
  }
  throw new Error('The call was not refused');
}
