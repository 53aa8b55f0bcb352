import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { quoteForShell } from '../../../src/core/text/shell.ts';

/** What a real shell makes of a word. */
function throughShell(words: string[]): string[] {
  const line = `printf '%s\\0' ${words.map(quoteForShell).join(' ')}`;
  const { stdout } = spawnSync('/bin/sh', ['-c', line], { encoding: 'utf8' });
  return stdout.split('\0').slice(0, -1);
}

describe('quoteForShell', () => {
  test.each([
    ['plain', "'plain'"],
    ['', "''"],
    ["it's", "'it'\\''s'"],
    ['$(reboot) `reboot` "a" \\ ; & | > < * ? ~ !', '\'$(reboot) `reboot` "a" \\ ; & | > < * ? ~ !\''],
    ['-rf', "'-rf'"],
    ['two\nlines', "'two\nlines'"],
  ])('%j', (text, quoted) => {
    expect(quoteForShell(text)).toBe(quoted);
    expect(throughShell([text])).toEqual([text]);
  });

  it('refuses NUL', () => {
    expect(() => quoteForShell('a\0b')).toThrow('NUL');
  });

  it('brings any text through a shell unchanged', () => {
    const unit = fc.oneof(
      fc.constantFrom("'", '"', '\\', '$', '`', '\n', '\r', '!', '*', ' ', '\t', ';', '-', '\x7f', '\x1b'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }).filter((char) => char !== '\0'),
    );
    const word = fc.array(unit, { maxLength: 40 }).map((units) => units.join(''));
    // Many words a shell: a process a word would be slow.
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 60 }), (words) => {
        expect(throughShell(words)).toEqual(words);
      }),
      { numRuns: 60 },
    );
  });
});
