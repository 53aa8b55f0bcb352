import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Year, ZONE } from './world.ts';

/** One line a message that stands in the channel: Berlin's time of it, and the first line of what it shows in the end. */
function transcriptOf({ slack, channel }: Year): string {
  const runs: string[] = [];
  const lines = slack
    .messages(channel.id)
    .filter(({ threadTs, broadcast }) => threadTs === undefined || broadcast === true)
    .map(({ ts, text }) => {
      const when = new Date(Number(ts) * 1000).toLocaleString('sv-SE', { timeZone: ZONE }).slice(0, 16);
      const said = (text.split('\n')[0] ?? '')
        .replace(/<!date\^[^|]*\|([^>]*)>/g, '$1')
        .replace(/<!subteam\^\w+>/g, '@ci-operators')
        .replace(/<@(\w+)>/g, '@$1')
        .replace(/bk-\d{8}-\d{4}-[a-z2-9]{4}/g, (id) => {
          if (!runs.includes(id)) runs.push(id);
          return `bk-RUN-${runs.indexOf(id) + 1}`;
        });
      return `${when}  ${said}`;
    });
  return `${lines.join('\n')}\n`;
}

/** Compares with `transcripts/<name>.txt`; UPDATE_TRANSCRIPTS=1 writes it (then read it aloud before committing). */
export function expectYearTranscript(year: Year, name: string): void {
  const file = join(import.meta.dirname, '../../transcripts', `${name}.txt`);
  const seen = transcriptOf(year);
  if (process.env.UPDATE_TRANSCRIPTS === '1') writeFileSync(file, seen);
  expect(
    existsSync(file) ? readFileSync(file, 'utf8') : `${file} is missing: run with UPDATE_TRANSCRIPTS=1`,
  ).toBe(seen);
}
