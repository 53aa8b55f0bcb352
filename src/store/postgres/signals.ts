import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import type { PostgresAddress } from '../../core/model/database.ts';
import { backoffMs } from '../../core/time/backoff.ts';
import type { Schema } from '../schema.ts';
import { clientConfig } from './pool.ts';

/** Of many that come together one is sent: each says no more than that it is time to look. */
const TOGETHER_MS = 50;
const RETRY = { firstMs: 500, longestMs: 30_000 };

/** Short words from one process to the others. Any of them may be lost: everybody looks by themselves as well. */
export interface Signals {
  tell(word: string): void;
  close(): Promise<void>;
}

export function createSignals(
  address: PostgresAddress,
  db: Kysely<Schema>,
  heard: (word: string) => void,
): Signals {
  const channel = address.schema;
  const self = randomUUID();
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let failures = 0;
  let isClosed = false;

  async function listen(): Promise<void> {
    const next = new pg.Client(clientConfig(address));
    client = next;
    let isGone = false;
    const again = () => {
      if (isGone) return;
      isGone = true;
      void next.end().catch(() => {});
      if (isClosed) return;
      failures += 1;
      retry = setTimeout(() => void listen(), backoffMs(failures, RETRY));
    };
    next.on('error', again);
    next.on('end', again);
    next.on('notification', ({ payload = '' }) => {
      const [from, ...words] = payload.split(' ');
      if (from !== self) heard(words.join(' '));
    });
    try {
      await next.connect();
      await next.query(`listen "${channel}"`);
      failures = 0;
    } catch {
      again();
    }
  }

  function send(): void {
    timer = undefined;
    const words = [...waiting];
    waiting.clear();
    // Whoever is not told finds it a little later.
    for (const word of words)
      sql`select pg_notify(${channel}, ${`${self} ${word}`})`.execute(db).catch(() => {});
  }

  void listen();
  return {
    tell(word) {
      if (isClosed) return;
      waiting.add(word);
      timer ??= setTimeout(send, TOGETHER_MS);
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      clearTimeout(retry);
      await client?.end().catch(() => {});
    },
  };
}
