import type { CatalogueEntry } from '../../src/core/catalogue/entry.ts';
import type { Target } from '../../src/core/model/target.ts';
import type { Ec2 } from '../../src/core/ports/ec2.ts';
import { noLog } from '../../src/core/ports/log.ts';
import type { OutboxMessage } from '../../src/core/store/messages.ts';
import { watchSilence } from '../../src/schedule/silence.ts';
import { entry, NOW, scene } from '../commands/fakes.ts';
import { scheduleOf } from '../core/time/schedule-of.ts';
import { target } from '../target.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const NIGHTLY = { name: 'nightly', schedule: scheduleOf('0 3 * * *') };
/** A nightly backup was promised. */
export const PROD = target('prod', { maxAgeMs: DAY, schedules: [NIGHTLY], operators: ['SOPS', 'UBEN'] });

let stop = new AbortController();

/** Ends the watch; for each test's end. */
export function stopWatching(): void {
  stop.abort();
}

/** The watch at work on a clock that is moved by hand, in steps no longer than its looks. */
export async function watching(
  targets: Target[],
  catalogue: CatalogueEntry[] | Error,
  more: { areMetricsRead?: () => boolean } = {},
) {
  stop = new AbortController();
  const here = scene(targets);
  const warned: unknown[] = [];
  const asked: string[] = [];
  here.catalogue.set('eu-west-1', catalogue);
  const regions = new Map<string, string | undefined>();
  const newest = new Map<string, number | undefined>();
  void begin();

  async function begin() {
    const { store, ec2, notifier, clock } = here.deps;
    const log = { ...noLog, warn: (fields: Record<string, unknown>) => void warned.push(fields.target) };
    const counted = (region: string): Ec2 => ({
      ...ec2(region),
      catalogue(options) {
        asked.push(region);
        return ec2(region).catalogue(options);
      },
    });
    const metrics = {
      newestComplete: (target: string, at: number | undefined) => void newest.set(target, at),
    };
    const onRead = (region: string, trouble: string | undefined) => void regions.set(region, trouble);
    await watchSilence(
      { targets, store, ec2: counted, notifier, clock, log, metrics, onRead, ...more },
      stop.signal,
    );
  }
  await here.clock.advance(0);
  const sent = (): OutboxMessage[] => [...here.store.sent.values()];
  return {
    ...here,
    sent,
    woken: () => here.woken,
    warned,
    /** What the metric of the newest complete backup says, by target. */
    newest,
    /** What each look said of each region. */
    regions,
    /** Regions whose catalogue was read, one after another. */
    asked,
    texts: () => sent().flatMap(({ view }) => (view.kind === 'note' ? [view.text] : [])),
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 5 * MINUTE) await here.clock.advance(Math.min(left, 5 * MINUTE));
    },
    async restart() {
      stop.abort();
      await here.clock.advance(0);
      stop = new AbortController();
      void begin();
      await here.clock.advance(0);
    },
  };
}

export const aged = (ms: number, more: Partial<CatalogueEntry> = {}) =>
  entry('bk-20261122-0300-aaaa', { createdAt: NOW - ms, ...more });
