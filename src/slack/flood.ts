import type { Person } from '../core/model/person.ts';
import type { Clock } from '../core/ports/clock.ts';
import { backoffMs } from '../core/time/backoff.ts';

/** What anybody may ask for at once, and how fast it comes back: more than hands do, less than a script. */
const ANYBODY = { burst: 30, eachMs: 2_000 };
/** Whoever works with a fleet may ask for all of it. */
const TRUSTED = { burst: 1_000, eachMs: 100 };
/** How long whoever did more is not listened to: twice as long each time, until there was an hour without. */
const SHORTEST_MS = 60_000;
const LONGEST_MS = 60 * 60_000;

/** `refused`: tell the person; `dropped`: they were told already. */
export type Passage = { kind: 'open' } | { kind: 'refused'; forMs: number } | { kind: 'dropped' };

interface Seen {
  allowance: typeof ANYBODY;
  left: number;
  at: number;
  /** Whether the person may have more; asked once the first allowance is used up. */
  asking?: Promise<void>;
  floods: number;
  /** When the last one was over. */
  calmSince: number;
  isShutOut: boolean;
  dropped: number;
}

export interface Flood {
  pass(person: Person): Promise<Passage>;
  /** Resolves when each flood so far was told of. */
  settled(): Promise<void>;
}

export interface FloodDeps {
  clock: Clock;
  /** Its abort ends all floods at once, for what is told of them. */
  signal: AbortSignal;
  /** Whether somebody may ask for as much as a whole fleet takes. */
  isTrusted(person: Person): Promise<boolean>;
  /** A flood is over, of which so many were not heard. */
  ended(person: Person, count: number): Promise<void>;
}

/**
 * Counts what each person asks for. A flood is refused visibly once; what follows is only counted, and told with its
 * number when it is over.
 */
export function createFlood({ clock, signal, isTrusted, ended }: FloodDeps): Flood {
  // In the order of the last look: who was not seen for long is in front.
  const people = new Map<string, Seen>();
  const telling = new Set<Promise<void>>();

  function seenNow(key: string, now: number): Seen {
    for (const [old, { at, isShutOut }] of people) {
      if (now - at < LONGEST_MS || isShutOut) break;
      people.delete(old);
    }
    const seen = people.get(key) ?? {
      allowance: ANYBODY,
      left: ANYBODY.burst,
      at: now,
      floods: 0,
      calmSince: now,
      isShutOut: false,
      dropped: 0,
    };
    people.delete(key);
    people.set(key, seen);
    // A clock that was put back gives nothing, and takes nothing.
    const back = Math.max(0, now - seen.at) / seen.allowance.eachMs;
    seen.left = Math.min(seen.allowance.burst, seen.left + back);
    seen.at = now;
    return seen;
  }

  async function allowMore(person: Person, seen: Seen): Promise<void> {
    if (!(await isTrusted(person))) return;
    seen.allowance = TRUSTED;
    seen.left += TRUSTED.burst;
  }

  async function tellLater(person: Person, seen: Seen, forMs: number): Promise<void> {
    await clock.sleep(forMs, signal);
    const count = seen.dropped;
    seen.dropped = 0;
    seen.calmSince = clock.now();
    // At the end of the process nobody is heard again.
    seen.isShutOut = signal.aborted;
    delete seen.asking;
    await ended(person, count);
  }

  return {
    async pass(person) {
      const seen = seenNow(`${person.teamId} ${person.userId}`, clock.now());
      if (seen.left < 1 && !seen.isShutOut) {
        seen.asking ??= allowMore(person, seen);
        await seen.asking;
      }
      if (seen.isShutOut) {
        seen.dropped += 1;
        return { kind: 'dropped' };
      }
      if (seen.left >= 1) {
        seen.left -= 1;
        return { kind: 'open' };
      }
      if (seen.at - seen.calmSince >= LONGEST_MS) seen.floods = 0;
      const forMs = backoffMs(seen.floods + 1, { firstMs: SHORTEST_MS, longestMs: LONGEST_MS });
      seen.floods += 1;
      seen.isShutOut = true;
      seen.dropped = 1;
      const told = tellLater(person, seen, forMs).finally(() => telling.delete(told));
      telling.add(told);
      return { kind: 'refused', forMs };
    },
    async settled() {
      await Promise.allSettled([...telling]);
    },
  };
}
