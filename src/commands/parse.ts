import { type Target, targetNamed } from '../core/model/target.ts';
import { nearWord } from '../core/text/near-word.ts';
import { cut, oneLine } from '../core/text/text.ts';
import { nameWord, plainWord, strangeCharacter } from '../core/text/typed-word.ts';
import { listInWords } from '../core/text/words.ts';
import type { Reply } from './base/reply.ts';
import { type Arguments, COMMAND, type Verb } from './base/verb.ts';

export type Parsed =
  | { kind: 'command'; verb: Verb; args: Arguments }
  | { kind: 'reply'; verb?: Verb; reply: Reply };

/** Room for the addresses of as many builds as can be cleaned up at once; a note needs less. */
const LONGEST_TEXT = 60_000;
const MOST_WORDS = 1_000;

const TOO_LONG: Reply = {
  view: 'refusal',
  reason: `That is more than I read at once: at most ${MOST_WORDS} words of ${LONGEST_TEXT} characters in all. Nothing was done.`,
  usage: `${COMMAND} help`,
};

/**
 * Reads what a person typed after the command. Never throws: what it does not understand becomes a refusal that
 * quotes it, guesses what was meant, and shows the usage; nothing is done.
 */
export function parse(text: string, verbs: readonly Verb[], targets: readonly Target[]): Parsed {
  const [first, ...others] = text.trim().split(/\s+/u).filter(Boolean);
  if (text.length > LONGEST_TEXT || others.length > MOST_WORDS) return { kind: 'reply', reply: TOO_LONG };
  if (first === undefined) return { kind: 'reply', reply: { view: 'help' } };
  const verb = verbs.find((v) => v.name === nameWord(first));
  if (verb === undefined) return { kind: 'reply', reply: unknownVerb(first, verbs) };

  const flags = new Map<string, string>();
  const rest: string[] = [];
  // What stands behind a lone `--` is text; a lone long dash may be one that a phone has made of it, or punctuation.
  let behind: 'nothing' | 'dash' | 'end-of-flags' = 'nothing';
  for (let i = 0; i < others.length; i += 1) {
    const word = others[i] ?? '';
    const flag = behind === 'end-of-flags' ? undefined : flagIn(word, verb);
    if (behind === 'nothing' && /^(?:--|—|–)$/u.test(word)) {
      behind = word === '--' ? 'end-of-flags' : 'dash';
      // In the middle of a note it is punctuation, and stays in it.
      if (behind === 'dash' && rest.length > 0) rest.push(word);
    } else if (flag === undefined || (behind === 'dash' && flag.meant === undefined)) {
      rest.push(word);
    } else if (flag.meant !== flag.name) {
      return { kind: 'reply', verb, reply: unknownFlag(word, flag.meant, verb) };
    } else if (verb.flags[flag.name] === 'switch') {
      if (flag.value !== undefined && flag.value !== '') {
        return refused(verb, `--${flag.name} takes no value; ${shown(word)} has one.`);
      }
      flags.set(flag.name, '');
    } else {
      const value = flag.value ?? others[++i];
      if (value === undefined || (flag.value === undefined && flagIn(value, verb) !== undefined)) {
        return refused(verb, `${shown(word)} needs a value.`);
      }
      flags.set(flag.name, plainWord(value).replaceAll('—', '-'));
    }
  }
  if (!verb.takesTarget) return withText(verb, undefined, rest, flags);
  return withTarget(verb, rest, flags, targets, behind === 'end-of-flags');
}

function withTarget(
  verb: Verb,
  rest: string[],
  flags: Arguments['flags'],
  targets: readonly Target[],
  isText: boolean,
): Parsed {
  const [word] = rest;
  const named = targetNamed(targets, word && nameWord(word));
  if (named !== undefined) return withText(verb, named, rest.slice(1), flags);
  const names = targets.map((t) => t.name);
  const guess = word === undefined ? undefined : nearWord(nameWord(word), names, 'guess');
  const [only] = targets;
  const isOnly = targets.length === 1 && only !== undefined;
  if (isOnly && (word === undefined || (verb.takesText && (isText || guess === undefined)))) {
    return withText(verb, only, rest, flags);
  }
  if (word === undefined) return withText(verb, undefined, rest, flags);
  const bare = bareFlag(rest, verb);
  if (bare !== undefined) return bare;
  const odd = oddIn(word);
  const are = isOnly
    ? `The only target is ${only.name}${verb.takesText ? '; put -- before a note that begins like it' : ''}.`
    : `The targets are ${namesInWords(names)}.`;
  return refused(
    verb,
    `There is no target named ${shown(word)}.${guess === undefined ? '' : ` Did you mean “${guess}”?`}${odd} ${are}`,
  );
}

/** What is left is the verb's own: a text as it was typed, addresses, or words of an order. */
function withText(verb: Verb, target: Target | undefined, rest: string[], flags: Arguments['flags']): Parsed {
  const bare = bareFlag(rest, verb);
  if (bare !== undefined) return bare;
  if (verb.takesTarget && !verb.takesText && rest[0] !== undefined) {
    return refused(verb, `${shown(rest.join(' '))} means nothing here.`);
  }
  const words = verb.takesText || verb.readsAddresses ? rest : rest.map(nameWord).filter(Boolean);
  return {
    kind: 'command',
    verb,
    args: { ...(target === undefined ? {} : { target }), rest: words.join(' '), flags },
  };
}

/** Why a note typed into a form is none: it holds a flag, which a form has fields or no place for. */
export function flagInNote(note: string, verb: Verb): string | undefined {
  const parsed = parse(`${verb.name} ${note}`, [{ ...verb, takesTarget: false }], []);
  if (parsed.kind === 'reply') return parsed.reply.view === 'refusal' ? parsed.reply.reason : undefined;
  const [flag] = parsed.args.flags.keys();
  return flag === undefined
    ? undefined
    : `A note cannot order --${flag}. Type: ${COMMAND} ${verb.name} ${verb.takesTarget ? '[target] ' : ''}--${flag}`;
}

/** A fleet has more targets than fit into an answer. */
export function namesInWords(names: readonly string[]): string {
  const shown = 20;
  const more = names.length - shown;
  return more > 0 ? `${names.slice(0, shown).join(', ')} and ${more} more` : listInWords(names);
}

interface TypedFlag {
  name: string;
  /** The verb's own flag that this one is, or is close to. */
  meant?: string;
  /** What stands behind an equals sign. */
  value?: string;
}

/**
 * The flag that a word is, however it is written: with two hyphens of any kind, with the long dash that phones make of them, with
 * quotes or code marks around it. Behind a single hyphen only what is close to one of the verb's flags: `-5` is none.
 */
function flagIn(word: string, verb: Verb): TypedFlag | undefined {
  const [, dashes = '', text = ''] = /^([—-]+)(.*)$/su.exec(plainWord(word).toLowerCase()) ?? [];
  const [key = '', value] = splitOnce(text, '=');
  const name = nameWord(key.replace(/^[^\p{L}\p{N}]+/u, ''));
  if (dashes === '' || name === '') return undefined;
  const meant = meantFlag(name, verb);
  if (dashes === '-' && meant === undefined) return undefined;
  return { name, ...(meant === undefined ? {} : { meant }), ...(value === undefined ? {} : { value }) };
}

function meantFlag(name: string, { flags }: Verb): string | undefined {
  const names = Object.keys(flags);
  return (
    names.find((flag) => flag === name) ??
    nearWord(name, names, 'guess') ??
    names.find((flag) => flag.startsWith(name))
  );
}

/**
 * A flag without its dashes, at the start of a text or behind a lone dash; with other signs in their place; or glued to the word
 * before it. As a note it would have the gentler thing done, without a word.
 */
function bareFlag(rest: readonly string[], verb: Verb): Parsed | undefined {
  let isFirst = true;
  for (const typed of rest) {
    const word = plainWord(typed).toLowerCase();
    if (/^[—-]*$/u.test(word)) {
      isFirst ||= word !== '';
      continue;
    }
    const name = Object.keys(verb.flags).find(
      (flag) =>
        (isFirst && word === flag) ||
        (!/^[—-]/u.test(word) && !word.includes('://') && isGlued(word, flag)) ||
        (word === flag && /^[/\\+=_~:.]/u.test(typed) && !typed.endsWith(typed.charAt(0))) ||
        word.startsWith(`${flag}=`),
    );
    if (name !== undefined) {
      const note = verb.takesText ? ' In a note put a space and another word before it.' : '';
      return refused(verb, `${shown(typed)} is no flag as it stands. Did you mean “--${name}”?${note}`);
    }
    isFirst = false;
  }
  return undefined;
}

function isGlued(word: string, flag: string): boolean {
  return word.endsWith(`--${flag}`) || word.endsWith(`—${flag}`);
}

function unknownVerb(word: string, verbs: readonly Verb[]): Reply {
  const [, glued] = /^(\p{L}+)[—-]/u.exec(plainWord(word).toLowerCase()) ?? [];
  const guess = verbs.some((v) => v.name === glued)
    ? glued
    : nearWord(
        nameWord(word),
        verbs.map((v) => v.name),
        'guess',
      );
  return {
    view: 'refusal',
    reason: `I do not know ${shown(word)}.${guess === undefined ? '' : ` Did you mean “${guess}”?`}${oddIn(word)} Nothing was done.`,
    usage: `${COMMAND} ${verbs.map((v) => v.name).join(' | ')}`,
  };
}

function unknownFlag(word: string, guess: string | undefined, verb: Verb): Reply {
  const names = Object.keys(verb.flags);
  const allowed =
    names.length === 0
      ? `“${verb.name}” takes no flags; put -- before a note that has dashes.`
      : `“${verb.name}” takes ${listInWords(names.map((n) => `--${n}`))}.`;
  return {
    view: 'refusal',
    reason: `I do not know the flag ${shown(word)}.${guess === undefined ? '' : ` Did you mean “--${guess}”?`}${oddIn(word)} ${allowed} Nothing was done.`,
    usage: `${COMMAND} ${verb.usage}`,
  };
}

function refused(verb: Verb, reason: string): Parsed {
  return {
    kind: 'reply',
    verb,
    reply: { view: 'refusal', reason: `${reason} Nothing was done.`, usage: `${COMMAND} ${verb.usage}` },
  };
}

/** What looks right and is not: the character is named. */
function oddIn(word: string): string {
  const odd = strangeCharacter(plainWord(word).replaceAll('—', '-'));
  return odd === undefined ? '' : ` It holds ${odd}.`;
}

function shown(word: string): string {
  return `“${cut(oneLine(word), 60)}”`;
}

function splitOnce(text: string, by: string): [string, string?] {
  const at = text.indexOf(by);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + by.length)];
}
