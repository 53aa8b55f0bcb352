import type { Log } from '../core/ports/log.ts';
import type { Ping } from '../core/ports/ping.ts';
import type { Redact } from '../core/text/redact.ts';
import { trimEndOf } from '../core/text/text.ts';

const TIMEOUT_MS = 10_000;
const TRIES = 3;
/** Healthchecks keeps the first 100 kB of a body; a few lines are all that anybody reads. */
const BODY_MAX = 2_000;

/**
 * Pings `<url>/start`, `<url>` and `<url>/fail` (healthchecks.io, "Pinging API"). The URL is a secret: whoever has it
 * can silence the switch, so it never stands in a log line.
 */
export function createPing(
  url: string,
  deps: { fetch: typeof fetch; log: Log; redact: Redact; timeoutMs?: number },
): Ping {
  const { log, redact, timeoutMs = TIMEOUT_MS } = deps;
  const underWay = new Set<Promise<void>>();

  async function send(what: string, body: string): Promise<void> {
    const base = trimEndOf(url, '/');
    const to = what === 'success' ? base : `${base}/${what}`;
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      try {
        const answer = await deps.fetch(to, {
          method: 'POST',
          body: redact(body).slice(0, BODY_MAX),
          signal: AbortSignal.timeout(timeoutMs),
        });
        await answer.arrayBuffer();
        if (answer.ok) return;
        log.warn({ what, status: answer.status, attempt }, 'the dead-man switch refused a ping');
      } catch (error) {
        log.warn({ err: error, what, attempt }, 'the dead-man switch did not answer a ping');
      }
    }
  }

  return {
    tell(what, body) {
      const sent = send(what, body).finally(() => underWay.delete(sent));
      underWay.add(sent);
    },
    async settled() {
      await Promise.all(underWay);
    },
  };
}
