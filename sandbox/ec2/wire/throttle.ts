import type { Clock } from '../../../src/core/ports/clock.ts';

/** A token bucket for each action, as EC2 keeps one for each API of an account and region. */
export interface Rates {
  /** The most calls at once. */
  bucket: number;
  refillPerSecond: number;
}

/** Gives a function that takes one token, or says that there is none. */
export function throttle(clock: Clock, rates: Rates): (action: string) => boolean {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (action) => {
    const now = clock.now();
    const bucket = buckets.get(action) ?? { tokens: rates.bucket, at: now };
    const refilled = bucket.tokens + ((now - bucket.at) / 1000) * rates.refillPerSecond;
    const tokens = Math.min(rates.bucket, refilled);
    const granted = tokens >= 1;
    buckets.set(action, { tokens: granted ? tokens - 1 : tokens, at: now });
    return granted;
  };
}
