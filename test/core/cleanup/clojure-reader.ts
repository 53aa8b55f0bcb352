/** A call of a function with texts, as a Clojure reader sees it. */
export interface ClojureCall {
  name: string;
  texts: string[];
}

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '"': '"', '\\': '\\' };

/**
 * The least of Clojure's reader: one list of a symbol and strings, and nothing before, between or behind it. Throws for
 * everything else. Written from the reader's reference, without a look at what writes the texts.
 */
export function readClojureCall(source: string): ClojureCall {
  let at = 0;
  const fail = (what: string): never => {
    throw new Error(`${what} at ${at} of ${JSON.stringify(source)}`);
  };
  const blanks = () => {
    while (source[at] === ' ') at += 1;
  };

  function string(): string {
    let text = '';
    for (at += 1; ; at += 1) {
      const char = source[at];
      if (char === undefined) return fail('a string without its end');
      if (char === '"') {
        at += 1;
        return text;
      }
      if (char !== '\\') {
        text += char;
        continue;
      }
      at += 1;
      const kind = source[at] ?? '';
      if (kind === 'u') {
        const code = source.slice(at + 1, at + 5);
        if (!/^[0-9a-fA-F]{4}$/.test(code)) fail('no code unit');
        text += String.fromCharCode(Number.parseInt(code, 16));
        at += 4;
      } else {
        text += ESCAPES[kind] ?? fail('an unknown escape');
      }
    }
  }

  if (source[at] !== '(') fail('no list');
  at += 1;
  const name = /^[a-z][a-z0-9./-]*/.exec(source.slice(at))?.[0] ?? fail('no symbol');
  at += name.length;
  const texts: string[] = [];
  for (blanks(); source[at] === '"'; blanks()) texts.push(string());
  if (source[at] !== ')') fail('something else than a string');
  if (at + 1 !== source.length) fail('something behind the list');
  return { name, texts };
}
