import { readFileSync } from 'node:fs';
import { VERBS as OWN_WORDS } from '../src/cli/cli.ts';
import { JSON_FORMAT } from '../src/cli/json.ts';
import { EXIT } from '../src/cli/protocol.ts';
import type { Verb } from '../src/commands/base/verb.ts';
import { LOOKS_AT_BOT } from '../src/commands/doctor/looks-at-bot.ts';
import { LOOKS_AT_TARGET } from '../src/commands/doctor/looks-at-target.ts';
import { VERBS } from '../src/commands/index.ts';
import { SETTING_NAMES, SETTINGS } from '../src/config/settings/settings.ts';
import { createMetrics } from '../src/ops/metrics.ts';

/** The text of `docs/reference.md`. */
export async function reference(): Promise<string> {
  const { body } = await createMetrics().render();
  return `${[
    '# Reference',
    'Made by `npm run files` from the tables of the code: change it there.',
    '## Verbs',
    'The same behind `/circleci-backup` in Slack and `circleci-backup` in a shell.',
    ...VERBS.map(verb),
    '## Words of the program alone',
    tableOf(
      ['word', 'does'],
      Object.values(OWN_WORDS).map(({ usage, summary }) => [code(usage), summary]),
    ),
    '## On the command line',
    '`--json` prints the answer as data, on one line. `--wait` follows a run, or a request until it is decided and run, to its end; its progress stands on standard error.',
    tableOf(
      ['exit code', 'means'],
      [
        [String(EXIT.done), 'done; of `doctor`: nothing fails'],
        [
          String(EXIT.failed),
          'refused or failed; of `doctor`: something fails; of `history --verify`: the audit was changed',
        ],
        [String(EXIT.partly), 'done in part, as a partial backup'],
        [String(EXIT.interrupted), 'interrupted; what was begun goes on with the bot'],
      ],
    ),
    '## JSON',
    `One object, in format ${JSON_FORMAT}: \`format\`, \`verb\`, \`result\` (\`ok\`, \`refused\` or \`failed\`), \`exit\`, \`target\` where one was named or is the only one, \`reply\`, and with \`--wait\` the \`run\`. The number changes when a name or a meaning does, not when something is added. In \`reply\`, whose \`view\` says which of these it is, a \`Target\` stands as its name, and functions are left out; times are milliseconds since 1970.`,
    `\`\`\`ts\n${replies()}\n\`\`\``,
    '## Looks of the doctor',
    'Each is `ok`, `warning`, `failure` or `skipped`, under this key in `look`.',
    tableOf(
      ['key', 'about', 'looks at', 'only after'],
      [
        ...LOOKS_AT_BOT.map((look) => ['the bot', look] as const),
        ...LOOKS_AT_TARGET.map((look) => ['each target', look] as const),
      ].map(([about, { key, title, after = [] }]) => [code(key), about, title, after.map(code).join(', ')]),
    ),
    '## Settings',
    '“Target”: may also stand in `TARGETS_FILE`, per target.',
    tableOf(['name', 'of', 'when not set', 'for example', 'is'], SETTING_NAMES.map(setting)),
    '## Metrics',
    tableOf(['name', 'type', 'is'], metrics(body)),
  ].join('\n\n')}\n`;
}

function verb({ name, usage, summary, details, examples, permission, openTo, flags }: Verb): string {
  const who =
    permission === 'anyone'
      ? 'For everybody.'
      : `For operators${openTo === undefined ? '' : `; ${code(openTo)} alone is for everybody`}.`;
  const names = Object.keys(flags).map((flag) => code(`--${flag}`));
  return [
    `### ${name}`,
    code(usage),
    `${sentence(summary)} ${details} ${who}${names.length === 0 ? '' : ` Flags: ${names.join(', ')}.`}`,
    `For example ${examples.map(code).join(', ')}.`,
  ].join('\n\n');
}

function setting(name: (typeof SETTING_NAMES)[number]): string[] {
  const { scope, fallback, needed, example, help } = SETTINGS[name];
  return [
    code(name),
    scope === 'bot' ? 'bot' : 'target',
    needed === true ? 'needed' : fallback === undefined ? '' : code(fallback),
    code(example),
    help,
  ];
}

/** From `# HELP name text` and `# TYPE name type`; those of Node and the process are not ours. */
function metrics(body: string): string[][] {
  return [...body.matchAll(/^# HELP (circleci_backup_\S+) (.*)\n# TYPE \S+ (\S+)$/gm)].map(
    ([, name = '', help = '', type = '']) => [code(name), type, help],
  );
}

/** The declarations of replies, as the code has them. */
function replies(): string {
  const source = readFileSync(new URL('../src/commands/base/reply.ts', import.meta.url), 'utf8');
  return source.slice(source.indexOf('/** A run that goes on')).trim();
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
