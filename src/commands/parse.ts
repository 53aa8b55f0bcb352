import { closest, distance } from 'fastest-levenshtein';
import type { Target } from '../core/model.ts';
import { cut, oneLine } from '../core/text/text.ts';
import { listInWords } from '../core/text/words.ts';
import type { Reply } from './base/reply.ts';
import { type Arguments, COMMAND, type Verb } from './base/verb.ts';

export type Parsed =
  | { kind: 'command'; verb: Verb; args: Arguments }
  | { kind: 'reply'; verb?: Verb; reply: Reply };

/**
 * Reads what a person typed after the command. Never throws: what it does not understand becomes a refusal that
 * quotes it, guesses what was meant, and shows the usage; nothing is done.
 */
export function parse(text: string, verbs: readonly Verb[], targets: readonly Target[]): Parsed {
  const words = text.trim().split(/\s+/u).filter(Boolean);
  const [first, ...others] = words;
  if (first === undefined) return { kind: 'reply', reply: { view: 'help' } };
  const verb = verbs.find((v) => v.name === first.toLowerCase());
  if (verb === undefined) return { kind: 'reply', reply: unknownVerb(first, verbs) };

  const flags = new Map<string, string>();
  const rest: string[] = [];
  let flagsEnded = false;
  for (let i = 0; i < others.length; i += 1) {
    const word = others[i] ?? '';
    const name = flagName(word);
    if (flagsEnded || name === undefined) {
      rest.push(word);
    } else if (name === '') {
      flagsEnded = true;
      // In the middle of a note it is punctuation, and stays in it.
      if (word !== '--' && rest.length > 0) rest.push(word);
    } else {
      const [key = '', inline] = splitOnce(name, '=');
      const kind = Object.hasOwn(verb.flags, key) ? verb.flags[key] : undefined;
      if (kind === undefined) return { kind: 'reply', verb, reply: unknownFlag(word, key, verb) };
      if (kind === 'switch') {
        flags.set(key, '');
        continue;
      }
      const value = inline ?? others[++i];
      if (value === undefined) return refused(verb, `${shown(word)} needs a value.`);
      flags.set(key, value);
    }
  }
  if (!verb.takesTarget) return { kind: 'command', verb, args: { rest: rest.join(' '), flags } };
  return withTarget(verb, rest, flags, targets);
}

function withTarget(
  verb: Verb,
  rest: string[],
  flags: Arguments['flags'],
  targets: readonly Target[],
): Parsed {
  const [word] = rest;
  const named = targets.find((t) => t.name === word?.toLowerCase());
  if (named !== undefined) {
    return { kind: 'command', verb, args: { target: named, rest: rest.slice(1).join(' '), flags } };
  }
  const [only] = targets;
  if (targets.length === 1 && only !== undefined) {
    return { kind: 'command', verb, args: { target: only, rest: rest.join(' '), flags } };
  }
  if (word === undefined) return { kind: 'command', verb, args: { rest: '', flags } };
  const names = targets.map((t) => t.name);
  const guess = near(word, names);
  return refused(
    verb,
    `There is no target named ${shown(word)}.${guess === undefined ? '' : ` Did you mean “${guess}”?`} The targets are ${namesInWords(names)}.`,
  );
}

/** A fleet has more targets than fit into an answer. */
export function namesInWords(names: readonly string[]): string {
  const shown = 20;
  const more = names.length - shown;
  return more > 0 ? `${names.slice(0, shown).join(', ')} and ${more} more` : listInWords(names);
}

/** Phones turn `--` into a long dash; both are read. */
function flagName(word: string): string | undefined {
  const match = /^(?:--|—|–)(.*)$/u.exec(word);
  return match?.[1]?.toLowerCase();
}

function unknownVerb(word: string, verbs: readonly Verb[]): Reply {
  const guess = near(
    word,
    verbs.map((v) => v.name),
  );
  return {
    view: 'refusal',
    reason: `I do not know ${shown(word)}.${guess === undefined ? '' : ` Did you mean “${guess}”?`} Nothing was done.`,
    usage: `${COMMAND} ${verbs.map((v) => v.name).join(' | ')}`,
  };
}

function unknownFlag(word: string, key: string, verb: Verb): Reply {
  const names = Object.keys(verb.flags);
  const guess = near(key, names);
  const allowed =
    names.length === 0
      ? `“${verb.name}” takes no flags; put -- before a note that has dashes.`
      : `“${verb.name}” takes ${listInWords(names.map((n) => `--${n}`))}.`;
  return {
    view: 'refusal',
    reason: `I do not know the flag ${shown(word)}.${guess === undefined ? '' : ` Did you mean “--${guess}”?`} ${allowed} Nothing was done.`,
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

function near(word: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const lower = word.toLowerCase();
  // Two letters in the wrong order are the commonest slip, and two changes to Levenshtein.
  const swapped = names.find((name) => sorted(name) === sorted(lower));
  if (swapped !== undefined) return swapped;
  const guess = closest(lower, [...names]);
  return distance(lower, guess) <= Math.max(1, Math.floor(guess.length / 3)) ? guess : undefined;
}

function sorted(word: string): string {
  return [...word].sort().join('');
}

function shown(word: string): string {
  return `“${cut(oneLine(word), 60)}”`;
}

function splitOnce(text: string, by: string): [string, string?] {
  const at = text.indexOf(by);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + by.length)];
}
