const MARK = '…';

/** Cuts by code points, never inside one; a cut text ends with a mark and is at most `max` code points long. */
export function cut(text: string, max: number): string {
  const points = Array.from(text);
  return points.length <= max ? text : points.slice(0, Math.max(0, max - 1)).join('') + MARK;
}

/** Embeddings, overrides and isolates: with them a text can turn around what stands after it. */
const BIDI_CONTROLS = /[\u202A-\u202E\u2066-\u2069]/g;

/**
 * Text typed by a person, for one line of plain text: control characters and line ends become spaces. Half of a
 * surrogate pair, which no request to AWS can carry, becomes U+FFFD.
 */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(BIDI_CONTROLS, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
}

/**
 * Slack escapes `&`, `<` and `>` in the text of a command (should_escape) and writes mentions as `<@U1|ana>`. Text that
 * will be shown plainly is brought back to what the person saw.
 */
export function unescapeSlack(text: string): string {
  return text
    .replace(/<([@#!])([^>|]*)(?:\|([^>]*))?>/g, (_all, kind: string, id: string, label?: string) =>
      kind === '!' ? `@${(label ?? id).replace(/^@/, '')}` : `${kind}${label ?? id}`,
    )
    .replace(/<([^>|]*)(?:\|([^>]*))?>/g, (_all, url: string, label?: string) => label ?? url)
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}

/** A command's text as Slack sends it, with the address of each link alone, whatever is shown for it. */
export function withAddresses(text: string): string {
  return text.replace(/<([^@#!<>|][^<>|]*)\|[^<>]*>/g, '<$1>');
}

/** For mrkdwn and for a message's top-level text, where `<!channel>` and links are live (facts: slack.md). */
export function escapeMrkdwn(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
