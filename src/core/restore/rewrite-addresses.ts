import type { Mention } from '../ports/services-machine.ts';
import { ProblemError } from '../problems/problem.ts';
import { maskedLine, nameIn, type Piece } from '../text/mask.ts';

/** An IPv4 address and what stands in its place from now on. */
export interface AddressChange {
  from: string;
  to: string;
}

/** One line before and after, for people: names of variables and the addresses that change, nothing else of it. */
export interface LineChange {
  /** From 1. */
  line: number;
  before: string;
  after: string;
  /** A comment changes as well: systemd and the shell do not agree on what a comment is, and the original is kept. */
  comment: boolean;
}

export interface Rewritten {
  /** All of it, secrets included. */
  text: string;
  changes: LineChange[];
}

/**
 * Puts new addresses in the place of old ones, in a text of one character a byte (latin1), and leaves every other byte as
 * it is. An address counts where it stands whole: not in a longer number (`10.20.1.1` in `10.20.1.12`), and not in a name
 * (`db-10.20.1.12`, `10.20.1.12.example.com`). All changes are made at once, so that two addresses can change places.
 * Throws `address-unusable` for what is not the address of a machine, such as docker0's.
 */
export function rewriteAddresses(text: string, changes: readonly AddressChange[]): Rewritten {
  const to = new Map<string, string>();
  for (const change of changes) {
    for (const address of [change.from, change.to]) {
      if (!isMachineAddress(address)) throw new ProblemError({ code: 'address-unusable', address });
    }
    if ((to.get(change.from) ?? change.to) !== change.to) {
      throw new Error(`Two addresses are to stand in the place of ${change.from}.`);
    }
    to.set(change.from, change.to);
  }
  if (to.size === 0) return { text, changes: [] };
  const whole = new RegExp(wholeOf([...to.keys()]), 'g');
  const rewrite = (line: string) => line.replace(whole, (address) => to.get(address) ?? address);
  return {
    text: rewrite(text),
    changes: linesThatHold(text, whole).flatMap(({ line, text: before, pieces }) => {
      const news = pieces.map((piece) => ({ ...piece, text: to.get(piece.text) ?? piece.text }));
      if (news.every(({ text: address }, i) => address === pieces[i]?.text)) return [];
      const comment = /^\s*[#;]/.test(before);
      return [{ line, before: maskedLine(before, pieces), after: maskedLine(before, news), comment }];
    }),
  };
}

/** Where a text holds one of the needles (addresses, host names), whole as `rewriteAddresses` understands it. */
export function findMentions(text: string, needles: readonly string[]): Mention[] {
  const wanted = needles.filter((needle) => needle !== '');
  if (wanted.length === 0) return [];
  const whole = new RegExp(wholeOf(wanted), 'gi');
  return linesThatHold(text, whole).flatMap(({ line, text: itself, pieces }) => {
    const name = nameIn(itself);
    const found = new Set(pieces.map((piece) => piece.text.toLowerCase()));
    return wanted
      .filter((needle) => found.has(needle.toLowerCase()))
      .map((needle) => ({ line, needle, ...(name === undefined ? {} : { name }) }));
  });
}

/** The lines that hold one of the addresses, for people: names of variables and the addresses, nothing else of them. */
export function linesWith(text: string, addresses: readonly string[]): { line: number; text: string }[] {
  const wanted = addresses.filter((address) => address !== '');
  if (wanted.length === 0) return [];
  const whole = new RegExp(wholeOf(wanted), 'g');
  return linesThatHold(text, whole).map(({ line, text: itself, pieces }) => ({
    line,
    text: maskedLine(itself, pieces),
  }));
}

/** Lines without their ends, from 1, and where in each the needles stand; the others are only counted. */
function linesThatHold(text: string, whole: RegExp): { line: number; text: string; pieces: Piece[] }[] {
  const found: { line: number; text: string; pieces: Piece[] }[] = [];
  let line = 1;
  let start = 0;
  let end = -1;
  for (const { index, 0: needle } of text.matchAll(whole)) {
    if (index > end) {
      for (let at = text.indexOf('\n', start); at >= 0 && at < index; at = text.indexOf('\n', start)) {
        start = at + 1;
        line += 1;
      }
      const next = text.indexOf('\n', index);
      end = next < 0 ? text.length : next;
      found.push({ line, text: text.slice(start, end).replace(/\r$/, ''), pieces: [] });
    }
    found.at(-1)?.pieces.push({ from: index - start, to: index - start + needle.length, text: needle });
  }
  return found;
}

/** A name, or an address of IPv6, with the variable before it that says whether anybody resolves it. */
const WORD = /(?:\b(NODENAME)=["']?)?([A-Za-z0-9:][A-Za-z0-9_.:-]*)/g;
/** A host's name has 253 characters at most. */
const LONGEST_NAME = 253;

/**
 * Where a text holds an address in another spelling: as a DNS name (`ip-10-20-1-12.ec2.internal`, `ec2-203-0-113-40.compute-1.amazonaws.com`,
 * `10.20.1.12.nip.io`, reversed for a look-up) or as IPv6 (`::ffff:a14:10c`). NODENAME is a label that nobody resolves.
 */
export function findSpellings(text: string, addresses: readonly string[]): Mention[] {
  const wanted = addresses.filter(isMachineAddress).map(spellingOf);
  return linesOf(text).flatMap((line, at) => {
    const here = wanted.filter(({ hint }) => hint.test(line));
    if (here.length === 0) return [];
    const words = Array.from(line.matchAll(WORD), ([, label, word = '']) =>
      label === undefined && word.length <= LONGEST_NAME
        ? word.replace(/^([^:]*):\d{1,5}$/, '$1').toLowerCase()
        : '',
    );
    const name = nameIn(line);
    return [
      ...new Set(words.flatMap((word) => here.flatMap((spelling) => shownIn(word, spelling) ?? []))),
    ].map((needle) => ({ line: at + 1, needle, ...(name === undefined ? {} : { name }), isSpelling: true }));
  });
}

interface Spelling {
  hyphens: string;
  /** A word that is nothing but a name of the address. */
  whole: RegExp;
  /** A word with the address somewhere in it: the rest of it may be anything, a secret as well. */
  within: RegExp;
  hint: RegExp;
}

function shownIn(word: string, { hyphens, whole, within }: Spelling): string | undefined {
  if (whole.test(word)) return word;
  return within.test(word) ? hyphens : undefined;
}

function spellingOf(address: string): Spelling {
  const parts = address.split('.');
  const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number);
  const hex = (high: number, low: number) => `0{0,3}${((high << 8) | low).toString(16)}`;
  const hyphens = parts.join('-');
  const dotted = parts.join('\\.');
  const reversed = `${[...parts].reverse().join('\\.')}\\.in-addr\\.arpa`;
  const mapped = `ffff:${hex(a, b)}:${hex(c, d)}`;
  const domain = '(?:\\.[a-z][a-z0-9-]*)';
  return {
    hyphens,
    whole: new RegExp(
      `^(?:(?:ip-|ec2-)?${hyphens}${domain}*|${dotted}${domain}+|${reversed}|[0:]*:${mapped})\\.?$`,
    ),
    within: new RegExp(`(?:^|[^0-9])(?<!(?<!ec)[0-9]-)${hyphens}(?!-?[0-9])`),
    hint: new RegExp(`${hyphens}|${dotted}\\.|${reversed}|${mapped}`, 'i'),
  };
}

const NEVER_A_MACHINE = [/^0\./, /^127\./, /^169\.254\./, /^172\.17\.0\.1$/, /^(?:22[4-9]|2[3-5]\d)\./];

/** Whether a machine's own interface can have this address: no loopback, link-local, docker0, multicast or mask. */
export function isMachineAddress(address: string): boolean {
  const parts = address.split('.');
  const isIpv4 =
    parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
  return isIpv4 && !NEVER_A_MACHINE.some((range) => range.test(address));
}

/** The longer ones first, so that of two needles of which one begins with the other the right one is found. */
function wholeOf(needles: string[]): string {
  const anyOf = [...needles]
    .sort((a, b) => b.length - a.length)
    .map((needle) => needle.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('|');
  return `(?<![\\w-])(?<![\\w-]\\.)(?:${anyOf})(?![\\w-])(?!\\.[\\w-])`;
}

/** A text's lines without their ends; one that only ends the text with a line end adds none. */
function linesOf(text: string): string[] {
  return text.split('\n').map((line) => line.replace(/\r$/, ''));
}
