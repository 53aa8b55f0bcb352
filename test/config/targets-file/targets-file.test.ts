import { readFileSync } from 'node:fs';
import { readConfig } from '../../../src/config/config.ts';
import { filesOf, LEAST } from '../environment.ts';

const { BACKUP_CHANNEL: _channel, OPERATORS: _operators, ...REST } = LEAST;

function read(yaml: string, env: Record<string, string> = {}) {
  return readConfig({ ...REST, TARGETS_FILE: 'targets.yml', ...env }, filesOf({ 'targets.yml': yaml }));
}

/** The lines between the first and the last of the message. */
function findings(yaml: string, env: Record<string, string> = {}): string[] {
  const result = read(yaml, env);
  return result.ok ? ['accepted'] : result.message.split('\n').slice(2, -2);
}

test('the example is accepted', () => {
  const example = readFileSync(new URL('../../../targets.example.yml', import.meta.url), 'utf8');
  const result = read(example);
  expect(
    result.ok &&
      result.config.targets.map((target) => [
        target.name,
        target.region,
        target.operators,
        target.schedules.map(({ name }) => name),
      ]),
  ).toEqual([
    ['prod', 'us-east-1', ['U0123456789', 'S0123456789'], ['nightly', 'first-of-month']],
    ['staging', 'eu-central-1', ['S0123456789'], ['routine']],
  ]);
});

test('the environment holds for all, a target has the last word, and its secrets are redacted too', () => {
  const yaml = `
targets:
  - name: "007"
    BACKUP_CHANNEL: C0000000001
    BACKUP_DEADLINE: 2h
    CIRCLECI_TOKEN: token-of-007
    CIRCLECI_URL: https://ci.example.com
    KEEP_LAST: 7
  - name: no
    BACKUP_CHANNEL: &channel C0000000002
    OPERATORS: [U0000000001, U0000000002]
    CIRCLECI_URL:
  - name: c
    BACKUP_CHANNEL: *channel
`;
  const result = read(yaml, { OPERATORS: 'S0123456789', BACKUP_DEADLINE: '6h' });
  expect(result.ok && result.config.secrets).toContain('token-of-007');
  expect(
    result.ok &&
      result.config.targets.map((t) => [t.name, t.channel, t.operators.join(), t.deadlineMs / 3_600_000]),
  ).toEqual([
    ['007', 'C0000000001', 'S0123456789', 2],
    ['no', 'C0000000002', 'U0000000001,U0000000002', 6],
    ['c', 'C0000000002', 'S0123456789', 6],
  ]);
});

test('every mistake is told with its line', () => {
  const yaml = `targets:
  - name: Prod
    backup_channel: C0123456789
    OPERATORS: {a: b}
    LOG_LEVEL: info
  - just text
  - BACKUP_CHANNEL: C0123456789
    OPERATORS: S0123456789
    colour: red
  - name: a
    AWS_REGION: moon
  - name: a
extra: 1
`;
  expect(findings(yaml)).toEqual([
    `At 'BACKUP_CHANNEL': not set for "a" and "a". Set it there, or in the environment for all. The id of the Slack channel where backups are shown. Invite the bot to it. For example BACKUP_CHANNEL=C0123456789`,
    `At 'OPERATORS': not set for "a" and "a". Set it there, or in the environment for all. Who may change something: ids of people (U…, W…) and user groups (S…), separated by commas or spaces. For example OPERATORS=U0123456789,S0123456789`,
    `At 'targets.yml', line 13: "extra" is not known here. Write a list under “targets:”, each item with a name: and its settings; see targets.example.yml.`,
    `At 'targets.yml', line 3: "backup_channel" is not a setting. Did you mean BACKUP_CHANNEL?`,
    `At 'targets.yml', line 4: OPERATORS is neither a text nor a list of texts. Write it as in the environment.`,
    `At 'targets.yml', line 5: LOG_LEVEL is for the whole bot. Set it in the environment.`,
    `At 'targets.yml', line 6: this item is not a target. Write a list under “targets:”, each item with a name: and its settings; see targets.example.yml.`,
    `At 'targets.yml', line 9: "colour" is not a setting of a target; targets.example.yml and .env.example show them all.`,
    `At 'name' (targets.yml, line 2): "Prod" is not a name for a target. Use up to 40 lower-case letters, digits and dashes, for example prod.`,
    `At 'name' (targets.yml, line 7): not set. Give the target a name, for example prod.`,
    `At 'AWS_REGION' of target "a" (targets.yml, line 11): "moon" is not an AWS region. Use the region of the Services machine, for example us-east-1.`,
    `At 'name' (targets.yml, line 12): "a" is the name of another target (targets.yml, line 10). Choose another one.`,
  ]);
});

test('a setting that a whole fleet lacks is told once', () => {
  const yaml = `targets:\n${Array.from({ length: 8 }, (_, i) => `  - name: t${i}\n`).join('')}`;
  expect(findings(yaml, { OPERATORS: 'S0123456789' })).toEqual([
    expect.stringContaining(`'BACKUP_CHANNEL': not set for "t0", "t1", "t2", "t3", "t4" and 3 more.`),
  ]);
});

test.each([
  [
    'targets:\n  - name: a\n\tB: c\n',
    "At 'targets.yml', line 3, column 1: a tab is used to indent. Use spaces.",
  ],
  [
    'targets:\n  - name: "a\n',
    "At 'targets.yml', line 3, column 1: a quote or bracket is not closed, or the line is not indented like its neighbours. Mend it.",
  ],
  [
    'targets:\n  - name: a\n    name: b\n',
    "At 'targets.yml', line 3, column 5: the same name stands here twice. Remove one of them.",
  ],
])('bad YAML is told with line and column: %j', (yaml, line) => {
  expect(findings(yaml)).toContain(line);
});

test.each(['', '[]', 'targets:', 'targets: []', 'targets: *a', 'a: b', '- name: a'])(
  'no targets in %j',
  (yaml) => {
    expect(findings(yaml).join('\n')).toContain("At 'targets.yml', line 1: it holds no targets.");
  },
);

test('a broken line with a secret in it is not repeated', () => {
  expect(findings('targets:\n  - CIRCLECI_TOKEN: "token-that-leaks\n').join('\n')).not.toContain('leaks');
  expect(findings('targets:\n  - CIRCLECI_TOKEN=token-that-leaks\n').join('\n')).not.toContain('leaks');
});
