import type { Clock } from '../../../src/core/ports/clock.ts';

export interface Rates {
  /** Seconds to wait, or undefined when the call may go on (and is counted). */
  retryAfterSeconds(method: string, channel: string | undefined): number | undefined;
}

/** What Slack allows: a bucket that holds `burst` calls and gets one back every `refillMs`. */
const limits: Record<string, { burst: number; refillMs: number; perChannel: boolean }> = {
  'chat.postMessage': { burst: 4, refillMs: 1000, perChannel: true },
  'chat.update': { burst: 50, refillMs: 60_000 / 50, perChannel: false },
  'usergroups.users.list': { burst: 20, refillMs: 60_000 / 20, perChannel: false },
};

export function createRates(clock: Clock): Rates {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    retryAfterSeconds(method, channel) {
      const limit = limits[method];
      if (!limit) return undefined;
      const key = limit.perChannel ? `${method} ${channel}` : method;
      const now = clock.now();
      const bucket = buckets.get(key) ?? { left: limit.burst, at: now };
      const left = Math.min(limit.burst, bucket.left + (now - bucket.at) / limit.refillMs);
      if (left < 1) {
        buckets.set(key, { left, at: now });
        return Math.max(1, Math.ceil(((1 - left) * limit.refillMs) / 1000));
      }
      buckets.set(key, { left: left - 1, at: now });
      return undefined;
    },
  };
}
