/** What a line comes to. `nothing` is an empty one, `unfinished` has open brackets or quotes. */
export type Evaluated =
  | { kind: 'find' | 'delete'; url: string }
  | { kind: 'error'; text: string }
  | { kind: 'unfinished' }
  | { kind: 'nothing' }
  | { kind: 'leave' };

const FORM = /^\(\s*([\w.*+!?<>=/-]+)\s+"((?:[^"\\]|\\.)*)"\s*\)$/s;
const KNOWN: Record<string, 'find' | 'delete'> = {
  'admin/delete-build': 'delete',
  'circle.model.build/find-one-by-circle-url': 'find',
};
const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '"': '"', '\\': '\\' };

/** Reads one form as Clojure's reader would, and takes the two that are documented. */
export function evaluateForm(typed: string): Evaluated {
  const text = typed.trim();
  if (text === '') return { kind: 'nothing' };
  if (['exit', 'quit', '(exit)', '(quit)'].includes(text)) return { kind: 'leave' };
  if (isUnfinished(text)) return { kind: 'unfinished' };
  const [, name = '', literal = ''] = FORM.exec(text) ?? [];
  const kind = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
  if (kind !== undefined) return { kind, url: readString(literal) };
  const symbol = /^\(?\s*([^\s()"]+)/.exec(text)?.[1] ?? text;
  return {
    kind: 'error',
    text:
      `CompilerException java.lang.RuntimeException: Unable to resolve symbol: ${symbol} in this context, ` +
      'compiling:(/tmp/form-init4711.clj:1:1)',
  };
}

function isUnfinished(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (inString && char === '\\') i += 1;
    else if (char === '"') inString = !inString;
    else if (!inString && char === '(') depth += 1;
    else if (!inString && char === ')') depth -= 1;
  }
  return inString || depth > 0;
}

function readString(literal: string): string {
  return literal.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_all, hex: string | undefined, char: string) =>
    hex === undefined ? (ESCAPES[char] ?? char) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
