import type { MetadataOptions } from '../model/instance.ts';

/** The words of a tag, each `word=value`, e.g. `tokens=required hops=2 endpoint=enabled tags=disabled`. */
export function metadataText(options: MetadataOptions): string | undefined {
  const { httpTokens, httpPutResponseHopLimit, httpEndpoint, instanceMetadataTags } = options;
  const words = [
    ['tokens', httpTokens],
    ['hops', httpPutResponseHopLimit],
    ['endpoint', httpEndpoint],
    ['tags', instanceMetadataTags],
  ].flatMap(([word, value]) => (value === undefined ? [] : [`${word}=${value}`]));
  return words.length === 0 ? undefined : words.join(' ');
}

const MOST_WORDS = 20;

/** What cannot be read is left out: the launch then goes by the image's defaults. */
export function parseMetadata(text: string): MetadataOptions {
  const words = new Map(
    text.split(' ', MOST_WORDS).flatMap((word): [string, string][] => {
      const [name, value] = word.split('=', 2);
      return name === undefined || value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
  const [tokens, hops, endpoint, tags] = ['tokens', 'hops', 'endpoint', 'tags'].map((name) =>
    words.get(name),
  );
  return {
    ...(tokens === undefined ? {} : { httpTokens: tokens }),
    ...(hops !== undefined && /^\d{1,2}$/.test(hops) ? { httpPutResponseHopLimit: Number(hops) } : {}),
    ...(endpoint === undefined ? {} : { httpEndpoint: endpoint }),
    ...(tags === undefined ? {} : { instanceMetadataTags: tags }),
  };
}
