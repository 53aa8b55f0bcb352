import { type CliDeps, cli } from '../../src/cli/cli.ts';
import type { Target } from '../../src/core/model/target.ts';
import type { AuditWords } from '../../src/core/run/audit-report.ts';
import { PROD } from '../commands/fakes.ts';

const WHOLE: AuditWords = {
  isWhole: true,
  headline: 'The audit log is whole.',
  lines: ['The last row is 3.'],
};

async function typed(text: string, deps: Partial<CliDeps> = {}) {
  const said = { out: '', err: '' };
  const code = await cli(text.split(' '), {
    version: '1.2.3',
    targets: () => ({ ok: true, targets: [PROD] as readonly Target[] }),
    verifyAudit: async () => WHOLE,
    migrate: async () => ({ name: './data', migrations: ['007-leases'] }),
    out(more) {
      said.out += more;
    },
    err(more) {
      said.err += more;
    },
    ...deps,
  });
  return { code, ...said };
}

test.each(['--version', 'version'])('%s', async (text) => {
  expect(await typed(text)).toEqual({ code: 0, out: 'circleci-backup 1.2.3\n', err: '' });
});

test.each(['--help', '-h', 'help'])('%s names every word', async (text) => {
  const { code, out } = await typed(text);
  expect(code).toBe(0);
  for (const word of ['start', 'version', 'history --verify', 'iam']) expect(out).toContain(`  ${word}`);
});

test.each([
  ['iamm', 'I do not know “iamm”. Did you mean “iam”? circleci-backup help shows what there is.'],
  ['xyzzy', 'I do not know “xyzzy”. circleci-backup help shows what there is.'],
  ['constructor', 'I do not know “constructor”.'],
  ['start now', 'start now'],
  ['iam --acount 1', '--acount'],
  ['iam --account 12', '“12” is not what --account takes: twelve digits, for example 123456789012.'],
  ['iam --role circleci*', '“circleci*” is not what --role takes: a role’s name without a path or wildcard'],
  ['iam --account 123456789012 --vpc vpc-1', '“vpc-1” is not what --vpc takes'],
  ['iam --vpc vpc-01234567', '--vpc goes with --account.'],
  ['history', 'Type history --verify.'],
])('%s is refused in words', async (text, words) => {
  const { code, out, err } = await typed(text);
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain(words.replace('start now', 'now'));
});

test('a whole audit ends with 0, a broken one with 1; what is no row is refused', async () => {
  expect(await typed('history --verify')).toEqual({
    code: 0,
    out: 'The audit log is whole.\nThe last row is 3.\n',
    err: '',
  });
  const broken = { ...WHOLE, isWhole: false, headline: 'The audit log is NOT whole.' };
  expect((await typed('history --verify', { verifyAudit: async () => broken })).code).toBe(1);
  const { code, err } = await typed('history --verify --logged x', { verifyAudit: async () => undefined });
  expect([code, err]).toEqual([1, expect.stringContaining('17:3b5d')]);
});

test('the policy is all that stands on standard output; what could be narrower is said beside it', async () => {
  const { code, out, err } = await typed('iam');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ Version: '2012-10-17' });
  for (const option of ['--account', '--vpc', '--role']) expect(err).toContain(option);
  const narrow = await typed('iam --account 123456789012 --vpc vpc-01234567 --role circleci_role');
  expect(narrow.err).toMatch(
    /^It has \d+ characters: too many for a managed policy \(6144\), and few enough for an inline one\.\n$/,
  );
  expect((await typed('iam --account 123456789012 --backups-only')).err).toBe('');
});

test('with a configuration that is wrong, it is the configuration that is told', async () => {
  const message = "At 'SLACK_BOT_TOKEN': not set.";
  expect(await typed('iam', { targets: () => ({ ok: false, message }) })).toEqual({
    code: 1,
    out: '',
    err: `${message}\n`,
  });
});

test.each([
  ['migrate', ['004-bounds', '007-leases'], './data has got\n  004-bounds\n  007-leases\n', false],
  ['migrate --dry-run', ['007-leases'], './data would get\n  007-leases\n', true],
  ['migrate --dry-run', [], './data is up to date\n', true],
])('%s, of %p', async (text, migrations, out, dry) => {
  const asked: boolean[] = [];
  const migrate = async ({ dryRun }: { dryRun: boolean }) => {
    asked.push(dryRun);
    return { name: './data', migrations };
  };
  expect(await typed(text, { migrate })).toEqual({ code: 0, out, err: '' });
  expect(asked).toEqual([dry]);
});
