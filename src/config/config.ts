import type { Database } from '../core/model/database.ts';
import type { Target } from '../core/model/target.ts';
import { checkMissing, checkTexts } from './checks/check.ts';
import { checkTogether } from './checks/cross-checks.ts';
import { checkDatastores, datastoresOf } from './checks/datastores.ts';
import { createQuote, type Finding, findingInWords, findingsInWords, sortFindings } from './checks/issue.ts';
import { misspelledInWords, misspelledNames, unknownRules } from './checks/misspelled.ts';
import { checkPartners } from './checks/partners.ts';
import { type ReadFile, readTextFile, unreadableInWords } from './checks/read-file.ts';
import { checkRestic, resticOf } from './checks/restic.ts';
import { secretsIn } from './checks/secrets.ts';
import { checkSsh, sshOf } from './checks/ssh.ts';
import { target } from './checks/target.ts';
import { checkUnread } from './checks/unread.ts';
import { type Environment, environment } from './environment.ts';
import { environmentTexts, type Texts } from './settings/raw-settings.ts';
import { given, needed, value } from './settings/read-setting.ts';
import type { Values } from './settings/settings.ts';
import { checkCommonPolicies, checkEntries } from './targets-file/check-entries.ts';
import { parseTargetsFile, type TargetEntry, type TargetsFile } from './targets-file/targets-file.ts';

/** How Slack's events reach the bot. */
type SlackDelivery =
  | { kind: 'socket'; appToken: string }
  | { kind: 'http'; signingSecret: string; port: number; host?: string };

export interface Config {
  slack: { botToken: string; delivery: SlackDelivery; apiUrl?: string };
  aws: {
    endpointEc2?: string;
    endpointEbs?: string;
    endpointRds?: string;
    /** Missing where the SDK's own chain is to find them. */
    credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  };
  /** At least one; names are unique. */
  targets: Target[];
  database: Database;
  ops: { host: string; port: number };
  logLevel: Values['LOG_LEVEL'];
  /** How long a stop may take, in ms. */
  stopGraceMs: number;
  /** The second door: where its socket lies (nowhere: it has none), and the Slack ids of users of the operating system. */
  commandLine: { folder?: string; users: Readonly<Record<string, string>> };
  /** A dead-man switch, to which `/start` and `/fail` can be put. Secret. */
  pingUrl?: string;
  /** Every secret value there is, for `createRedact`. */
  secrets: string[];
  /** What is accepted and should be known, in words: told at the start. */
  warnings: string[];
}

export type ConfigResult = { ok: true; config: Config } | { ok: false; message: string };

/** The whole configuration, or one message with everything that is wrong. No value makes it throw. */
export function readConfig(
  env: Environment = environment(),
  readFile: ReadFile = readTextFile,
): ConfigResult {
  const texts = environmentTexts(env);
  const misspelled = misspelledNames(env, texts);
  // One mistake, one line: what was only misspelled is not said to be missing as well.
  const meant = {
    ...Object.fromEntries(misspelled.map(({ name, meant }) => [meant, env[name] ?? ''])),
    ...texts,
  };
  const file =
    texts.TARGETS_FILE === undefined ? undefined : readTargets(texts.TARGETS_FILE, meant, readFile);
  const entries = file?.entries;
  const secrets = secretsIn([meant, ...(entries ?? []).flatMap(textsOf)], readFile);
  const quote = createQuote(secrets);
  const findings = [
    ...sortFindings([
      ...misspelled.map(misspelledInWords),
      ...checkMissing(meant, entries, quote, env),
      ...checkTexts(texts, quote),
      ...unknownRules(env, misspelled, quote),
      ...checkUnread(env),
      ...checkTogether(meant),
      ...checkPartners(meant, entries, quote),
      ...checkCommonPolicies(texts, entries),
      ...checkSsh(texts, readFile),
      ...checkRestic(texts, readFile),
      ...checkDatastores(ofAll(texts, entries), quote, readFile),
    ]),
    ...(file?.findings ?? []),
    ...checkEntries(entries ?? [], texts, quote, readFile),
  ];
  const faults = findings.filter(({ isWarning }) => isWarning !== true);
  if (faults.length > 0) return { ok: false, message: findingsInWords(faults) };
  const warnings = findings.map(findingInWords);
  const targetOf = (name: string, own: Texts, schedules?: TargetEntry['schedules']): Target => ({
    ...target(name, own, schedules),
    ...given('ssh', sshOf(own, readFile)),
    ...given('restic', resticOf(own, readFile)),
    ...given('datastores', datastoresOf(own, readFile)),
  });
  const targets =
    entries === undefined
      ? [targetOf(needed(texts, 'TARGET_NAME'), texts)]
      : entries.map((entry) => targetOf(entry.name ?? '', { ...texts, ...entry.texts }, entry.schedules));
  return { ok: true, config: { ...forTheBot(texts), targets, secrets, warnings } };
}

/** What stands in the environment, as the first target has it that leaves the datastores to it. */
function ofAll(texts: Texts, entries: readonly TargetEntry[] | undefined): Texts {
  const lacks = entries?.find((entry) => entry.texts.DATASTORES === undefined);
  return { ...lacks?.texts, ...texts };
}

function textsOf({ texts, schedules = [] }: TargetEntry): Texts[] {
  return [texts, ...schedules.map((schedule) => schedule.texts)];
}

function readTargets(path: string, texts: Texts, readFile: ReadFile): TargetsFile {
  const quote = createQuote(secretsIn([texts], readFile));
  const file = readFile(path);
  if (file.ok) return parseTargetsFile(path, file.text, quote);
  const finding: Finding = {
    at: 'TARGETS_FILE',
    text: `${quote(path)} ${unreadableInWords(file.code)}. Name a file like targets.example.yml.`,
  };
  return { entries: [], findings: [finding] };
}

function forTheBot(texts: Texts): Omit<Config, 'targets' | 'secrets' | 'warnings'> {
  return {
    slack: {
      botToken: needed(texts, 'SLACK_BOT_TOKEN'),
      delivery: delivery(texts),
      ...given('apiUrl', value(texts, 'SLACK_API_URL')),
    },
    aws: {
      ...given('endpointEc2', value(texts, 'AWS_ENDPOINT_URL_EC2')),
      ...given('endpointEbs', value(texts, 'AWS_ENDPOINT_URL_EBS')),
      ...given('endpointRds', value(texts, 'AWS_ENDPOINT_URL_RDS')),
      ...given('credentials', credentials(texts)),
    },
    database: needed(texts, 'DATABASE_URL'),
    ops: { host: needed(texts, 'OPS_HOST'), port: needed(texts, 'OPS_PORT') },
    logLevel: needed(texts, 'LOG_LEVEL'),
    stopGraceMs: needed(texts, 'STOP_GRACE'),
    commandLine: {
      ...given('folder', value(texts, 'RUN_DIR') ?? folderOf(needed(texts, 'DATABASE_URL'))),
      users: value(texts, 'CLI_USERS') ?? {},
    },
    ...given('pingUrl', value(texts, 'PING_URL')),
  };
}

function folderOf(database: Database): string | undefined {
  return database.kind === 'sqlite' ? database.folder : undefined;
}

function delivery(texts: Texts): SlackDelivery {
  const appToken = value(texts, 'SLACK_APP_TOKEN');
  return appToken === undefined
    ? {
        kind: 'http',
        signingSecret: needed(texts, 'SLACK_SIGNING_SECRET'),
        port: needed(texts, 'PORT'),
        ...given('host', value(texts, 'HOST')),
      }
    : { kind: 'socket', appToken };
}

function credentials(texts: Texts): Config['aws']['credentials'] {
  const accessKeyId = value(texts, 'AWS_ACCESS_KEY_ID');
  if (accessKeyId === undefined) return undefined;
  return {
    accessKeyId,
    secretAccessKey: needed(texts, 'AWS_SECRET_ACCESS_KEY'),
    ...given('sessionToken', value(texts, 'AWS_SESSION_TOKEN')),
  };
}
