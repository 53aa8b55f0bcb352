import { readdirSync } from 'node:fs';
import { asRoot, readMarks } from '../../../src/gateways/services-machine/as-root.ts';
import { createRunAsRoot } from '../../../src/gateways/services-machine/run-as-root.ts';
import { problemOf } from '../../contracts/machine-under-test.ts';
import { tempFolder } from '../../store/temp-folder.ts';
import { localShell } from './local-shell.ts';

const signal = new AbortController().signal;

it('is one constant script with its arguments quoted behind it', () => {
  expect(asRoot('\ncat "$1"\n', ['/etc/x', "it's", ''])).toBe(
    "echo circleci-backup:shell; sudo -n sh -c 'echo circleci-backup:root; " +
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH; LC_ALL=C; export LC_ALL; ' +
      "cat \"$1\"' 'sh' '/etc/x' 'it'\\''s' ''",
  );
});

test.each([
  ['circleci-backup:shell\ncircleci-backup:root\nA=1', { by: 'root', stdout: 'A=1' }],
  ['welcome\ncircleci-backup:shell\ncircleci-backup:root\n', { by: 'root', stdout: '' }],
  ['circleci-backup:shell\n', { by: 'shell' }],
  ['Please login as the user "ubuntu" rather than the user "root".\n', { by: 'nobody' }],
  ['', { by: 'nobody' }],
] as const)('of %j', (stdout, reached) => {
  expect(readMarks(stdout)).toEqual(reached);
});

describe('running', () => {
  const temp = tempFolder();
  afterAll(() => temp.remove());

  it('gives a script its arguments and its input, and takes what it prints', async () => {
    const shell = localShell(temp.folder);
    const run = createRunAsRoot(shell, { signal, answerMs: 50_000 });
    const args = ["'; touch owned; '", '$(touch owned)', '-n', 'two\nlines', ''];
    const before = readdirSync(temp.folder);
    const { code, stdout } = await run({
      during: 'a test',
      script: 'for arg in "$@"; do printf "<%s>" "$arg"; done; cat; exit 7',
      args,
      stdin: '\0\r\n\xff',
    });
    expect({ code, stdout }).toEqual({
      code: 7,
      stdout: `${args.map((arg) => `<${arg}>`).join('')}\0\r\n\xff`,
    });
    expect(readdirSync(temp.folder)).toEqual(before);
  });

  it('finds commands in /usr/local, where sudo does not look', async () => {
    const run = createRunAsRoot(localShell(temp.folder), { signal, answerMs: 50_000 });
    expect((await run({ during: 'a test', script: 'echo "$PATH"' })).stdout).toContain('/usr/local/bin');
  });

  test.each([
    ['exit 142 #', { code: 'shell-unusable', during: 'a test' }],
    ['nothing-of-that-name; sudo() { return 127; }; ', { code: 'sudo-missing', during: 'a test' }],
    ['sudo() { return 1; }; ', { code: 'sudo-refused', during: 'a test' }],
  ])('behind %j', async (before, problem) => {
    const shell = localShell(temp.folder, (command) => before + command);
    const run = createRunAsRoot(shell, { signal, answerMs: 50_000 });
    expect(await problemOf(run({ during: 'a test', script: 'echo' }))).toEqual(problem);
  });
});
