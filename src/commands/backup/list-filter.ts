import type { CatalogueEntry } from '../../core/catalogue/entry.ts';
import { cut, oneLine } from '../../core/text/text.ts';
import { localTimeMs } from '../../core/time/wall-time.ts';
import type { ListFilter } from '../base/reply.ts';
import type { Arguments } from '../base/verb.ts';

export type ListFilterReading = { ok: true; filter: ListFilter } | { ok: false; reason: string };

/** A day begins where the target is. */
export function readListFilter(flags: Arguments['flags'], timezone: string): ListFilterReading {
  const filter = { held: flags.has('held'), partial: flags.has('partial') };
  const typed = flags.get('before');
  if (typed === undefined) return { ok: true, filter };
  const date = oneLine(typed);
  const ms = /^\d{4}-\d\d-\d\d$/.test(date) ? localTimeMs(date, '00:00', timezone) : undefined;
  if (ms !== undefined) return { ok: true, filter: { ...filter, before: { date, ms } } };
  return {
    ok: false,
    reason: `“${cut(date, 60)}” is not a date. Write it as year, month and day, for example 2026-10-01.`,
  };
}

export function passes(entry: CatalogueEntry, { held, partial, before }: ListFilter): boolean {
  return (
    (!held || entry.held || entry.isProtected === true) &&
    (!partial || entry.outcome === 'partial') &&
    (before === undefined || entry.createdAt < before.ms)
  );
}

/** The flags as they would be typed again, e.g. ` --held --before 2026-10-01`. */
export function flagsOf({ held, partial, before }: ListFilter): string {
  return [
    ...(held ? [' --held'] : []),
    ...(partial ? [' --partial'] : []),
    ...(before === undefined ? [] : [` --before ${before.date}`]),
  ].join('');
}
