import type { World } from '../../sandbox/world.ts';

/** Milliseconds to the ack of each command; a command without ack counts as the three seconds Slack gives. */
export type AckTimes = number[];

const NO_ACK_MS = 3_000;

/**
 * An open loop: each command is sent at its own time, however slowly the ones before are acknowledged, so that a
 * program that stalls is seen to stall.
 */
export async function load(
  world: World,
  options: { perSecond: number; seconds: number; texts: readonly string[] },
): Promise<AckTimes> {
  const { perSecond, seconds, texts } = options;
  const startedAt = performance.now();
  const receipts: Promise<number>[] = [];
  while (receipts.length < perSecond * seconds) {
    const dueInMs = startedAt + (1000 * receipts.length) / perSecond - performance.now();
    if (dueInMs > 0) await new Promise((resolve) => setTimeout(resolve, dueInMs));
    const text = texts[receipts.length % texts.length] ?? '';
    receipts.push(
      world.slack.command(world.ana.id, world.channel.id, text).then((receipt) => receipt.ackMs ?? NO_ACK_MS),
    );
  }
  return Promise.all(receipts);
}
