import type { Log } from '../core/ports/log.ts';
import type { HealthCheck } from './health.ts';

/** What stands in the bot's way outside of it, by what it is about: told in the log once, in /healthz while it lasts. */
export interface Troubles {
  /** `detail` in words, without secrets; undefined where all is well. */
  set(name: string, detail: string | undefined): void;
  /** A check for each that was ever set, in that order. */
  checks(): HealthCheck[];
}

export function createTroubles(log: Log): Troubles {
  const known = new Map<string, string | undefined>();
  return {
    set(name, detail) {
      const before = known.get(name);
      known.set(name, detail);
      if (before === detail) return;
      if (detail !== undefined) log.error({ about: name, trouble: detail }, 'the bot needs attention');
      else log.info({ about: name }, 'what needed attention is mended');
    },
    checks: () =>
      [...known].map(([name, detail]) => ({
        name,
        ok: detail === undefined,
        detail: detail ?? 'as it should be',
      })),
  };
}
