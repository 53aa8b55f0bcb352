const DAY_MS = 86_400_000;
/** Since 2000 no zone of the tz database has changed its offset twice within less than a week. */
const CELL_MS = 4 * DAY_MS;

/** A stretch of four days: its offset, and where another one begins in it, if it does. */
interface Cell {
  offsetMs: number;
  changesAt: number;
  offsetAfterMs: number;
}

/** Wall time of a zone. */
export interface TimeZone {
  /** Wall time at a UTC time, as the ms of a UTC time that shows the same date and hour. */
  wallMs(utcMs: number): number;
}

/**
 * Wall time without asking Intl for each time, which costs a microsecond each: it is asked at both ends of a stretch of
 * days, and where these differ the moment of the change is searched for. Throws a RangeError for a zone Intl does not know.
 */
export function createTimeZone(name: string): TimeZone {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  const cells = new Map<number, Cell>();

  function cellOf(index: number): Cell {
    const known = cells.get(index);
    if (known !== undefined) return known;
    let low = index * CELL_MS;
    let high = low + CELL_MS;
    const offsetMs = offsetIn(format, low);
    const offsetAfterMs = offsetIn(format, high);
    // Changes happen at whole seconds.
    while (offsetMs !== offsetAfterMs && high - low > 1000) {
      const middle = low + Math.floor((high - low) / 2000) * 1000;
      if (offsetIn(format, middle) === offsetMs) low = middle;
      else high = middle;
    }
    const cell = { offsetMs, changesAt: high, offsetAfterMs };
    cells.set(index, cell);
    return cell;
  }

  return {
    wallMs(utcMs) {
      const cell = cellOf(Math.floor(utcMs / CELL_MS));
      return utcMs + (utcMs < cell.changesAt ? cell.offsetMs : cell.offsetAfterMs);
    },
  };
}

/** From `…, GMT+02:00`; `GMT` alone is no offset. */
function offsetIn(format: Intl.DateTimeFormat, utcMs: number): number {
  const parts = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(format.format(utcMs));
  if (parts === null) return 0;
  const [, sign, hours, minutes, seconds = '0'] = parts;
  const ms = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  return sign === '-' ? -ms : ms;
}
