import fc from 'fast-check';
import { cut, escapeMrkdwn, oneLine, unescapeSlack, withAddresses } from '../../../src/core/text/text.ts';
import { typed } from '../arbitraries.ts';

describe('cut', () => {
  test.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['🚀🚀🚀', 3, '🚀🚀🚀'],
    ['🚀🚀🚀🚀', 3, '🚀🚀…'],
    ['abc', 1, '…'],
    ['', 1, ''],
  ])('%j to %d is %j', (text, max, expected) => {
    expect(cut(text, max)).toBe(expected);
  });

  test('stays within its length, splits no character, and says that it cut', () => {
    fc.assert(
      fc.property(typed, fc.integer({ min: 1, max: 50 }), (text, max) => {
        const shown = cut(text, max);
        expect(Array.from(shown).length).toBeLessThanOrEqual(max);
        expect(shown.isWellFormed()).toBe(true);
        if (shown === text) return;
        expect(shown.endsWith('…')).toBe(true);
        expect(text.startsWith(shown.slice(0, -1))).toBe(true);
      }),
    );
  });
});

describe('one line', () => {
  test.each([
    ['a\nb\r\nc', 'a b c'],
    ['  a \t b  ', 'a b'],
    ['a\u2028b\u2029c\u0000d\u0085e', 'a b c d e'],
    ['half \ud83d', 'half \ufffd'],
    ['Größe 🚀', 'Größe 🚀'],
    ['nightly\n• Already approved by security', 'nightly • Already approved by security'],
    ['turned \u202Edorp\u202C round', 'turned dorp round'],
    ['\u200Eleft\u200F, \u061Cright, \u2066isolated\u2069', 'left, right, isolated'],
    ['zero\u200B\u200C\u200D\u2060\uFEFFwidth, soft\u00ADhyphen', 'zerowidth, softhyphen'],
    ['filler\u3164\u115F\uFFA0s, \u034Fjoined\uFE0F', 'fillers, joined'],
    ['tags \u{E0041}\u{E0042}of nobody', 'tags of nobody'],
    [`far${'\u00A0'.repeat(90)}${'\u2800'.repeat(90)}\u3000away`, 'far away'],
    [`heap e${'\u0301'.repeat(60)}`, `heap e${'\u0301'.repeat(3)}`],
    ['\u0336\u0336 on what stands before', 'on what stands before'],
    ['\u001b[2Jcleared\u0007', '[2Jcleared'],
    ['👩🏽\u200D🚒\u200D, ❤\uFE0F\uFE0F\u200Da, \u200D🚒', '👩🏽\u200D🚒, ❤\uFE0Fa, 🚒'],
    ['ที่นี่ ქართული शक्ति', 'ที่นี่ ქართული शक्ति'],
  ])('%j is %j', (text, expected) => {
    expect(oneLine(text)).toBe(expected);
  });

  test.each([
    ['x'.repeat(300), 256, `${'x'.repeat(255)}…`],
    ['🚀'.repeat(300), 256, `${'🚀'.repeat(255)}…`],
    [`${'\u200B'.repeat(100)}seen`, 10, '…'],
    [`${'a\n'.repeat(4)}b`, 9, 'a a a a b'],
  ])('%j of at most %d is %j', (text, max, expected) => {
    expect(oneLine(text, max)).toBe(expected);
  });

  test('is one, and making it twice changes nothing', () => {
    fc.assert(
      fc.property(typed, (text) => {
        const line = oneLine(text);
        expect(line.replace(/(?<=\p{Extended_Pictographic}[🏻-🏿]?\uFE0F?)\u200D|\uFE0F/gu, '')).not.toMatch(
          /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]| {2}|^ | $/u,
        );
        expect(oneLine(line)).toBe(line);
      }),
    );
  });
});

/** What Slack reads as a mention, a link or an entity: `<…>`, or `&` that begins something. */
const LIVE = /[<>]|&(?!amp;|lt;|gt;)/;

/** Pieces that are live in Slack, so that they are tried in all kinds of places. */
const risky = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<!channel>',
        '<!here|here>',
        '<@U1>',
        '<https://evil.example|ok>',
        '<',
        '>',
        '&',
        '&lt;',
        '&amp;lt;',
      ),
      fc.constantFrom('|', '!', '@', '#', '*', '`'),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(''));

describe('text for Slack', () => {
  test('nothing live survives', () => {
    fc.assert(fc.property(risky, (text) => expect(escapeMrkdwn(text)).not.toMatch(LIVE)));
  });

  test('what was escaped is read back as it was', () => {
    fc.assert(fc.property(risky, (text) => expect(unescapeSlack(escapeMrkdwn(text))).toBe(text)));
  });

  test('what people typed and Slack rewrote, once read and escaped again, is not live either', () => {
    fc.assert(fc.property(risky, (text) => expect(escapeMrkdwn(unescapeSlack(text))).not.toMatch(LIVE)));
  });

  test.each([
    ['<@U1|ana> asked', '@ana asked'],
    ['<@U1> asked', '@U1 asked'],
    ['see <#C1|builds>', 'see #builds'],
    ['<!here> now', '@here now'],
    ['<!subteam^S1|@operators>', '@operators'],
    ['<https://ci.example/x?a=1&amp;b=2>', 'https://ci.example/x?a=1&b=2'],
    ['<https://ci.example|ci.example>', 'ci.example'],
    ['<mailto:ana@ci.example|ana@ci.example>', 'ana@ci.example'],
    ['a &lt;b&gt; &amp;amp; c', 'a <b> &amp; c'],
    ['&lt;!channel&gt;', '<!channel>'],
    ['1 < 2', '1 < 2'],
    ['<@<@U1|ana>', '<@@ana'],
  ])('%j was typed as %j', (sent, seen) => {
    expect(unescapeSlack(sent)).toBe(seen);
  });
});

test.each([
  ['<https://ci.example.com/gh/a/b/1>', 'https://ci.example.com/gh/a/b/1'],
  ['see <https://ci.example.com/gh/a/b/1|build 1>, <@U1|ana>', 'see https://ci.example.com/gh/a/b/1, @ana'],
  ['<https://ci.example.com/?a=1&amp;b=2|x y>', 'https://ci.example.com/?a=1&b=2'],
  ['<#C1|ops> a|b &lt;c|d&gt;', '#ops a|b <c|d>'],
])('of %j a command about addresses reads %j', (text, expected) => {
  expect(unescapeSlack(withAddresses(text))).toBe(expected);
});
