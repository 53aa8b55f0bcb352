import { cut, oneLine } from './text.ts';

/** Of a program's lines nothing is shown but this: what else it prints may be secret, and no list of secrets is ever whole. */
export const NOT_SHOWN = '…';

/** What shells, JVMs, Clojure's REPL, MongoDB's driver and SSH say of trouble, word by word. */
const WORDS: ReadonlySet<string> = new Set(
  `a access after an and any application argument arguments arity as at attempt available bash be because been before bind
  broken build builds by call called cannot cast caused class clojure closed code command compiling connect connecting
  connection console context could custom database denied did directory does done down dropped during element empty end
  ended error exception exceeded execution exist exists exit exited expected failed failure false fatal file find for found
  from gc get has have heap host id illegal in index init input instance interrupted into invalid invoke is it its java jvm key
  kill killed left limit load loading local long lost main map match memory method missing mongo ms name namespace nil no node not
  nrepl null number object of on open operation option or out outofmemory overhead parameter pass path permission pipe
  pointer port printing process query reached read reading ready record refused repl reset resolve resource return route run
  running s seconds select server session sh shell signal socket space stack start started starting state stopped string
  such sudo symbol syntax system terminated than that the there this thread time timed timeout timeouts to too true trying type unable
  unavailable unbound unexpected unknown unreachable unsupported use usage user using value var version waiting was
  while with within wrong zero`.split(/\s+/),
);

/** A class of Java's that is thrown; `com.mongodb.BaseCluster.getDescription` and `circle.db/find`, as stacks name places. */
const THROWN = /^(?:[a-z]{1,20}\.){0,8}(?:[A-Z][A-Za-z]{0,50})?(?:Exception|ExceptionInfo|Error|Throwable)$/;
const PLACE = /^(?:admin|circle|clojure|com|java|javax|nrepl|org|sun)[./$][A-Za-z_.$/-]{1,100}[!?]?$/;
/** `REPL:1`, `BaseCluster.java:167`. */
const SOURCE = /^(?:REPL|NO_SOURCE_FILE|[A-Za-z_]{1,50}\.(?:java|clj))(?::[0-9]{1,5}){0,2}$/;
const HERE = /^(?:127\.0\.0\.1|localhost)(?::[0-9]{1,5})?$/;
const COUNT = /^[0-9]{1,7}$/;
const UNITS: ReadonlySet<string> = new Set(['ms', 's', 'seconds', 'times', 'arguments']);
const OPENING = /^["'“‘([{<#`,;:.!?-]+/;
const CLOSING = /["'”’)\]}>`,;:.!?]/;
/** No program says more in a line that helps. */
const READ_MAX = 2_000;
const SHOWN_MAX = 300;

/**
 * What a program printed, as one line of what it can only have said itself: words of trouble, exceptions, places in the code, and
 * what the bot had typed (`own`). Everything else is one mark.
 */
export function programWords(text: string, own: readonly string[] = []): string {
  const typed = new Set(own.flatMap((one) => one.split(/\s+/)).map((one) => parted(one).word));
  const tokens = oneLine(text, READ_MAX).split(' ').map(parted);
  const shown: string[] = [];
  for (const [at, { before, word, after }] of tokens.entries()) {
    if (word === '' && before + after === '') continue;
    const isShown = isAllowed(word, typed) || (COUNT.test(word) && UNITS.has(tokens[at + 1]?.word ?? ''));
    if (isShown) shown.push(before + word + after);
    else if (shown.at(-1) !== NOT_SHOWN) shown.push(NOT_SHOWN);
  }
  return cut(shown.join(' '), SHOWN_MAX);
}

function isAllowed(word: string, typed: ReadonlySet<string>): boolean {
  if (word === '' || typed.has(word) || WORDS.has(word.toLowerCase())) return true;
  return [THROWN, PLACE, SOURCE, HERE].some((pattern) => pattern.test(word));
}

/** A word, and the signs around it. */
function parted(token: string): { before: string; word: string; after: string } {
  const [before = ''] = OPENING.exec(token) ?? [];
  const rest = token.slice(before.length);
  const end = endOfWord(rest);
  return { before, word: rest.slice(0, end), after: rest.slice(end) };
}

function endOfWord(text: string): number {
  let end = text.length;
  while (end > 0 && CLOSING.test(text[end - 1] ?? '')) end -= 1;
  return end;
}
