import fc from 'fast-check';
import { canonicalJson } from '../../../src/core/text/canonical-json.ts';

test('one spelling for the same data', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'ü"' }], a: undefined, A: true })).toBe(
    '{"A":true,"b":[1,{"c":"ü\\"","d":null}]}',
  );
  expect(canonicalJson([undefined, 'x'])).toBe('[null,"x"]');
});

test('whatever was said in JSON comes back the same, and every order of keys has one text', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      const again: unknown = JSON.parse(text);
      expect(again).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(reversed(again))).toBe(text);
    }),
  );
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

test.each([[Number.NaN], [Number.POSITIVE_INFINITY], [() => 1], [Symbol('x')]])('%p is not JSON', (value) => {
  expect(() => canonicalJson({ value })).toThrow(TypeError);
});
