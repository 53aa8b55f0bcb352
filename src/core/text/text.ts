const MARK = '…';

/** What EC2 takes for a tag's value, and what anybody reads of a name, a description or a reason. */
export const LINE_MAX = 256;
/** More than Slack takes of a command. */
const LONGEST_LINE = 4_000;

/** Cuts by code points, never inside one; a cut text ends with a mark and is at most `max` code points long. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const points = Array.from(text.slice(0, 2 * max + 2));
  return points.length <= max ? text : points.slice(0, Math.max(0, max - 1)).join('') + MARK;
}

/**
 * What prints nothing: controls of direction (a text can turn around what stands after it), zero-width characters, soft
 * hyphens, fillers, variation selectors, and the tags of which no reader sees that they are there. What joins pictures to
 * one emoji is seen, and kept.
 */
const UNSEEN =
  /(\p{Extended_Pictographic}[\u{1F3FB}-\u{1F3FF}]?\uFE0F?(?:\u200D(?=\p{Extended_Pictographic}))?)|[\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu;
/** Line ends, other controls, and blanks of every width; the blank of Braille is one that Unicode calls a symbol. */
const GAP = /[\p{Cc}\p{Z}\u2800]+/gu;
/** No script needs more marks on one letter; a heap of them covers the lines around it. */
const HEAP_OF_MARKS = /(\p{M}{3})\p{M}+/gu;
/** It would stand on what the message has before it. */
const MARK_AT_START = /^[\p{M} ]+/u;

/**
 * Text from outside (typed by a person, read from EC2, a machine or an API) as one line of what can be seen, of at most
 * `max` code points. Half of a surrogate pair, which no request to AWS can carry, becomes U+FFFD.
 */
export function oneLine(text: string, max = LONGEST_LINE): string {
  // Longer texts cost time; one that says nothing in this much of it says nothing.
  const looked = text.length > 8 * max ? `${text.slice(0, 8 * max)}${MARK}` : text;
  const line = looked
    .toWellFormed()
    .replace(UNSEEN, '$1')
    .replace(GAP, ' ')
    .replace(HEAP_OF_MARKS, '$1')
    .replace(MARK_AT_START, '')
    .trim();
  return cut(line, max);
}

/** Without the characters of this kind at its end. Linear, which `/x+$/` is not: it begins anew at each x of a run elsewhere. */
export function trimEndOf(text: string, char: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === char) end -= 1;
  return text.slice(0, end);
}

/** A sentence as a part of another one: without its full stop, and with a small letter where its first word is no name. */
export function asClause(sentence: string): string {
  const text = sentence.replace(/\.$/, '');
  return /^[A-Z][a-z]*(?![\w’])/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

/**
 * Slack escapes `&`, `<` and `>` in the text of a command (should_escape) and writes mentions as `<@U1|ana>`. Text that
 * will be shown plainly is brought back to what the person saw. Slack escapes each `<` that is not its own, so none is
 * looked for inside of one.
 */
export function unescapeSlack(text: string): string {
  return text
    .replace(/<([@#!])([^<>|]*)(?:\|([^<>]*))?>/g, (_all, kind: string, id: string, label?: string) =>
      kind === '!' ? `@${(label ?? id).replace(/^@/, '')}` : `${kind}${label ?? id}`,
    )
    .replace(/<([^<>|]*)(?:\|([^<>]*))?>/g, (_all, url: string, label?: string) => label ?? url)
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
