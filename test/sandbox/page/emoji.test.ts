import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { emojiOf as inTranscripts } from '../../../sandbox/slack/emoji.ts';

const root = fileURLToPath(new URL('../../../src/', import.meta.url));
const file = new URL('../../../sandbox/page/assets/blocks/emoji.js', import.meta.url).href;
const { emojiOf: onThePage } = (await import(file)) as { emojiOf(name: string): string | undefined };

/** Names of emoji at the start of a text, after a blank or in a table, as the bot's parts write them. */
function written(): Set<string> {
  const sources = globSync('{core,commands,schedule,slack,workflows}/**/*.ts', { cwd: root });
  const texts = sources.map((source) => readFileSync(`${root}${source}`, 'utf8'));
  return new Set(
    texts.flatMap((text) => [...text.matchAll(/['"` ]:([a-z][a-z0-9_]+):/g)].map(([, name]) => name ?? '')),
  );
}

it('every emoji that the bot writes is a picture on the page and in the transcripts', () => {
  const names = [...written()];
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => onThePage(name) === undefined)).toEqual([]);
  expect(names.filter((name) => inTranscripts(`:${name}:`) === `:${name}:`)).toEqual([]);
});
