import { EBSClient } from '@aws-sdk/client-ebs';
import { EC2Client } from '@aws-sdk/client-ec2';
import type { Clock } from '../../../src/core/clock.ts';
import { createEc2Server, type Ec2Options, type Ec2Server } from '../../../src/sandbox/ec2/server.ts';
import type { InstanceRecord } from '../../../src/sandbox/ec2/state.ts';

export const STARTED = Date.UTC(2026, 4, 12, 3, 0, 0);

/** A clock that stands still until it is moved. */
export interface HandClock extends Clock {
  /** Moves on by `ms` and lets everybody whose sleep ended go on. */
  advance(ms: number): Promise<void>;
}

export function handClock(): HandClock {
  let now = STARTED;
  const sleepers = new Set<{ until: number; wake: () => void }>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = { until: now + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          resolve();
        });
      }),
    async advance(ms) {
      now += ms;
      for (const sleeper of sleepers) {
        if (sleeper.until > now) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

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
  const clock = handClock();
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
