const formats = new Map<string, Intl.DateTimeFormat>();

/** Local time as Intl writes it: `2026-03-29 03:00`. */
export function localTime(ms: number, timezone: string): string {
  const known = formats.get(timezone);
  // Swedish dates are ISO's.
  const format =
    known ?? new Intl.DateTimeFormat('sv', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' });
  formats.set(timezone, format);
  return format.format(ms);
}

export function localDate(ms: number, timezone: string): string {
  return localTime(ms, timezone).slice(0, 10);
}
