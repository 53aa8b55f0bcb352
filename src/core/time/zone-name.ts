import { nearWord } from '../text/near-word.ts';

/**
 * The zone of a name, in the letters of the IANA list (`europe/berlin` is Europe/Berlin); undefined when Intl does not
 * know it. Etc/GMT-2 is a name; an offset such as +02:00 is not, as it knows no daylight saving.
 */
export function timeZoneNamed(name: string): string | undefined {
  if (!/^[A-Za-z]/.test(name)) return undefined;
  const lower = name.toLowerCase();
  const listed = Intl.supportedValuesOf('timeZone').find((zone) => zone.toLowerCase() === lower);
  if (listed !== undefined) return listed;
  try {
    // Older names (Asia/Kolkata or Asia/Calcutta, US/Eastern) and UTC work too, though Intl’s own list lacks them.
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name;
  } catch {
    // A RangeError, the only way in which Intl says that it does not know a name.
    return undefined;
  }
}

/** The zone that a misspelled one stands for: `berlin`, `New York`, `Europe/Berlim`; undefined when none is near. */
export function nearTimeZone(name: string): string | undefined {
  const wanted = plain(name);
  if (wanted === '') return undefined;
  const zones = new Map(Intl.supportedValuesOf('timeZone').map((zone) => [plain(zone), zone]));
  const cities = new Map([...zones.values()].map((zone) => [plain(zone.split('/').at(-1) ?? ''), zone]));
  return nearest(wanted, zones) ?? nearest(wanted, cities);
}

function nearest(wanted: string, names: ReadonlyMap<string, string>): string | undefined {
  const name = nearWord(wanted, [...names.keys()], 'sure');
  return name === undefined ? undefined : names.get(name);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9/+-]/g, '');
}
