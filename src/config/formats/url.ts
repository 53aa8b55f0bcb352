import { SHORTEST_SECRET } from '../../core/text/redact.ts';
import { trimEndOf } from '../../core/text/text.ts';
import { bad, type Format, format, good, type Reading } from './format.ts';

/**
 * The base of an API: ends with a slash, as the names of methods are put behind it. A password in it is allowed: it is
 * kept out of logs like every other secret.
 */
export const apiAddress: Format<string> = format((text) => {
  const reading = readSecretly(text);
  return reading.ok ? good(`${trimEndOf(reading.value, '/')}/`) : reading;
});

/** An address to which `/start` or `/fail` can be put. */
export const pingAddress: Format<string> = format((text) => {
  const reading = readSecretly(text);
  return reading.ok && /[?#]/.test(reading.value)
    ? bad({ what: 'has a ? or # in it, behind which no /fail can be put', use: 'Leave that out' })
    : reading;
});

function readSecretly(text: string): Reading<string> {
  const reading = readWebAddress(text);
  return reading.ok && passwordsIn(text).some((password) => password.length < SHORTEST_SECRET)
    ? bad({ what: 'holds a password too short to be kept out of logs', use: 'Use a longer password' })
    : reading;
}

/** An address without a password, for a value that is shown to people or kept with backups. */
export const openWebAddress: Format<string> = format(readOpen);

/** Scheme and host alone, as `https://ci.example.com`. */
export const baseAddress: Format<string> = format((text) => {
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?$/i.test(text))
    return bad({ what: 'has no scheme', use: 'Begin it with https://' });
  const reading = readOpen(text);
  if (!reading.ok) return reading;
  const url = new URL(reading.value);
  return url.pathname === '/' && url.search === '' && url.hash === ''
    ? good(url.origin)
    : bad({ what: 'is more than scheme and host', use: 'Leave out what follows the host' });
});

function readOpen(text: string): Reading<string> {
  const reading = readWebAddress(text);
  return reading.ok && passwordsIn(text).length > 0
    ? bad({ what: 'holds a user name or password', use: 'Leave that out' })
    : reading;
}

function readWebAddress(text: string): Reading<string> {
  return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text)
    ? good(text)
    : bad({ what: 'is not a web address', use: 'Use an address that begins with https:// or http://' });
}

/** What must stay secret in the text of an address: the password, or the user name where it stands alone. */
export function passwordsIn(text: string): string[] {
  const userinfo = /\/\/([^/?#\s]*)@/.exec(text)?.[1];
  if (userinfo === undefined) return [];
  const colon = userinfo.indexOf(':');
  const password = colon < 0 ? userinfo : userinfo.slice(colon + 1);
  return password === '' ? [] : [...new Set([password, decoded(password)])];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not percent-encoded after all: the text itself is what could appear somewhere.
    return text;
  }
}
