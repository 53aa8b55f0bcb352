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
    changes: linesOf(text).flatMap((line, at) => {
      const pieces = piecesOf(line, whole);
      const news = pieces.map((piece) => ({ ...piece, text: to.get(piece.text) ?? piece.text }));
      if (news.every(({ text: address }, i) => address === pieces[i]?.text)) return [];
      const comment = /^\s*[#;]/.test(line);
      return [{ line: at + 1, before: maskedLine(line, pieces), after: maskedLine(line, news), comment }];
    }),
  };
}

/** Where a text holds one of the needles (addresses, host names), whole as `rewriteAddresses` understands it. */
export function findMentions(text: string, needles: readonly string[]): Mention[] {
  const wanted = needles.filter((needle) => needle !== '');
  if (wanted.length === 0) return [];
  const whole = new RegExp(wholeOf(wanted), 'gi');
  return linesOf(text).flatMap((line, at) => {
    const name = nameIn(line);
    const found = new Set(piecesOf(line, whole).map((piece) => piece.text.toLowerCase()));
    return wanted
      .filter((needle) => found.has(needle.toLowerCase()))
      .map((needle) => ({ line: at + 1, needle, ...(name === undefined ? {} : { name }) }));
  });
}

/** The lines that hold one of the addresses, for people: names of variables and the addresses, nothing else of them. */
export function linesWith(text: string, addresses: readonly string[]): { line: number; text: string }[] {
  const wanted = addresses.filter((address) => address !== '');
  if (wanted.length === 0) return [];
  const whole = new RegExp(wholeOf(wanted), 'g');
  return linesOf(text).flatMap((line, at) => {
    const pieces = piecesOf(line, whole);
    return pieces.length === 0 ? [] : [{ line: at + 1, text: maskedLine(line, pieces) }];
  });
}

function piecesOf(line: string, whole: RegExp): Piece[] {
  return Array.from(line.matchAll(whole), ({ index, 0: text }) => ({
    from: index,
    to: index + text.length,
    text,
  }));
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
