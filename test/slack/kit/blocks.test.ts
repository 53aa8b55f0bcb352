import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  button,
  code,
  context,
  fields,
  header,
  mention,
  mrkdwn,
  permalink,
  plain,
  when,
} from '../../../src/slack/kit/blocks.ts';
import { ROOT, typeScriptFiles } from '../../project/source-files.ts';

/** The text of the first text object in a block. */
function textOf(block: object): string {
  const match = /"text":"((?:[^"\\]|\\.)*)"/.exec(JSON.stringify(block));
  return JSON.parse(`"${match?.[1] ?? ''}"`);
}

describe('blocks', () => {
  it('cut what is too long, with a mark, by characters and not by halves of them', () => {
    const long = '🚂'.repeat(5_000);
    expect(Array.from(textOf(plain(long)))).toHaveLength(3_000);
    expect(Array.from(textOf(header(long)))).toHaveLength(150);
    expect(textOf(mrkdwn(long)).endsWith('🚂…')).toBe(true);
    expect(textOf(button({ text: long, actionId: 'a', value: 'v' })).isWellFormed()).toBe(true);
  });

  it('are never empty, for Slack refuses the whole message then', () => {
    for (const block of [plain(''), plain(' \n'), mrkdwn(''), header(''), context('')]) {
      expect(textOf(block)).toBe('–');
    }
  });

  it('escape the values of fields, and show ten at most', () => {
    const block = fields(Array.from({ length: 12 }, () => ['Image', '<!channel> & more'] as const));
    expect(textOf(block)).toBe('*Image*\n&lt;!channel&gt; &amp; more');
    expect(JSON.stringify(block).match(/Image/g)).toHaveLength(10);
  });

  it('keep code together, whatever is in it', () => {
    expect(code('a`b<!here>')).toBe("`a'b&lt;!here&gt;`");
  });

  it('mention people and groups by id', () => {
    expect([mention('U0ANAMARIC'), mention('W1'), mention('S0CIOPERATE')]).toEqual([
      '<@U0ANAMARIC>',
      '<@W1>',
      '<!subteam^S0CIOPERATE>',
    ]);
  });

  it('show a time in the reader’s zone, and in UTC where that cannot be', () => {
    expect(when(Date.UTC(2026, 8, 1, 9, 14))).toBe(
      '<!date^1788254040^{date_short_pretty} {time}|2026-09-01 09:14 UTC>',
    );
  });

  it('link to a message as Slack does, with and without the slash', () => {
    const message = { channel: 'C1', ts: '1788254040.000100' };
    const link = 'https://acme.slack.example/archives/C1/p1788254040000100';
    expect(permalink('https://acme.slack.example', message)).toBe(link);
    expect(permalink('https://acme.slack.example/', message)).toBe(link);
  });
});

test('one function makes text with formatting, and makes it verbatim: Slack adds no link and no mention of its own', () => {
  const src = join(ROOT, 'src');
  const makers = typeScriptFiles(src).filter((file) =>
    /type: ['"]mrkdwn['"]/.test(readFileSync(join(src, file), 'utf8')),
  );
  expect(makers).toEqual(['slack/kit/blocks.ts']);
  for (const block of [mrkdwn('a'), context('a', 'b'), fields([['a', 'b']])]) {
    expect(JSON.stringify(block).match(/"verbatim":true/g)?.length).toBe(
      JSON.stringify(block).match(/mrkdwn/g)?.length,
    );
  }
});
