import { type Redact, redactData } from '../core/text/redact.ts';

/** JSON as it is stored. */
export function toStored(value: unknown, redact: Redact): string {
  // undefined has no JSON; it is kept as null.
  const json = JSON.stringify(value ?? null);
  // Secrets are looked for in their JSON form as well, so what has none as a whole has none in any of its texts.
  return redact(json) === json ? json : JSON.stringify(redactData(value, redact));
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
