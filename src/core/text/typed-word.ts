/** Hyphens and minus signs of all kinds; in Unicode's class of dashes, or taken for one. */
const SHORT_DASH = /[\p{Pd}\u02D7\u2043\u2212\u2796]/gu;
/** What a phone or an office program makes of two hyphens. */
const LONG_DASH = /[\u2012-\u2015\u2500\u2501\u2E3A\u2E3B\u2E40]/gu;
/** Takes no room on the screen: zero-width characters, joiners, direction marks, variation selectors, stray accents. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{M}\u2800]/gu;
const OF_A_WORD = /^[\p{L}\p{N}—-]$/u;
/** Longer than any word of an order; what is longer is no order, and is not looked at. */
const LONGEST = 500;

/**
 * A word of an order (a verb, a flag, a target, an id) as it was meant: without the quotes, brackets and punctuation around it and
 * without what nobody can see, each hyphen of Unicode as `-`, each long dash as `—`. Look-alikes from other alphabets stay what they
 * are, so that they match nothing.
 */
export function plainWord(typed: string): string {
  if (typed.length > LONGEST) return typed;
  const points = Array.from(
    typed
      // At the start a soft hyphen was meant to be seen.
      .replace(/^\u00AD+/u, (all) => '-'.repeat(all.length))
      .normalize('NFKC')
      .replace(INVISIBLE, '')
      .replace(LONG_DASH, '—')
      .replace(SHORT_DASH, (dash) => (dash === '—' ? dash : '-')),
  );
  const first = points.findIndex((point) => OF_A_WORD.test(point));
  const last = points.findLastIndex((point) => OF_A_WORD.test(point) || point === '=');
  return first < 0 ? '' : points.slice(first, last + 1).join('');
}

/** The name of a target, a verb or a run: in lower case, and any dash in it is a hyphen. */
export function nameWord(typed: string): string {
  return plainWord(typed).replaceAll('—', '-').toLowerCase();
}

/** The first character of a text that is not `allowed`, for a person's eyes: “с” (U+0441), or that it cannot be seen. */
export function strangeCharacter(text: string, allowed = /^[\x20-\x7E]$/): string | undefined {
  const found = Array.from(text).find((point) => !allowed.test(point));
  if (found === undefined) return undefined;
  if (/^[\x21-\x7E]$/.test(found)) return `“${found}”`;
  const code = `U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(found) && !/\p{Default_Ignorable_Code_Point}/u.test(found)
    ? `“${found}” (${code})`
    : `an invisible character (${code})`;
}
