import fc from 'fast-check';
import { metadataText, parseMetadata } from '../../../src/core/catalogue/metadata-text.ts';
import { metadata } from '../arbitraries.ts';

test('is a tag one can read', () => {
  expect(
    metadataText({
      httpTokens: 'required',
      httpPutResponseHopLimit: 2,
      httpEndpoint: 'enabled',
      instanceMetadataTags: 'disabled',
    }),
  ).toBe('tokens=required hops=2 endpoint=enabled tags=disabled');
  expect(metadataText({})).toBeUndefined();
});

test('is read back as it was', () => {
  fc.assert(
    fc.property(metadata, (options) => expect(parseMetadata(metadataText(options) ?? '')).toEqual(options)),
  );
});

test.each([['tokens='], ['hops=many'], ['nonsense'], ['=x'], ['  '], ['hops=100000']])(
  'what somebody spoiled is left out: %j',
  (text) => {
    expect(parseMetadata(text)).toEqual({});
  },
);

test('never throws', () => {
  fc.assert(fc.property(fc.string(), (text) => expect(() => parseMetadata(text)).not.toThrow()));
});
