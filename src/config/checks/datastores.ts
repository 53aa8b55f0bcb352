import {
  CIRCLECI_DATABASES,
  DATASTORE_KINDS,
  type Datastore,
  type DatastoreKind,
  type Datastores,
  type PostgresConnection,
} from '../../core/model/datastore.ts';
import type { SshAddress } from '../../core/model/ssh-access.ts';
import { nearWord } from '../../core/text/near-word.ts';
import { listInWords } from '../../core/text/words.ts';
import type { WrittenDatastore } from '../formats/datastores.ts';
import { type Format, listOf, matching, oneOf, readAs, wholeNumber } from '../formats/format.ts';
import { machinePath } from '../formats/machine-path.ts';
import { targetName } from '../formats/target-name.ts';
import { FILES } from '../settings/files.ts';
import type { Texts } from '../settings/raw-settings.ts';
import { given, needed, value } from '../settings/read-setting.ts';
import type { SettingName } from '../settings/settings.ts';
import { SSH } from '../settings/ssh.ts';
import { type Finding, faultInWords, type Quote } from './issue.ts';
import { readPrivateKey } from './private-key.ts';
import { type ReadFile, unreadableInWords } from './read-file.ts';
import { fingerprintOf } from './ssh.ts';

interface Word {
  format: Format<unknown>;
  example: string;
}

const HOST = matching(/^[\w][\w.:-]{0,252}$/, {
  what: 'is not a host or address',
  use: 'Name the host on which the dumps are made',
});
const SERVER = matching(/^([\w][\w.:-]{0,252}|\/[\w/.@+-]{1,100})$/, {
  what: 'is neither a host nor the folder of a socket',
  use: 'Name the server as the host of the dumps knows it',
});
const NAME = (what: string) =>
  matching(/^[\w][\w.@-]{0,62}$/, { what: `is not ${what}`, use: 'Use letters, digits, _ . @ and -' });

/**
 * PostgreSQL takes a name with `=` or `://` in it for a connection string, and what begins with a dash for an option: such
 * names, and those with quotes, are refused and not quoted.
 */
const DATABASES = listOf(
  /^[A-Za-z0-9_][\w.-]{0,62}$/,
  {
    what: 'is not a name of a database that the bot takes: quotes, blanks, = and :// would make it another thing',
    use: 'Use letters, digits, _ . and -',
  },
  /,/,
);

const WORDS = {
  name: { format: targetName, example: 'pg' },
  kind: {
    format: oneOf(DATASTORE_KINDS, {
      what: 'is not a kind of datastore',
      use: `Use one of ${DATASTORE_KINDS.join(', ')}`,
    }),
    example: 'postgres',
  },
  host: { format: HOST, example: '10.20.1.30' },
  port: { format: wholeNumber(1, 65_535), example: '22' },
  user: { format: SSH.SSH_USER.format, example: 'ubuntu' },
  key_file: { format: matching(/\S/, { what: 'is not a path', use: 'Name a file' }), example: 'pg_key' },
  host_key: { format: SSH.SSH_HOST_KEY.format, example: SSH.SSH_HOST_KEY.example },
  databases: { format: DATABASES, example: 'circle,domain' },
  server: { format: SERVER, example: 'db.internal' },
  server_port: { format: wholeNumber(1, 65_535), example: '5432' },
  login: { format: NAME('a user of the database'), example: 'backup' },
  passfile: { format: machinePath, example: '/root/.pgpass' },
  service: { format: NAME('a name of a service'), example: 'circleci' },
  servicefile: { format: machinePath, example: '/root/.pg_service.conf' },
  tools: { format: machinePath, example: '/usr/lib/postgresql/9.5/bin' },
  config: { format: machinePath, example: '/root/mongo.yml' },
  folder: { format: machinePath, example: '/data/circle/contexts-vault' },
  instance: {
    format: matching(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/i, {
      what: 'is not the identifier of an instance of RDS',
      use: 'Copy the DB identifier from the RDS console',
    }),
    example: 'circleci-postgres',
  },
} as const satisfies Record<string, Word>;

type WordName = keyof typeof WORDS;
type ValueOf<F> = F extends Format<infer T> ? T : never;
type Read = { [K in WordName]?: ValueOf<(typeof WORDS)[K]['format']> };

const SSH_WORDS = ['host', 'port', 'user', 'key_file', 'host_key'] as const satisfies readonly WordName[];
const CONNECTION = [
  'server',
  'server_port',
  'login',
  'passfile',
  'service',
  'servicefile',
] as const satisfies readonly WordName[];

/** What each kind takes beside its name and kind; the first list is needed. */
const WORDS_OF: Record<DatastoreKind, { needed: readonly WordName[]; more: readonly WordName[] }> = {
  postgres: { needed: [], more: [...SSH_WORDS, 'databases', ...CONNECTION, 'tools'] },
  mongodb: { needed: [], more: [...SSH_WORDS, 'databases', 'config', 'tools'] },
  vault: { needed: ['folder'], more: SSH_WORDS },
  keys: { needed: ['folder'], more: SSH_WORDS },
  rds: { needed: ['instance'], more: [] },
};

/** Words that mean nothing without another one, with it. */
const PARTNERS: readonly [WordName, WordName][] = [
  ['host', 'host_key'],
  ['host_key', 'host'],
  ['port', 'host'],
  ['user', 'host'],
  ['key_file', 'host'],
  ['servicefile', 'service'],
  ['server_port', 'server'],
];

/** What somebody writes for whom it is not plain that no password goes in here. */
const PASSWORD = /^(pass(word|wd|phrase)?|pw|secret|uri|url|token)$/i;

/** A target's datastores, of settings that were checked; undefined where it has none. */
export function datastoresOf(texts: Texts, readFile: ReadFile): Datastores | undefined {
  const written = value(texts, 'DATASTORES');
  if (written === undefined) return undefined;
  const stores = written.map((one) => storeOf(readWords(one), texts, readFile));
  return { stores, timeoutMs: needed(texts, 'DATASTORE_TIMEOUT') };
}

/** Everything that is wrong with a target's datastores, a finding each. `texts`: its own settings over the environment's. */
export function checkDatastores(
  texts: Texts,
  quote: Quote,
  readFile: ReadFile,
  where?: (name: SettingName) => string,
): Finding[] {
  const at = 'DATASTORES';
  const written = value(texts, at);
  const found = (text: string): Finding => ({
    at,
    text,
    ...(where === undefined ? {} : { where: where(at) }),
  });
  if (written === undefined) return [];
  const names = written.map((one) => one.name);
  const unkept =
    texts.RESTIC_REPOSITORY !== undefined || written.every(({ kind }) => kind === 'rds')
      ? []
      : [
          found(
            `set, and RESTIC_REPOSITORY, where restic keeps what is dumped, is not. Set it, for example RESTIC_REPOSITORY=${FILES.RESTIC_REPOSITORY.example}`,
          ),
        ];
  const faults = written.flatMap((one, i) => {
    const of = `datastore ${one.name === undefined ? `no. ${i + 1}` : quote(one.name)}: `;
    const again = one.name !== undefined && names.indexOf(one.name) < i;
    const faults = [
      ...(again ? ['its name is another one’s too. Give each its own, for example pg and mongo.'] : []),
      ...faultsIn(one, quote),
      ...keyFaults(one, texts, readFile),
    ];
    return faults.map((text) => found(of + text));
  });
  return [...unkept, ...faults];
}

/** The files of private keys that it names; their contents are secret. */
export function keyFilesIn(texts: Texts): string[] {
  return (value(texts, 'DATASTORES') ?? []).flatMap(({ key_file: path = '' }) => (path === '' ? [] : [path]));
}

function faultsIn(one: WrittenDatastore, quote: Quote): string[] {
  const kind = readAs(WORDS.kind.format, one.kind ?? '');
  const { needed: needs, more } = kind.ok ? WORDS_OF[kind.value] : { needed: [], more: [] };
  const known: readonly WordName[] = ['name', 'kind', ...needs, ...more];
  const lacking = (['name', 'kind', ...needs] as const).filter((word) => (one[word] ?? '') === '');
  const faults = lacking.map((word) => `no ${word}. Give it one, for example ${example(word)}.`);
  for (const [word, text] of Object.entries(one)) {
    const name = isWord(word) ? word : undefined;
    if (name === undefined) faults.push(unknownWord(word, quote));
    else if (kind.ok && !known.includes(name)) {
      const takes = listInWords(known);
      faults.push(`${name} is nothing for kind ${kind.value}, which takes ${takes}. Remove it.`);
    } else if (text !== '') {
      const reading = readAs<unknown>(WORDS[name].format, text);
      if (!reading.ok)
        faults.push(`${name} ${faultInWords(text, reading.fault, { example: example(name) }, quote)}`);
    }
  }
  for (const [word, partner] of PARTNERS) {
    if (!known.includes(word) || (one[word] ?? '') === '' || (one[partner] ?? '') !== '') continue;
    const why = word === 'host' ? ' (no console of EC2 tells it, and nothing is trusted unseen)' : '';
    faults.push(`${word} is set, and ${partner} is not${why}. Set it, for example ${example(partner)}.`);
  }
  if (one.kind === 'rds' && /--|-$/.test(one.name ?? ''))
    faults.push('name has a hyphen at its end or two side by side, which RDS does not take. Change it.');
  if ((one.service ?? '') !== '' && ((one.server ?? '') !== '' || (one.login ?? '') !== ''))
    faults.push('service is set, and it says server and login already. Keep either service, or these.');
  return faults;
}

function unknownWord(word: string, quote: Quote): string {
  if (PASSWORD.test(word))
    return `${word} is not read: passwords stay in files on that host. Use ${example('passfile')} (passfile, mode 0600), or config for MongoDB.`;
  const near = nearWord(word, Object.keys(WORDS), 'sure');
  return `${quote(word)} is not known here.${near === undefined ? '' : ` Did you mean ${near}?`}`;
}

function example(word: WordName): string {
  return `${word}: ${WORDS[word].example}`;
}

function isWord(word: string): word is WordName {
  return Object.hasOwn(WORDS, word);
}

/** A host of its own is logged in to with its own key, else with the one for the Services machine. */
function keyFaults(one: WrittenDatastore, texts: Texts, readFile: ReadFile): string[] {
  if (one.kind === 'rds') return [];
  const own = one.key_file ?? '';
  if (own === '')
    return texts.SSH_PRIVATE_KEY_FILE === undefined
      ? [
          `it is reached over SSH, and there is no key for that. Set SSH_PRIVATE_KEY_FILE, for example ${SSH.SSH_PRIVATE_KEY_FILE.example}, or a host with a ${example('key_file')}.`,
        ]
      : [];
  const file = readFile(own);
  const key = file.ok ? readPrivateKey(file.text) : undefined;
  if (key?.ok) return [];
  return [`its key_file ${file.ok ? (key?.why ?? '') : unreadableInWords(file.code)}.`];
}

function readWords(one: WrittenDatastore): Read {
  const read: Record<string, unknown> = {};
  for (const [word, text] of Object.entries(one)) {
    const reading = isWord(word) && text !== '' ? readAs<unknown>(WORDS[word].format, text) : undefined;
    if (reading?.ok) read[word] = reading.value;
  }
  return read as Read;
}

function storeOf(read: Read, texts: Texts, readFile: ReadFile): Datastore {
  const name = had(read, 'name');
  const kind = had(read, 'kind');
  if (kind === 'rds') return { name, kind, instance: had(read, 'instance') };
  const on = { name, ...given('at', addressOf(read, texts, readFile)) };
  if (kind === 'vault' || kind === 'keys') return { ...on, kind, folder: had(read, 'folder') };
  const databases = read.databases ?? CIRCLECI_DATABASES[kind];
  const common = { ...on, databases, ...given('tools', read.tools) };
  return kind === 'mongodb'
    ? { ...common, kind, ...given('config', read.config) }
    : { ...common, kind, connection: connectionOf(read) };
}

function connectionOf(read: Read): PostgresConnection {
  return {
    ...given('server', read.server),
    ...given('serverPort', read.server_port),
    ...given('login', read.login),
    ...given('passfile', read.passfile),
    ...given('service', read.service),
    ...given('servicefile', read.servicefile),
  };
}

function addressOf(read: Read, texts: Texts, readFile: ReadFile): SshAddress | undefined {
  const { host, port = 22, host_key: keys = [] } = read;
  if (host === undefined) return undefined;
  const file = readFile(read.key_file ?? needed(texts, 'SSH_PRIVATE_KEY_FILE'));
  const key = file.ok ? readPrivateKey(file.text) : undefined;
  if (!key?.ok) throw new Error('key_file was not checked before it was used');
  const user = read.user ?? needed(texts, 'SSH_USER');
  return { host, port, user, privateKey: key.key, hostKeys: keys.map(fingerprintOf) };
}

function had<K extends WordName>(read: Read, word: K): NonNullable<Read[K]> {
  const found = read[word];
  if (found === undefined || found === null)
    throw new Error(`${word} of a datastore was not checked before it was used`);
  return found;
}
