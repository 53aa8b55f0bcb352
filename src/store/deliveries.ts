import { createHash } from 'node:crypto';
import type { Deliveries } from '../core/store/deliveries.ts';
import type { Use } from './schema.ts';

/**
 * Slack signs a time into each request, and one from five minutes ago to five minutes ahead is taken: it could come
 * again for ten minutes. Two days hold also where somebody puts a clock right that was a day wrong.
 */
const KEPT_MS = 2 * 24 * 3_600_000;

export function createDeliveries(use: Use): Deliveries {
  return {
    async take(key, at) {
      const taken = await use()
        .insertInto('deliveries')
        .values({ key: createHash('sha256').update(key).digest('hex'), until: at + KEPT_MS })
        .onConflict((conflict) => conflict.doNothing())
        .returning('until')
        .executeTakeFirst();
      return taken !== undefined;
    },
  };
}
