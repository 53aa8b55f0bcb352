import { diffInWords } from '../../../src/core/restore/file-diff.ts';
import { rewriteAddresses } from '../../../src/core/restore/rewrite-addresses.ts';

const PATH = '/etc/default/replicated';

test('each line that changes is shown before and after, and nothing else of it', () => {
  const text = [
    '# was 10.20.1.12',
    'RELEASE_CHANNEL=stable',
    'OPTS="-e DAEMON_TOKEN=q7Lw2example0Token -e NO_PROXY=10.20.1.12"',
    '',
  ].join('\n');
  const { changes } = rewriteAddresses(text, [{ from: '10.20.1.12', to: '10.20.1.77' }]);
  expect(diffInWords(PATH, changes)).toEqual({
    text: `${PATH}: 2 lines to change`,
    verbatim: [
      'line 1, a comment',
      '- …10.20.1.12',
      '+ …10.20.1.77',
      'line 3',
      '- OPTS=…NO_PROXY=10.20.1.12…',
      '+ OPTS=…NO_PROXY=10.20.1.77…',
    ],
  });
});

test('a file without such a line has nothing to show', () => {
  expect(diffInWords(PATH, [])).toEqual({ text: `${PATH}: nothing to change` });
});
