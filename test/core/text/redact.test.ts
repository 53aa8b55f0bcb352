import fc from 'fast-check';
import { createRedact, SHORTEST_SECRET } from '../../../src/core/text/redact.ts';

const MARK = '[redacted]';

test.each([
  ['as it is', 'token xoxb-1-secret!', ['xoxb-1-secret'], `token ${MARK}!`],
  ['twice', 'hunter22 hunter22', ['hunter22'], `${MARK} ${MARK}`],
  ['the longer one whole', 'abcdef-ghi', ['abcdef', 'abcdef-ghi'], MARK],
  ['one within another', 'x abc-secret-xyz x', ['secret', 'abc-secret-xyz'], `x ${MARK} x`],
  ['overlapping ones whole', 'x abcdefghi x', ['abcdef', 'defghi'], `x ${MARK} x`],
  ['one that overlaps itself', 'aXaXaXaXa', ['aXaXaX'], `${MARK}a`],
  ['in a URL', 'https://x/?t=a%2Fb%2Bc%3D%3D', ['a/b+c=='], `https://x/?t=${MARK}`],
  ['in a URL with small hex', 't=a%2fb%2bc%3d%3d', ['a/b+c=='], `t=${MARK}`],
  ['in a form', 't=pass+word%21', ['pass word!'], `t=${MARK}`],
  ['in JSON', '{"k":"line\\nbreak\\"x"}', ['line\nbreak"x'], `{"k":"${MARK}"}`],
  ['nothing that is short', 'a12 and 12345', ['12345'], 'a12 and 12345'],
  ['nothing without secrets', 'as it was', [], 'as it was'],
])('takes out a secret: %s', (_what, text, secrets, expected) => {
  expect(createRedact(secrets)(text)).toBe(expected);
});

const secret = fc.oneof(
  fc.string({ minLength: SHORTEST_SECRET, maxLength: 40 }),
  // Of few letters, so that secrets overlap and contain one another.
  fc.string({ unit: fc.constantFrom('a', 'b', '/', '%', ' '), minLength: SHORTEST_SECRET, maxLength: 12 }),
);

test('no secret is left, in whatever it is put, side by side or one in another', () => {
  fc.assert(
    fc.property(
      fc.array(secret, { minLength: 1, maxLength: 5 }),
      fc.array(fc.oneof(fc.string(), fc.nat(4)), { maxLength: 10 }),
      fc.constantFrom(
        (s: string) => s,
        encodeURIComponent,
        (s: string) => JSON.stringify(s),
      ),
      (secrets, parts, write) => {
        const text = parts
          .map((part) => (typeof part === 'string' ? part : write(secrets[part] ?? '')))
          .join('');
        const shown = createRedact(secrets)(text);
        // What stands between the marks is all that is left of the text.
        for (const rest of shown.split(MARK)) {
          for (const one of secrets) {
            expect(rest).not.toContain(one);
            expect(rest).not.toContain(encodeURIComponent(one));
          }
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('text without a secret is left as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(createRedact(['\u0001not-in-any-text\u0001'])(text)).toBe(text);
    }),
  );
});
