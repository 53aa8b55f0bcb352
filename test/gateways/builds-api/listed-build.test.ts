import { readListed } from '../../../src/gateways/builds-api/listed-build.ts';

const AT = 'https://ci.example.com';
const WHOLE = {
  build_num: 22,
  build_url: 'https://ci.example.com/gh/acme/web/22',
  vcs_url: 'https://github.com/acme/web',
  vcs_type: 'github',
  username: 'acme',
  reponame: 'web',
  lifecycle: 'running',
  status: 'running',
  queued_at: '2026-11-10T09:33:30.000Z',
  start_time: '2026-11-10T09:33:38Z',
  stop_time: null,
};

/** As another version would send it: without some fields, with others. */
function listed(without: readonly (keyof typeof WHOLE)[], other: Record<string, unknown> = {}): string {
  const kept = Object.entries(WHOLE).filter(([name]) => !without.some((one) => one === name));
  const read = readListed({ ...Object.fromEntries(kept), ...other }, AT);
  if (read.kind === 'running')
    return `${read.build.build.url} since ${new Date(read.build.startedAt).toISOString()}`;
  return read.kind === 'waiting' ? `${read.build.build.url} ${read.build.state}` : read.kind;
}

const SINCE = 'since 2026-11-10T09:33:38.000Z';
const RUNNING = `https://ci.example.com/gh/acme/web/22 ${SINCE}`;

describe('what other fields imply is not required', () => {
  test.each<[string, Parameters<typeof listed>]>([
    ['all of it', [[]]],
    ['no vcs_type, as in CircleCI’s samples', [['vcs_type']]],
    ['the address of the repository alone', [['vcs_type', 'username', 'reponame', 'build_url']]],
    ['the address of the build alone', [['vcs_type', 'vcs_url', 'username', 'reponame', 'build_num']]],
    [
      'an address at the host from before',
      [['vcs_type', 'vcs_url', 'username', 'reponame'], { build_url: 'http://10.20.1.12/gh/acme/web/22' }],
    ],
    [
      'an address for git',
      [
        ['vcs_type', 'username', 'reponame', 'build_url'],
        { vcs_url: 'git@github.acme.example:acme/web.git' },
      ],
    ],
    ['a number as text', [[], { build_num: '22' }]],
    ['a number that is none', [[], { build_num: 'twenty-two' }]],
    ['another case', [[], { vcs_type: 'GitHub' }]],
    ['null for what is implied', [[], { vcs_type: null, username: null, reponame: null, build_num: null }]],
    ['no lifecycle', [['lifecycle', 'stop_time']]],
    [
      'other fields in other shapes',
      [[], { branch: { name: 'main' }, user: 'ana', author_name: 7, queued_at: 'never', extra: [] }],
    ],
    ['another form of a time', [[], { start_time: '2026-11-10T10:33:38.000+0100' }]],
    ['an empty end', [[], { stop_time: '' }]],
  ])('%s', (_what, [without, other]) => {
    expect(listed(without, other)).toBe(RUNNING);
  });

  test('nor for Bitbucket', () => {
    const bb = `https://ci.example.com/bb/acme/web/22 ${SINCE}`;
    expect(listed(['vcs_type', 'build_url'], { vcs_url: 'https://bitbucket.org/acme/web' })).toBe(bb);
    expect(listed(['vcs_type'], { build_url: 'https://ci.example.com/bb/acme/web/22' })).toBe(bb);
  });
});

test.each<[string, string, Parameters<typeof listed>]>([
  ['ended', 'an end', [[], { stop_time: '2026-11-10T09:40:00Z' }]],
  ['ended', 'an end in another shape', [[], { stop_time: 1_794_000_000_000 }]],
  ['ended', 'another lifecycle', [[], { lifecycle: 'finished' }]],
  ['ended', 'a status in its place', [['lifecycle'], { status: 'canceled' }]],
  [
    'https://ci.example.com/gh/acme/web/22 queued',
    'what waits',
    [['vcs_type'], { lifecycle: 'queued', start_time: null }],
  ],
  ['unreadable', 'nothing that names the kind of repository', [['vcs_type', 'vcs_url', 'build_url']]],
  ['unreadable', 'no number anywhere', [['build_num', 'build_url']]],
  ['unreadable', 'no state', [['lifecycle', 'status', 'stop_time']]],
  ['unreadable', 'no start', [[], { start_time: null }]],
  ['unreadable', 'a start that is no time', [[], { start_time: 'yesterday' }]],
  ['unreadable', 'a part that no address has', [[], { username: 'acme/../x' }]],
])('%s: %s', (kind, _what, [without, other]) => {
  expect(listed(without, other)).toBe(kind);
});

test.each([null, 7, 'text', [], {}])('%j is unreadable', (entry) => {
  expect(readListed(entry, AT)).toEqual({ kind: 'unreadable' });
});
