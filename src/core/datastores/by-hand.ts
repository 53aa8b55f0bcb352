import { type Datastore, type PostgresStore, storeInWords } from '../model/datastore.ts';
import { quoteForShell } from '../text/shell.ts';
import { datastoreHost, type Part, partsOf, postgres } from './dumps.ts';
import { rdsSnapshotName } from './rds-names.ts';
import { hostInWords, inOrder } from './restore-order.ts';
import { mongoRestore, pgRestore } from './restoring.ts';

/** A step for people, with the commands that do it: what the bot does itself, and no secret in it. */
export interface HandStep {
  what: string;
  commands: string[];
}

/** How the datastores of a backup are restored by hand, in the order in which the bot does it. */
export function datastoresByHand(
  stores: readonly Datastore[],
  of: { target: string; backupId: string; repository?: string | undefined },
): HandStep[] {
  return inOrder(stores).map((store): HandStep => {
    if (store.kind === 'rds') {
      const name = rdsSnapshotName(of.backupId, store);
      return {
        what: `${storeInWords(store)}: a snapshot of RDS becomes a new instance, to which CircleCI’s settings have to point then`,
        commands: [
          `aws rds restore-db-instance-from-db-snapshot --db-snapshot-identifier ${name} --db-instance-identifier ${store.instance}-restored`,
        ],
      };
    }
    const parts = partsOf(store);
    const first = parts.filter(({ form }) => form === 'globals');
    const others = parts.filter(({ form }) => form !== 'globals');
    const isFolder = store.kind === 'keys' || store.kind === 'vault';
    return {
      what:
        `${storeInWords(store)}, on ${hostInWords(store) ?? 'the Services machine'}: ` +
        (isFolder
          ? 'into an empty folder, with CircleCI stopped'
          : 'into empty databases, with CircleCI stopped'),
      commands: [...first, ...others].flatMap((part) => commandsFor(store, part, of)),
    };
  });
}

type Hosted = Exclude<Datastore, { kind: 'rds' }>;

function commandsFor(
  store: Hosted,
  part: Part,
  { target, backupId, repository }: { target: string; backupId: string; repository?: string | undefined },
): string[] {
  const restic = (verb: string) =>
    words([
      'restic',
      '-r',
      repository ?? 'REPOSITORY',
      verb,
      '--host',
      datastoreHost(target, store),
      '--tag',
      `run=${backupId}`,
    ]);
  if (part.form === 'folder') return [`sudo ${restic('restore')} --target / latest`];
  const print = `${restic('dump')} --path ${word(`/${part.file}`)} latest ${word(`/${part.file}`)}`;
  if (store.kind === 'postgres') {
    const psql = words(postgres(store, 'psql', ['-d', 'postgres']));
    if (part.form === 'globals')
      // Roles that are there would get the passwords of the backup, whoever types this among them.
      return [`${print} | grep -v -E '^(CREATE|ALTER) ROLE (${rolesOf(store).join('|')})[; ]' | ${psql}`];
    const { database = '' } = part;
    return [
      `${print} | pg_restore -f - -C -n none | grep -E '^(CREATE|ALTER) DATABASE ' | ${psql} -v ON_ERROR_STOP=1`,
      `${print} | ${words(pgRestore(store, database))}`,
    ];
  }
  return store.kind === 'mongodb' ? [`${print} | ${words(mongoRestore(store, part.database ?? ''))}`] : [];
}

function rolesOf({ connection: { login } }: PostgresStore): string[] {
  return [...new Set(['postgres', ...(login === undefined ? [] : [login])])];
}

function words(command: readonly string[]): string {
  return command.map(word).join(' ');
}

/** Somebody copies it into a shell: what is no plain word is quoted. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : quoteForShell(text);
}
