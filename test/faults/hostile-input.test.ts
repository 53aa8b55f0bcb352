import { VERBS } from '../../src/commands/index.ts';
import { parse } from '../../src/commands/parse.ts';
import { createQuote } from '../../src/config/checks/issue.ts';
import { readConfig } from '../../src/config/config.ts';
import { dotenvIn } from '../../src/config/environment.ts';
import { parseTargetsFile } from '../../src/config/targets-file/targets-file.ts';
import { parseMetadata } from '../../src/core/catalogue/metadata-text.ts';
import { parseEntry } from '../../src/core/catalogue/parse-entry.ts';
import { TAG } from '../../src/core/catalogue/tags.ts';
import { type Build, parseBuildUrls } from '../../src/core/cleanup/builds.ts';
import { deleteBuildForm } from '../../src/core/cleanup/clojure.ts';
import { consoleKeys } from '../../src/core/model/host-keys.ts';
import { mountAt } from '../../src/core/model/mount.ts';
import { noLog } from '../../src/core/ports/log.ts';
import { launchTags } from '../../src/core/restore/launch-tags.ts';
import {
  findMentions,
  findSpellings,
  isMachineAddress,
  linesWith,
  rewriteAddresses,
} from '../../src/core/restore/rewrite-addresses.ts';
import { programWords } from '../../src/core/text/program-words.ts';
import { createRedact } from '../../src/core/text/redact.ts';
import { quoteForShell } from '../../src/core/text/shell.ts';
import { cut, escapeMrkdwn, oneLine, unescapeSlack, withAddresses } from '../../src/core/text/text.ts';
import { nameWord, plainWord } from '../../src/core/text/typed-word.ts';
import { readCron } from '../../src/core/time/cron.ts';
import { parseDuration } from '../../src/core/time/duration.ts';
import { parseKeepDuration } from '../../src/core/time/keep-duration.ts';
import { parsePause } from '../../src/core/time/pause.ts';
import { parseSchedule } from '../../src/core/time/schedule.ts';
import { readListed } from '../../src/gateways/builds-api/listed-build.ts';
import { createAnswerReader } from '../../src/gateways/dev-console/answer.ts';
import { createPlainText } from '../../src/gateways/dev-console/plain-text.ts';
import { createPromptReader } from '../../src/gateways/dev-console/prompt-reader.ts';
import { awsError } from '../../src/gateways/ec2/calls.ts';
import { imageFacts, instanceFacts, snapshotFacts } from '../../src/gateways/ec2/facts.ts';
import {
  isSystemReady,
  readAppStatus,
  readHostname,
  readLocalAddress,
  readRunningJobs,
  readStorageDriver,
} from '../../src/gateways/services-machine/answers.ts';
import { readMarks } from '../../src/gateways/services-machine/as-root.ts';
import { readLook } from '../../src/gateways/services-machine/data-look.ts';
import { readDisks } from '../../src/gateways/services-machine/disks.ts';
import { readNoRoom } from '../../src/gateways/services-machine/free-room.ts';
import { missingFrom, readMounts } from '../../src/gateways/services-machine/mounts.ts';
import { boltLogger } from '../../src/slack/bolt-logger.ts';
import { code, mrkdwn } from '../../src/slack/kit/blocks.ts';
import { formValues } from '../../src/slack/kit/form-values.ts';
import { isReadable } from '../../src/slack/kit/payload.ts';
import { verbatim } from '../../src/slack/kit/verbatim.ts';

const LENGTH = 100_000;
const LONGEST_MS = 50;
const MOST_GROWTH = 2.5;
/** Below it a measurement says more of the machine than of the work. */
const NOISE_MS = 25;

const URL = 'https://ci.example.com';
const BUILD: Build = { vcs: 'gh', org: 'acme', project: 'web', number: 12, url: `${URL}/gh/acme/web/12` };
/** As long as a form may be. */
const ECHOED = deleteBuildForm({
  ...BUILD,
  org: 'a'.repeat(100),
  project: 'b'.repeat(100),
  url: `${URL}/gh/${'a'.repeat(100)}/${'b'.repeat(100)}/12`,
});
const IP = '10.20.1.12';
const secrets = ['aaaaaa', 'q7Lw2example0Token', '  \n  \n  '];
const redact = createRedact(secrets);
const quote = createQuote(secrets);
const logger = boltLogger(noLog);
const image = (text: string) => ({
  Name: text,
  Tags: Object.values(TAG).map((Key) => ({ Key, Value: text })),
});

/** Everything that reads what people, machines, files and services say. What it gives, or throws, does not matter here. */
const READERS: Record<string, (text: string) => unknown> = {
  cut: (text) => cut(text, 300),
  oneLine,
  programWords,
  unescapeSlack,
  withAddresses,
  escapeMrkdwn,
  plainWord,
  nameWord,
  redact,
  quoteForShell: (text) => quoteForShell(text),
  'a command': (text) => parse(text, VERBS, []),
  'a command’s rest': (text) => parse(`now ${text}`, VERBS, []),
  'addresses of builds': (text) => parseBuildUrls(text, URL),
  'a pause': (text) => parsePause(text, { nowMs: 0, timezone: 'UTC' }),
  'a duration': parseDuration,
  'a keep duration': parseKeepDuration,
  'a cron expression': readCron,
  'a schedule': (text) => parseSchedule({ cron: text, timezone: text }),
  'a setting in a message': quote,
  '.env': dotenvIn,
  'a Replicated file': (text) => rewriteAddresses(text, [{ from: IP, to: '10.20.7.9' }]),
  'lines with addresses': (text) => linesWith(text, [IP, '203.0.113.40']),
  'mentions of a host': (text) => findMentions(text, [IP, 'ci.example.com']),
  'other spellings of an address': (text) => findSpellings(text, [IP]),
  isMachineAddress,
  'a console': (text) => consoleKeys(text, (key) => key),
  'tags of an image': (text) => parseEntry(imageFacts(image(text))),
  'an instance': (text) => instanceFacts({ Tags: [{ Key: 'Name', Value: text }], KeyName: text }),
  'a snapshot': (text) => snapshotFacts({ StateMessage: text }),
  'an error of AWS': (text) => awsError(Object.assign(new Error(text), { name: text, code: text })),
  'metadata options': parseMetadata,
  'a machine’s name': (text) =>
    launchTags({
      runId: 'r',
      backupId: 'b',
      selector: { by: 'id', id: 'i-1' },
      source: { Name: text, [text]: text },
    }),
  'app status': readAppStatus,
  params: readLocalAddress,
  'app-config': readHostname,
  'a host name': (text) => readHostname(JSON.stringify({ hostname: { value: text } })),
  'system status': isSystemReady,
  'nomad status': readRunningJobs,
  'a table of jobs': (text) => readRunningJobs(`ID  Status\n${text}`),
  mounts: (text) => missingFrom(readMounts(text), readMounts(text)),
  disks: (text) => readDisks(`${text}\na\tb\n${text}\t${text}`)('/dev/a'),
  'what lies on a mount': (text) => mountAt(text, readMounts(`${text}\n${text} / ext4`)),
  'a look at a path': (text) => readLook(text, `folder\0${text}\0${text}\0${text}\0${text}`),
  'the storage driver': readStorageDriver,
  'a storage driver’s name': (text) =>
    readStorageDriver(
      JSON.stringify([{ [text]: text }, { Name: text, Items: [{ Name: 'storage', Value: text }] }]),
    ),
  'free room': readNoRoom,
  'what root printed': readMarks,
  'a build of the API': (text) =>
    readListed(
      {
        build_num: 1,
        username: text,
        reponame: text,
        vcs_type: text,
        lifecycle: 'running',
        start_time: text,
        branch: text,
      },
      URL,
    ),
  'a running build': (text) =>
    readListed(
      {
        build_num: 1,
        username: 'a',
        reponame: 'b',
        vcs_type: 'github',
        lifecycle: 'running',
        start_time: '2026-01-01T00:00:00Z',
        branch: text,
        author_name: text,
      },
      URL,
    ),
  'the console’s output': (text) => createPlainText()(text),
  'the console’s prompt': (text) => createPromptReader().take(text),
  'the console’s answer': (text) => {
    const reader = createAnswerReader(deleteBuildForm(BUILD));
    return [reader.take(text), reader.mayBeAtPrompt(), reader.answer(), reader.last()];
  },
  'the console’s answer behind its echo': (text) => {
    const form = deleteBuildForm(BUILD);
    const reader = createAnswerReader(form);
    return [reader.take(`${form}\n${text}`), reader.mayBeAtPrompt(), reader.answer()];
  },
  'the console’s answer behind a part of its echo': (text) =>
    createAnswerReader(ECHOED).take(`${ECHOED.slice(0, 240)}${text}`),
  'host keys, each another': (text) => {
    const keys = Array.from(text.slice(0, text.length / 60), (_, n) => {
      const fingerprint = n.toString(36).padStart(43, 'A');
      return `256 SHA256:${fingerprint} (ED${n})\n`;
    });
    const [begin, end] = ['BEGIN', 'END'].map((word) => `-----${word} SSH HOST KEY FINGERPRINTS-----\n`);
    return consoleKeys(`${begin}${keys.join('')}${end}`, (key) => key);
  },
  'a log line of Bolt': (text) => logger.warn(text),
  'a form': (text) => formValues({ b: { a: { type: 'plain_text_input', value: text } } }, redact),
  'a payload': (text) => isReadable({ command: text, text }),
  'text in a message': (text) => [mrkdwn(escapeMrkdwn(text)), code(text)],
  'lines in a message': (text) => verbatim(text.split('\n'), 'full'),
};

/** What is repeated until it is long: pieces of everything that the readers look for, begun and not ended. */
const PIECES = [
  'a',
  '0',
  ' ',
  '\n',
  '\r\n',
  '\t',
  '\u00a0',
  '\u200b',
  '\u0301',
  '\ud800',
  '🚂',
  '‍🚂',
  'é',
  '"',
  "'",
  '`',
  '\\',
  '/',
  '//',
  '.',
  '..',
  '-',
  '--',
  '—',
  '_',
  '=',
  '==',
  ':',
  ';',
  ',',
  '#',
  '@',
  '|',
  '&',
  '&lt;',
  '&amp;',
  '%',
  '~',
  '<',
  '<@',
  '<@U1|',
  '<!',
  '<https://a|',
  '>',
  '(',
  '[',
  '{',
  '[{',
  '{"a":',
  '[1,',
  '"\\u0000',
  '<>',
  '()',
  'A=',
  'A_',
  '-e A=',
  ' -e ',
  'export ',
  'TOKEN=',
  '"TOKEN":"',
  '--password ',
  '10.',
  '10.20.1.12',
  '10.20.1.12,',
  '10.20.1.12\n',
  `A=${IP}\n`,
  '1.1.1.',
  'ci.example.com ',
  'ci.',
  'user=>',
  ' user=>',
  '\nuser=>',
  '\na',
  'nil\n',
  '{\n',
  'Execution error ',
  'java.',
  'a.b.c$',
  '\u001b',
  '\u001b[',
  '\u001b[0m',
  '\u001b]',
  '\u001b]0;',
  '\u001b(',
  '-----BEGIN SSH HOST KEY FINGERPRINTS-----\n',
  `SHA256:${'a'.repeat(43)} `,
  'SHA256:',
  '(RSA',
  '(RSA) ',
  'space / 1 1 1 1 /\n',
  'space ',
  '/dev/x /a ext4 defaults 0 0\n',
  '/dev/x /a ext4 ',
  '\\040',
  'UUID=',
  'a  ',
  'ID  Status\n',
  'a  running\n',
  'No running jobs',
  'circleci-backup:root\n',
  'https://ci.example.com/gh/a/b/1 ',
  'https://',
  'gh/',
  'now ',
  '1h',
  '1h ',
  '1d, ',
  'for ',
  'until ',
  '* ',
  '*/',
  '0,',
  '1-',
  'MON,',
  'xox',
  'xoxb-',
  'AKIA',
  'aaaaaa',
  'hooks.slack.com/a/',
  'https://hooks.slack.com/',
  '"response_url":"',
  '?ticket=',
  'tokens=',
  'token=',
  ' (restore ',
  ' (',
  '- a: ',
  '- &a\n',
  '*a ',
  'a: [',
  '? ',
  'A="',
  "A='",
  'A=`',
  '\nA="\n',
  '\n ',
];

/** A text of this length made of it, that ends as nothing expects. */
const long = (piece: string, length: number) =>
  `${piece.repeat(Math.ceil(length / piece.length)).slice(0, length)}\u0007`;

function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  try {
    work();
  } catch {
    // A refusal is an answer.
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** Five measurements, the shortest first. */
function fiveMs(work: () => unknown): number[] {
  return Array.from({ length: 5 }, () => cpuMs(work)).sort((a, b) => a - b);
}

/** What the work does with a text of the length and with half of it, where it is not too little to be measured. */
function faultOf(read: (text: string) => unknown, piece: string): string | undefined {
  const whole = long(piece, LENGTH);
  // A fault of the third power would take an hour to be seen at full length.
  for (const part of [LENGTH / 50, LENGTH / 10]) {
    const ms = cpuMs(() => read(long(piece, part)));
    if (ms > LONGEST_MS) return `${JSON.stringify(piece)}: ${ms.toFixed(0)} ms for ${part} characters`;
  }
  if (cpuMs(() => read(whole)) < NOISE_MS) return undefined;
  const [wholeBest = 0, , wholeMs = 0] = fiveMs(() => read(whole));
  if (wholeMs < NOISE_MS) return undefined;
  const half = long(piece, LENGTH / 2);
  // Collections of garbage fall on the one or the other: how it grows is seen where there is none.
  const [halfBest = 0] = fiveMs(() => read(half));
  const growth = wholeBest / halfBest;
  if (wholeMs <= LONGEST_MS && (wholeBest < NOISE_MS || growth <= MOST_GROWTH)) return undefined;
  return `${JSON.stringify(piece)}: ${wholeMs.toFixed(0)} ms, ${growth.toFixed(1)} times those of half of it`;
}

test.each(Object.entries(READERS))('%s: 100 KB of anything are read at once', (_name, read) => {
  // The first calls are also the compiler's.
  for (const piece of PIECES.slice(0, 5)) cpuMs(() => read(long(piece, 2_000)));
  expect(PIECES.flatMap((piece) => faultOf(read, piece) ?? [])).toEqual([]);
});

const SETTINGS = [
  'SLACK_BOT_TOKEN',
  'SSH_HOST_KEY',
  'CIRCLECI_URL',
  'KEEP_WITHIN',
  'SERVICES_INSTANCE',
  'BACKUP_SCHEDULE',
  'OPERATORS',
];

/** The operator's own, read once before there is anybody to be held: they may take their time, in proportion. */
test.each([
  ['a targets file', (text: string) => parseTargetsFile('targets.yml', text, quote)],
  ...SETTINGS.map((name) => [name, (text: string) => readConfig({ [name]: text })] as const),
] as const)('%s of 100 KB is read before the bot starts', (_name, read) => {
  expect(PIECES.filter((piece) => cpuMs(() => read(long(piece, LENGTH))) > 3_000)).toEqual([]);
});
