import type { Redact } from '../core/redact.ts';

/** JSON as it is stored. Redacted text by text, not as a whole: a secret of digits must not break a number. */
export function toStored(value: unknown, redact: Redact): string {
  // undefined has no JSON; it is kept as null.
  return JSON.stringify(redactTexts(value, redact) ?? null);
}

/**
 * One text as it is stored. A NUL is refused by Postgres, half a surrogate pair comes back changed from UTF-8 (and would
 * break the audit's hash); neither is text that a person typed on purpose.
 */
export function plainStored(text: string, redact: Redact): string {
  return redact(text).toWellFormed().replaceAll('\0', '\ufffd');
}

/** The data behind text that `toStored` wrote; its shape is what was put in. */
export function fromStored<T>(text: string): T {
  return JSON.parse(text);
}

function redactTexts(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactTexts(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [redact(key), redactTexts(item, redact)]),
  );
}
