import { execFileSync } from 'node:child_process';
import { completion } from '../../src/cli/completion.ts';
import { VERBS } from '../../src/commands/index.ts';

const TABLE = { words: ['start', 'iam', 'completion'], verbs: VERBS };

function offered(...words: string[]): string[] {
  const script = completion('bash', ['prod', 'lab'], TABLE) ?? '';
  const asked = `${script}\nCOMP_WORDS=(circleci-backup "$@"); COMP_CWORD=$#; _circleci_backup; echo "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', asked, 'bash', ...words], { encoding: 'utf8' })
    .trim()
    .split(' ');
}

test.each([
  [['st'], ['status', 'start']],
  [
    ['now', ''],
    ['prod', 'lab', '--quiesce', '--reboot', '--json', '--wait'],
  ],
  [['now', '--q'], ['--quiesce']],
  [['schedule', 'pa'], ['pause']],
  [['completion', 'f'], ['fish']],
  [['xyzzy', ''], ['']],
])('bash offers for %j', (words, expected) => {
  expect(offered(...words)).toEqual(expected);
});

test('zsh reads the same by its part for bash; fish has its own', () => {
  expect(completion('zsh', ['prod'], TABLE)).toMatch(/^autoload -U \+X bashcompinit && bashcompinit\n/);
  const fish = completion('fish', ['prod'], TABLE) ?? '';
  expect(fish).toContain("-n '__fish_seen_subcommand_from now' -a 'prod --quiesce");
  for (const { name } of VERBS) expect(fish).toContain(`__fish_use_subcommand -a ${name} -d '`);
  expect(completion('tcsh', [], TABLE)).toBeUndefined();
  expect(completion(undefined, [], TABLE)).toBeUndefined();
});
