import { z } from 'zod';

/** What is wrong with a value, in pieces: `"6 hors" is not a duration. Use a number and a unit, for example 6h.` */
const fault = z.object({
  /** The predicate, without a full stop: `is not a duration`. */
  what: z.string(),
  /** What to do, without a full stop; the setting's example follows it. */
  use: z.string(),
  /** The part that is wrong, where it is not the whole value. It is shown even where the setting is a secret. */
  part: z.string().optional(),
});

export type Fault = z.infer<typeof fault>;

export type Reading<T> = { ok: true; value: T } | { ok: false; fault: Fault };

/** How the text of a setting becomes its value. The text was trimmed and is not empty. */
export type Format<T> = z.ZodType<T, string>;

export function format<T>(read: (text: string) => Reading<T>): Format<T> {
  return z.string().transform((text, context): T => {
    const reading = read(text);
    if (reading.ok) return reading.value;
    context.addIssue({ code: 'custom', message: reading.fault.what, params: reading.fault });
    return z.NEVER;
  });
}

export function readAs<T>(schema: Format<T>, text: string): Reading<T> {
  const result = schema.safeParse(text);
  if (result.success) return { ok: true, value: result.data };
  const issue = result.error.issues[0];
  const known = fault.safeParse(issue?.code === 'custom' ? issue.params : undefined);
  return bad(known.data ?? { what: 'cannot be read', use: 'Write it otherwise' });
}

export function good<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

export function bad(fault: Fault): { ok: false; fault: Fault } {
  return { ok: false, fault };
}

/** Text that matches a pattern, as it is. */
export function matching(pattern: RegExp, fault: Fault): Format<string> {
  return format((text) => (pattern.test(text) ? good(text) : bad(fault)));
}

export function oneOf<const T extends string>(words: readonly T[], fault: Fault): Format<T> {
  return format((text) => {
    const word = words.find((known) => known === text);
    return word === undefined ? bad(fault) : good(word);
  });
}

/** A whole number, both ends included. */
export function wholeNumber(min: number, max: number): Format<number> {
  return format((text) =>
    /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max
      ? good(Number(text))
      : bad({ what: `is not a whole number from ${min} to ${max}`, use: 'Use digits only' }),
  );
}

/** Items separated by commas or spaces; repeated ones count once. */
export function listOf(pattern: RegExp, fault: Fault, separator = /[\s,]+/): Format<string[]> {
  return format((text) => {
    const items = [...new Set(text.split(separator).map((item) => item.trim()))].filter(Boolean);
    if (items.length === 0) return bad(fault);
    const wrong = items.find((item) => !pattern.test(item));
    return wrong === undefined ? good(items) : bad({ ...fault, part: wrong });
  });
}
