import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rewrite } from '../../../src/gateways/services-machine/rewrite.ts';
import { createRunAsRoot } from '../../../src/gateways/services-machine/run-as-root.ts';
import { problemOf } from '../../contracts/machine-under-test.ts';
import { tempFolder } from '../../store/temp-folder.ts';
import { localShell } from './local-shell.ts';

const BEFORE = 'PRIVATE_ADDRESS=10.20.1.12\r\nDAEMON_TOKEN=q7Lw2example0Token';
const AFTER = 'PRIVATE_ADDRESS=10.20.7.9\r\nDAEMON_TOKEN=q7Lw2example0Token';
const KEPT_AS = 'rs-1';

describe('rewriting with this machine’s own shell', () => {
  const temp = tempFolder();
  const path = join(temp.folder, 'etc');
  const kept = `${path}.circleci-backup-${KEPT_AS}`;
  afterAll(() => temp.remove());

  beforeEach(() => {
    for (const file of readdirSync(temp.folder).filter((name) => name.startsWith('etc'))) {
      rmSync(join(temp.folder, file));
    }
    writeFileSync(path, BEFORE);
    chmodSync(path, 0o640);
  });

  function tryIt(change?: (command: string) => string) {
    const shell = localShell(temp.folder, change);
    const run = createRunAsRoot(shell, { signal: new AbortController().signal, answerMs: 50_000 });
    return { shell, answer: rewrite(run, { path, before: BEFORE, after: AFTER, keptAs: KEPT_AS }) };
  }

  const read = () => readFileSync(path, 'latin1');
  const left = () =>
    readdirSync(temp.folder)
      .filter((name) => name.startsWith('etc'))
      .sort();

  it('neither content nor token is in the command', async () => {
    const { shell, answer } = tryIt();
    expect(await answer).toBe('written');
    expect(shell.commands.join()).not.toMatch(/q7Lw|10\.20/);
  });

  it('ends in the same state, wherever it was killed before', async () => {
    const lines = (command: string) => command.split('\n').length;
    let points = 0;
    for (let at = 1; ; at += 1) {
      let wasAlive = true;
      const killed = tryIt((command) => {
        if (at >= lines(command)) {
          wasAlive = false;
          return command;
        }
        // The command's own shell is ended with it, as when the machine goes.
        return command
          .split('\n')
          .map((line, n) => (n === at && !/^ *(?:else|fi)$/.test(line) ? `kill -9 $$\n${line}` : line))
          .join('\n');
      });
      if (!wasAlive) {
        await killed.answer;
        break;
      }
      await problemOf(killed.answer);
      points += 1;
      // Never a half of anything, and never the new text without the old one beside it.
      expect([BEFORE, AFTER]).toContain(read());
      if (read() === AFTER) expect(existsSync(kept)).toBe(true);
      if (existsSync(kept)) expect(readFileSync(kept, 'latin1')).toBe(BEFORE);

      await tryIt().answer;
      expect(read()).toBe(AFTER);
      expect(readFileSync(kept, 'latin1')).toBe(BEFORE);
      expect(left()).toEqual(['etc', 'etc.circleci-backup-rs-1']);
      expect(execFileSync('stat', ['-c', '%a', path, kept], { encoding: 'utf8' })).toBe('640\n640\n');
      rmSync(kept);
      writeFileSync(path, BEFORE);
    }
    expect(points).toBeGreaterThan(20);
  });

  test.each([
    ['the disk is full while the original is kept', 'cp -p "$path" "$copy"', 'false', [BEFORE]],
    ['the disk is full while the new one is written', 'cat > "$new"', 'head -c 9 > "$new"; true', [BEFORE]],
    ['the new one would have another mode', 'cat > "$new"', 'cat > "$new"; chmod 600 "$new"', [BEFORE]],
  ])('leaves the file alone where %s', async (_what, step, instead, texts) => {
    const { answer } = tryIt((command) => command.replace(step, instead));
    expect(await problemOf(answer)).toMatchObject({ code: 'file-not-written', path });
    expect(texts).toContain(read());
    expect(left().filter((name) => /\.(?:new|part)$/.test(name))).toEqual([]);
  });

  it('leaves the file alone where somebody writes to it just before the end', async () => {
    const { answer } = tryIt((command) => command.replaceAll('sync', 'echo "# a colleague" >> "$path"'));
    expect(await problemOf(answer)).toEqual({ code: 'file-changed', path });
    expect(read()).toContain('# a colleague');
    expect(left().filter((name) => /\.(?:new|part)$/.test(name))).toEqual([]);
  });
});
