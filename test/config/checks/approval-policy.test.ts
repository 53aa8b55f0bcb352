import { readConfig } from '../../../src/config/config.ts';
import { filesOf, LEAST } from '../environment.ts';

const ANA = 'U0000000001';
const BEN = 'U0000000002';
const GROUP = 'S0123456789';
const AT = /^At '(\w+)'/m;

function read(env: Record<string, string>, files: Record<string, string> = {}) {
  return readConfig({ ...LEAST, ...env }, filesOf(files));
}

function said(env: Record<string, string>): string {
  const result = read(env);
  if (!result.ok) return result.message;
  return result.config.warnings.join('\n') || 'accepted';
}

test('who may approve, how many, for how long', () => {
  const result = read({
    APPROVERS: `${ANA}, ${BEN}`,
    APPROVALS_REQUIRED: '2',
    APPROVAL_EXPIRES: '30m',
    RESTORE_TYPE_TARGET: 'yes',
  });
  expect(result).toMatchObject({
    config: {
      targets: [
        { approvers: [ANA, BEN], approvalsRequired: 2, approvalExpiresMs: 1_800_000, typeTargetName: true },
      ],
    },
  });
});

test.each<[string, Record<string, string>]>([
  ['the operators approve one another', { OPERATORS: `${ANA},${BEN}` }],
  ['a group', { OPERATORS: ANA, APPROVERS: GROUP, APPROVALS_REQUIRED: '10' }],
  ['a group of operators', { OPERATORS: GROUP }],
  ['somebody who is no operator', { OPERATORS: ANA, APPROVERS: BEN }],
  ['one of two operators: the other may ask', { OPERATORS: `${ANA},${BEN}`, APPROVERS: ANA }],
  ['an operator of the group may ask', { OPERATORS: GROUP, APPROVERS: ANA }],
  ['two who are no operators', { OPERATORS: GROUP, APPROVERS: `${ANA},${BEN}`, APPROVALS_REQUIRED: '2' }],
])('can be satisfied: %s', (_what, env) => {
  expect(said(env)).toBe('accepted');
});

test.each<[string, Record<string, string>, string]>([
  ['one operator, who is the approver', { OPERATORS: ANA, APPROVERS: ANA }, 'APPROVERS'],
  ['one operator and nobody else', { OPERATORS: ANA }, 'OPERATORS'],
  ['two of two operators', { OPERATORS: `${ANA},${BEN}`, APPROVALS_REQUIRED: '2' }, 'OPERATORS'],
  [
    'three of two approvers',
    { OPERATORS: GROUP, APPROVERS: `${ANA},${BEN}`, APPROVALS_REQUIRED: '3' },
    'APPROVERS',
  ],
  ['the same one twice', { OPERATORS: `${ANA},${ANA}` }, 'OPERATORS'],
])('nobody can satisfy it: %s', (_what, env, at) => {
  expect(read(env)).toMatchObject({ ok: true });
  expect(AT.exec(said(env))?.[1]).toBe(at);
});

test('what is said tells what to set', () => {
  expect(said({ OPERATORS: ANA })).toContain(
    "At 'OPERATORS': names 1 person, and without APPROVERS the operators approve; nobody approves their own request, " +
      'so no request can get its 1 approval: restores and all else that needs one are refused, backups are made. Set APPROVERS to the id of somebody else or of a user group, for example ' +
      'APPROVERS=S0123456789',
  );
  expect(said({ OPERATORS: GROUP, APPROVERS: ANA, APPROVALS_REQUIRED: '2' })).toContain(
    "At 'APPROVERS': names 1 person; nobody approves their own request, so no request can get its 2 approvals: " +
      'restores and all else that needs one are refused, backups are made. Set ' +
      'APPROVERS to more people or to a user group (the safer way), or a smaller APPROVALS_REQUIRED, for example ' +
      'APPROVERS=S0123456789',
  );
});

test('each target has its own policy, told with its line', () => {
  const yaml = `targets:
  - name: prod
    APPROVERS: ${ANA}
    APPROVALS_REQUIRED: 2
  - name: lab
    APPROVERS: [${ANA}, ${BEN}]
`;
  const result = read({ TARGETS_FILE: 't.yml' }, { 't.yml': yaml });
  const warnings = result.ok ? result.config.warnings.join('\n') : '';
  expect(warnings).toContain(`At 'APPROVERS' of target "prod" (t.yml, line 3): names 1 person`);
  expect(warnings).not.toContain('"lab"');
});

test('a fault that all targets share is told once', () => {
  const yaml = 'targets:\n  - name: prod\n  - name: lab\n';
  const result = read({ TARGETS_FILE: 't.yml', OPERATORS: ANA }, { 't.yml': yaml });
  expect(result.ok && result.config.warnings).toHaveLength(1);
});

test.each([
  ['APPROVALS_REQUIRED', '0'],
  ['APPROVALS_REQUIRED', '1.5'],
  ['APPROVAL_EXPIRES', '30s'],
  ['APPROVERS', '@ana'],
  ['RESTORE_TYPE_TARGET', 'true'],
])('%s=%s is refused', (name, value) => {
  expect(said({ [name]: value })).toContain(`At '${name}': ${JSON.stringify(value)}`);
});
