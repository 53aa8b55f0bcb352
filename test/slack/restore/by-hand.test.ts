import { execFileSync } from 'node:child_process';
import { restoreByHand } from '../../../src/slack/restore/by-hand.ts';
import { entry } from '../../commands/fakes.ts';

/** The words of the command that somebody copies, as a shell reads them. */
function wordsOf(source: Parameters<typeof entry>[1]): string[] {
  const { blocks } = restoreByHand({
    view: 'restore-by-hand',
    entry: entry('bk-20261110-0300-aaaa', source),
    region: 'eu-west-1',
    now: 0,
    datastores: [],
  });
  const [command = ''] =
    /aws ec2 run-instances [^`]*/.exec(blocks.map((b) => JSON.stringify(b)).join('\n')) ?? [];
  const shown = JSON.parse(`"${command}"`)
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
  const printed = execFileSync('/bin/sh', ['-c', `aws() { printf '%s\\n' "$@"; }\n${shown}`], {
    encoding: 'utf8',
    env: {},
  });
  return printed.trimEnd().split('\n');
}

test.each(['circleci', 'x; touch owned', '$(touch owned)', 'a & rm -rf ~ > /dev/null', "it's | cat"])(
  'a key pair named %s is one word of the command that is copied',
  (keyName) => {
    const words = wordsOf({ source: { keyName, securityGroupIds: [] } });
    expect(words).toEqual([
      'ec2',
      'run-instances',
      '--region',
      'eu-west-1',
      '--image-id',
      expect.any(String),
      '--key-name',
      keyName,
      '--disable-api-termination',
    ]);
  },
);

test('a backtick, which Slack would show as a quote, is none', () => {
  const words = wordsOf({ source: { keyName: '`touch owned`', securityGroupIds: [] } });
  expect(words[words.indexOf('--key-name') + 1]).toBe('?touch owned?');
});
