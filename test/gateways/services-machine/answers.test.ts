import {
  isSystemReady,
  readAppStatus,
  readHostname,
  readLocalAddress,
  readRunningJobs,
} from '../../../src/gateways/services-machine/answers.ts';

const SAMPLE =
  '[{"AppID":"0f3c","Sequence":2439,"State":"started","DesiredState":"started","Error":"","IsCancellable":false,"IsTransitioning":true,"LastModifiedAt":"2019-05-02T10:00:21.3Z"}]';

test.each([
  [SAMPLE, { state: 'started', desired: 'started', isTransitioning: true }],
  [SAMPLE.slice(1, -1), { state: 'started', desired: 'started', isTransitioning: true }],
  [
    '[{"State":"stopped","IsTransitioning":false}]',
    { state: 'stopped', desired: '', isTransitioning: false },
  ],
  ['[]\n', undefined],
  [
    '[{"State":"started\\n","DesiredState":"\\u200bstarted","IsTransitioning":false}]',
    { state: 'started', desired: 'started', isTransitioning: false },
  ],
])('application: %s', (printed, status) => {
  expect(readAppStatus(printed)).toEqual(status);
});

test.each([['{"Airgap":false,"LocalAddress":"10.20.7.9"}', '10.20.7.9']])(
  'address: %s',
  (printed, address) => {
    expect(readLocalAddress(printed)).toBe(address);
  },
);

test.each([
  ['{"hostname":{"value":"ci.example.com"},"secret":{"value":"s3cr3t"}}', 'ci.example.com'],
  ['{"hostname":{}}', undefined],
  ['{"hostname":{"value":""}}', undefined],
  ['{}', undefined],
  ['{"hostname":{"value":"ci.example.com\\n\\u2022 Approved\\u202e"}}', 'ci.example.com • Approved'],
  [`{"hostname":{"value":"${'x'.repeat(300)}"}}`, `${'x'.repeat(255)}…`],
])('hostname: %s', (printed, hostname) => {
  expect(readHostname(printed)).toBe(hostname);
});

test.each([
  ['{"Replicated":"ready","Retraced":"ready"}', true],
  ['{"Replicated":"ready"}', true],
  ['{"Replicated":"ready","Retraced":"initializing"}', false],
  ['{"Replicated":"failed"}', false],
  ['{}', false],
  ['ready\n', true],
])('system: %s', (printed, ready) => {
  expect(isSystemReady(printed)).toBe(ready);
});

test.each([
  ['No running jobs\n', []],
  [
    'ID          Type     Priority  Status   Submit Date\nbuild-1     batch    50        running  2019-05-02\n' +
      'build-2     batch    50        pending  2019-05-02\nbuild-0     batch    50        dead     2019-05-01\n',
    ['build-1', 'build-2'],
  ],
  ['ID       Type   Priority  Status\nbuild-1  batch  50        running', ['build-1']],
  ['ID       Type   Priority  Status\n', []],
])('jobs: %s', (printed, jobs) => {
  expect(readRunningJobs(printed)).toEqual(jobs);
});

describe('what is not understood', () => {
  const SECRET = 'q7Lw2example0Token';

  test.each([
    ['app status', readAppStatus],
    ['params export', readLocalAddress],
    ['app-config export', readHostname],
    ['system status', isSystemReady],
    ['nomad status', readRunningJobs],
  ] as [string, (printed: string) => unknown][])('%s is refused, and not quoted', (command, read) => {
    const named = command.startsWith('nomad') ? command : `replicatedctl ${command}`;
    for (const printed of [
      `upgrading ${SECRET}`,
      '',
      '"ready"',
      '[[]]',
      '{"hostname":1,"State":1}',
      'null',
    ]) {
      let thrown: unknown;
      try {
        const answer = read(printed);
        // Of what has the right form but says nothing, some answers make "no".
        expect([false, undefined]).toContain(answer);
      } catch (error) {
        thrown = error;
        expect(error).toMatchObject({ problem: { code: 'answer-unclear', command: named } });
        expect(error).not.toHaveProperty('cause');
      }
      if (printed.includes(SECRET)) expect(thrown).toBeDefined();
      expect(String(thrown)).not.toContain(SECRET);
    }
  });
});
