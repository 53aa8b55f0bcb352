import { readCron } from '../../core/time/cron.ts';
import { timeZoneFault } from '../../core/time/schedule.ts';
import { timeZoneNamed } from '../../core/time/zone-name.ts';
import { bad, type Format, format, good } from './format.ts';

/** Five fields that fire, and not too often; as they were written. */
export const cron: Format<string> = format((text) => {
  const reading = readCron(text);
  return reading.ok ? good(text) : bad(reading.fault);
});

/** A name of the IANA list, in the list's own letters. */
export const timeZone: Format<string> = format((text) => {
  const name = timeZoneNamed(text);
  return name === undefined ? bad(timeZoneFault(text)) : good(name);
});
