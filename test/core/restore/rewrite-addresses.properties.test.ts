import fc from 'fast-check';
import {
  type AddressChange,
  isMachineAddress,
  rewriteAddresses,
} from '../../../src/core/restore/rewrite-addresses.ts';

const octet = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(1, 10, 12, 20, 110));
const address = fc
  .tuple(octet, octet, octet, octet)
  .map((parts) => parts.join('.'))
  .filter(isMachineAddress);

/** A byte as the port hands it over: one character. */
const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const glue = fc.oneof(
  byte,
  fc.constantFrom(
    ' ',
    '\n',
    '\r\n',
    '=',
    ',',
    ':',
    '[',
    ']',
    '"',
    "'",
    '.',
    '-',
    '_',
    '0',
    '1',
    'a',
    '/',
    '#',
  ),
);

/** A text in which the addresses are often, whole and as pieces of other things. */
function textWith(addresses: string[]) {
  const piece = fc.oneof(
    { weight: 3, arbitrary: glue },
    { weight: 2, arbitrary: fc.constantFrom(...addresses) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...addresses).chain((one) => fc.nat(one.length).map((n) => one.slice(n))),
    },
  );
  return fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));
}

const scene = fc
  .uniqueArray(address, { minLength: 4, maxLength: 4 })
  .chain((addresses) => fc.tuple(fc.constant(addresses), textWith(addresses)))
  .map(([addresses, text]) => {
    const [a = '', b = '', c = '', d = ''] = addresses;
    return {
      text,
      changes: [
        { from: a, to: b },
        { from: c, to: d },
      ],
      news: [b, d],
    };
  });

/** Written another way than the code: walks the text, and asks at each place whether an address stands there whole. */
function slowly(text: string, changes: AddressChange[]): string {
  const isWord = (char: string | undefined) => char !== undefined && /[A-Za-z0-9_-]/.test(char);
  const endsAName = (at: number) => isWord(text[at]) || (text[at] === '.' && isWord(text[at - 1]));
  const beginsAName = (at: number) => isWord(text[at]) || (text[at] === '.' && isWord(text[at + 1]));
  let written = '';
  for (let at = 0; at < text.length; ) {
    const here = changes.find(
      ({ from }) => text.startsWith(from, at) && !endsAName(at - 1) && !beginsAName(at + from.length),
    );
    written += here?.to ?? text[at];
    at += here?.from.length ?? 1;
  }
  return written;
}

const RUNS = { numRuns: 2_000 };

describe('rewriteAddresses, of any text and any addresses', () => {
  it('changes whole occurrences and nothing else', () => {
    fc.assert(
      fc.property(scene, ({ text, changes }) => {
        expect(rewriteAddresses(text, changes).text).toBe(slowly(text, changes));
      }),
      RUNS,
    );
  });

  it('does nothing the second time', () => {
    fc.assert(
      fc.property(scene, ({ text, changes }) => {
        const once = rewriteAddresses(text, changes).text;
        expect(rewriteAddresses(once, changes)).toEqual({ text: once, changes: [] });
      }),
      RUNS,
    );
  });

  it('there and back gives the original, byte for byte, where no new address stood before', () => {
    fc.assert(
      fc.property(scene, ({ text, changes, news }) => {
        fc.pre(
          rewriteAddresses(
            text,
            news.map((to) => ({ from: to, to: '192.0.2.1' })),
          ).text === text,
        );
        const there = rewriteAddresses(text, changes).text;
        const back = changes.map(({ from, to }) => ({ from: to, to: from }));
        expect(rewriteAddresses(there, back).text).toBe(text);
      }),
      RUNS,
    );
  });

  it('names exactly the lines that changed', () => {
    fc.assert(
      fc.property(scene, ({ text, changes }) => {
        const rewritten = rewriteAddresses(text, changes);
        const before = text.split('\n');
        const after = rewritten.text.split('\n');
        expect(rewritten.changes.map(({ line }) => line)).toEqual(
          before.flatMap((line, at) => (line === after[at] ? [] : [at + 1])),
        );
      }),
      RUNS,
    );
  });
});
