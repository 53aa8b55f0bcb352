import { parseArgs } from 'node:util';
import type { Verb } from '../commands/base/verb.ts';
import { VERBS as BOT_VERBS } from '../commands/index.ts';
import type { Target } from '../core/model/target.ts';
import type { AuditWords } from '../core/run/audit-report.ts';
import { nearWord } from '../core/text/near-word.ts';
import { cut, oneLine } from '../core/text/text.ts';
import { completion, SHELLS } from './completion.ts';
import { POLICY_MAX, policyFor } from './iam-policy.ts';

/** What the command line needs of the bot: nothing runs, and nothing is changed. */
export interface CliDeps {
  version: string;
  /** The targets of the configuration, or what is wrong with it. */
  targets(): { ok: true; targets: readonly Target[] } | { ok: false; message: string };
  /** Reads the audit of the data folder, also beside a running bot; undefined where `logged` is no row. */
  verifyAudit(logged: string | undefined): Promise<AuditWords | undefined>;
  /** Brings the bot's database to this version, or names what that would take. */
  migrate(options: { dryRun: boolean }): Promise<{ name: string; migrations: string[] }>;
  /** Answers, a text with its line end. */
  out(text: string): void;
  /** What is to be told beside them. */
  err(text: string): void;
}

interface CliVerb {
  usage: string;
  summary: string;
  options: Record<string, { type: 'string' | 'boolean' }>;
  run(given: Given, deps: CliDeps): Promise<number>;
}

interface Given {
  /** Words that are no options. */
  rest: readonly string[];
  text(name: string): string | undefined;
  has(name: string): boolean;
}

const PROGRAM = 'circleci-backup';
const FAILED = 1;
const SHORT = new Map([
  ['--version', 'version'],
  ['--help', 'help'],
  ['-h', 'help'],
]);

/** The program's own words, beside the bot's verbs. */
export const VERBS: Record<string, CliVerb> = {
  start: {
    usage: 'start',
    summary: 'starts the bot, as no word at all does',
    options: {},
    run: async (_, { err }) => refused('start takes no options.', err),
  },
  version: {
    usage: 'version',
    summary: 'prints the version; --version does the same',
    options: {},
    async run(_, { version, out }) {
      out(`${PROGRAM} ${version}\n`);
      return 0;
    },
  },
  help: {
    usage: 'help [verb]',
    summary: 'prints this, or more about one verb; --help does the same',
    options: {},
    async run(given, { out, err }) {
      const [topic] = given.rest;
      if (topic === undefined) out(help());
      const verb = BOT_VERBS.find(({ name }) => name === topic);
      if (verb !== undefined) out(aboutVerb(verb));
      return topic === undefined || verb !== undefined
        ? 0
        : refused(`There is no verb “${cut(oneLine(topic), 60)}”. ${PROGRAM} help shows what there is.`, err);
    },
  },
  history: {
    usage: 'history --verify [--logged NUMBER:HASH]',
    summary: 'reads the whole audit log and says whether it was changed; the bot may run meanwhile',
    options: { verify: { type: 'boolean' }, logged: { type: 'string' } },
    async run(given, { verifyAudit, out, err }) {
      if (!given.has('verify'))
        return refused('The history itself is shown in Slack. Type history --verify.', err);
      const audit = await verifyAudit(given.text('logged'));
      if (audit === undefined)
        return refused(
          '--logged takes a row’s number and its hash, as the bot’s log names them: 17:3b5d…',
          err,
        );
      out(`${[audit.headline, ...audit.lines].join('\n')}\n`);
      return audit.isWhole ? 0 : FAILED;
    },
  },
  migrate: {
    usage: 'migrate [--dry-run]',
    summary:
      'brings the bot’s database to this version, as a start does; --dry-run only says what that would take',
    options: { 'dry-run': { type: 'boolean' } },
    async run(given, { migrate, out }) {
      const dryRun = given.has('dry-run');
      const { name, migrations } = await migrate({ dryRun });
      const said = migrations.length === 0 ? 'is up to date' : dryRun ? 'would get' : 'has got';
      out([`${name} ${said}`, ...migrations.map((one) => `  ${one}`)].join('\n').concat('\n'));
      return 0;
    },
  },
  iam: {
    usage: 'iam [--account ID] [--role NAME] [--vpc ID] [--backups-only]',
    summary: 'prints the narrowest IAM policy for this configuration',
    options: {
      account: { type: 'string' },
      role: { type: 'string' },
      vpc: { type: 'string' },
      'backups-only': { type: 'boolean' },
    },
    run: async (given, deps) => iam(given, deps),
  },
  completion: {
    usage: `completion ${SHELLS.join('|')}`,
    summary: 'prints the completion for a shell, to be read at its start',
    options: {},
    async run({ rest: [shell] }, { targets: read, out, err }) {
      const config = read();
      const text = completion(shell, config.ok ? config.targets.map(({ name }) => name) : [], {
        words: Object.keys(VERBS),
        verbs: BOT_VERBS,
      });
      if (text === undefined) return refused(`Which shell? ${PROGRAM} completion ${SHELLS.join(' | ')}`, err);
      out(text);
      return 0;
    },
  },
};

/** What was typed after the program's name, at least one word. Gives the exit code: 0, or 1 where it was refused or failed. */
export async function cli(args: readonly string[], deps: CliDeps): Promise<number> {
  const [first = '', ...rest] = args;
  const name = SHORT.get(first) ?? first;
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (verb === undefined) {
    const guess = nearWord(name, Object.keys(VERBS), 'guess');
    const meant = guess === undefined ? '' : ` Did you mean “${guess}”?`;
    return refused(
      `I do not know “${cut(oneLine(first), 60)}”.${meant} ${PROGRAM} help shows what there is.`,
      deps.err,
    );
  }
  try {
    const { values, positionals } = parseArgs({
      args: rest,
      options: verb.options,
      strict: true,
      allowPositionals: name === 'help' || name === 'completion',
    });
    const given: Given = {
      rest: positionals,
      text: (option) => (typeof values[option] === 'string' ? values[option] : undefined),
      has: (option) => values[option] === true,
    };
    return await verb.run(given, deps);
  } catch (error) {
    if (!isUsage(error)) throw error;
    return refused(`${oneLine(error.message)} Usage: ${PROGRAM} ${verb.usage}`, deps.err);
  }
}

const WELL_FORMED = {
  account: { pattern: /^\d{12}$/, say: 'twelve digits, for example 123456789012' },
  role: {
    pattern: /^[\w+=,.@-]{1,64}$/,
    say: 'a role’s name without a path or wildcard, for example circleci_role',
  },
  vpc: { pattern: /^vpc-[0-9a-f]{8,17}$/, say: 'a VPC’s id, for example vpc-0123456789abcdef0' },
};

function iam(given: Given, { targets: read, out, err }: CliDeps): number {
  for (const [option, { pattern, say }] of Object.entries(WELL_FORMED)) {
    const text = given.text(option);
    if (text !== undefined && !pattern.test(text))
      return refused(`“${cut(oneLine(text), 60)}” is not what --${option} takes: ${say}.`, err);
  }
  const [account, role, vpc] = [given.text('account'), given.text('role'), given.text('vpc')];
  if (vpc !== undefined && account === undefined) return refused('--vpc goes with --account.', err);
  const config = read();
  if (!config.ok) return refused(config.message, err);
  const backupsOnly = given.has('backups-only');
  const policy = policyFor(config.targets, { account, role, vpc, backupsOnly });
  out(`${JSON.stringify(policy, null, 2)}\n`);
  const wider = [
    ...(account === undefined ? ['Give --account to bind it to one AWS account.'] : []),
    ...(backupsOnly || vpc !== undefined ? [] : ['Give --vpc (and --account) to bind restores to one VPC.']),
    ...(backupsOnly || role !== undefined
      ? []
      : [
          'Give --role, the role of the machine’s instance profile: without it a restored machine with a profile is refused.',
        ]),
  ];
  const size = JSON.stringify(policy).length;
  if (size > POLICY_MAX.managed) {
    const fits = size <= POLICY_MAX.inline;
    wider.push(
      `It has ${size} characters: too many for a managed policy (${POLICY_MAX.managed})${fits ? ', and few enough for an inline one' : ` and for an inline one (${POLICY_MAX.inline}): let one bot serve fewer targets`}.`,
    );
  }
  for (const line of wider) err(`${line}\n`);
  return 0;
}

function refused(text: string, err: CliDeps['err']): number {
  err(`${text}\n`);
  return FAILED;
}

/** Node's own words for an option that is unknown, or lacks its value. */
function isUsage(error: unknown): error is Error {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

function help(): string {
  const width = 44;
  const lines = (verbs: readonly Pick<CliVerb, 'usage' | 'summary'>[]) =>
    verbs.map(({ usage, summary }) =>
      usage.length > width
        ? `  ${usage}\n  ${' '.repeat(width)}  ${summary}`
        : `  ${usage.padEnd(width)}  ${summary}`,
    );
  return `Usage: ${PROGRAM} [word] [options]

The bot’s verbs, as in Slack; the running bot carries them out, and without one they are read from its data and AWS:
${lines(BOT_VERBS).join('\n')}
${WITH_VERBS}

The program’s own words:
${lines(Object.values(VERBS)).join('\n')}

Without a word the bot starts. Exit codes: 0 done, 1 refused or failed, 3 done in part, 130 interrupted.
`;
}

const WITH_VERBS = `  --json prints the answer as data, on one line; --wait follows a run to its end, its progress on standard error.`;

function aboutVerb({ usage, summary, details, examples }: Verb): string {
  return `${PROGRAM} ${usage}\n\n${summary}\n${details}\n\n${examples.map((one) => `  ${PROGRAM} ${one}`).join('\n')}\n`;
}
