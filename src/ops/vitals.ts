import { statfs } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import type { Clock } from '../core/ports/clock.ts';
import type { SlackVitals, Vitals } from '../core/ports/vitals.ts';

const LIMIT_MS = 5_000;

/** Looks at this machine and at the servers around it; each answer is as of now. */
export function createVitals(deps: {
  settings: readonly string[];
  /** Missing where the bot's data is on a database server. */
  dataFolder: string | undefined;
  pingUrl: string | undefined;
  /** Slack's API, for its clock. */
  slackUrl: string;
  slack: () => Promise<SlackVitals>;
  fetch: typeof fetch;
  dial: (host: string, port: number, signal: AbortSignal) => Promise<{ destroy(): void }>;
  wall: Clock;
}): Vitals {
  const { settings, dataFolder, pingUrl, slackUrl, slack, dial, wall } = deps;
  return {
    settings,
    slack,
    async freeBytes() {
      if (dataFolder === undefined) return undefined;
      const disk = await statfs(dataFolder).catch(() => undefined);
      return disk === undefined ? undefined : disk.bavail * disk.bsize;
    },
    async clockAheadMs() {
      const answer = await deps
        .fetch(slackUrl, { signal: AbortSignal.timeout(LIMIT_MS), redirect: 'manual' })
        .catch(() => undefined);
      await answer?.body?.cancel().catch(() => undefined);
      const theirs = Date.parse(answer?.headers.get('date') ?? '');
      return Number.isNaN(theirs) ? undefined : wall.now() - theirs;
    },
    async ping() {
      if (pingUrl === undefined) return 'not set';
      const { hostname, port, protocol } = new URL(pingUrl);
      const at = port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port);
      const connection = await dial(
        hostname.replace(/^\[(.*)\]$/, '$1'),
        at,
        AbortSignal.timeout(LIMIT_MS),
      ).catch(() => undefined);
      connection?.destroy();
      return connection === undefined ? 'not reached' : 'reached';
    },
    addresses: () =>
      Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)),
  };
}
