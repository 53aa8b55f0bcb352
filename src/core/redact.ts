/** Shorter values would blank out innocent text; config refuses secrets this short. */
export const SHORTEST_SECRET = 6;

export type Redact = (text: string) => string;

/** Replaces every known secret (and its URL-encoded form) wherever it stands in a text. */
export function createRedact(secrets: readonly string[]): Redact {
  const forms = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  // Longest first: a secret that contains another one goes as a whole.
  const unique = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return (text) => unique.reduce((shown, secret) => shown.replaceAll(secret, '[redacted]'), text);
}
