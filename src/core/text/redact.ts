/** Shorter values would blank out innocent text; config refuses secrets this short. */
export const SHORTEST_SECRET = 6;

export type Redact = (text: string) => string;

const MARK = '[redacted]';

/** Replaces every known secret, also in its URL-encoded and JSON forms, wherever it stands in a text. */
export function createRedact(secrets: readonly string[]): Redact {
  const forms = [...new Set(secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap(formsOf))];
  return (text) => {
    if (!forms.some((form) => text.includes(form))) return text;
    const found = forms.flatMap((form) => rangesOf(form, text)).sort((a, b) => a.from - b.from);
    let shown = '';
    let end = 0;
    for (const { from, to } of found) {
      // Secrets that overlap go as one: what one of them left over would be half of the other.
      if (from >= end) shown += text.slice(end, from) + MARK;
      end = Math.max(end, to);
    }
    return shown + text.slice(end);
  };
}

function formsOf(secret: string): string[] {
  const encoded = encodeURIComponent(secret.toWellFormed());
  // AWS's requests and forms encode these as well, and forms write a space in their own way.
  const strict = encoded.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const inUrls = [encoded, strict, strict.replaceAll('%20', '+')];
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    ...inUrls,
    ...inUrls.map((form) => form.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase())),
  ];
}

function rangesOf(form: string, text: string): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = [];
  for (let from = text.indexOf(form); from >= 0; from = text.indexOf(form, from + 1)) {
    const last = ranges.at(-1);
    if (last !== undefined && from < last.to) last.to = from + form.length;
    else ranges.push({ from, to: from + form.length });
  }
  return ranges;
}

/** Plain data with every text in it redacted, text by text: a secret of digits must not break a number. */
export function redactData<T>(value: T, redact: Redact): T {
  return redactItem(value, redact) as T;
}

function redactItem(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactItem(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [redact(key), redactItem(item, redact)]),
  );
}
