import { inFolder, partsOf, serverVersionCommand } from '../../core/datastores/dumps.ts';
import { dumpTrouble } from '../../core/datastores/trouble.ts';
import {
  newerClientInWords,
  olderClient,
  readClientVersion,
  readServerVersion,
} from '../../core/datastores/versions.ts';
import type { FolderStore, HostedStore, PostgresStore } from '../../core/model/datastore.ts';
import type { Jobs } from '../../core/ports/jobs.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { cut, oneLine } from '../../core/text/text.ts';

const ANSWER_MS = 60_000;
const NOT_FOUND = new Set([126, 127]);

/** Its own name, whatever links lead to it, and whether anything is in it. */
const FOLDER = `cd -- "$1" 2> /dev/null || { echo missing; exit 0; }; if [ -n "$(ls -A .)" ]; then echo full; else echo empty; fi; pwd -P`;

/** What is found on a host before anything is dumped there. */
export interface Looked {
  warnings: string[];
  /** Of a store of files: the folder that its name leads to. */
  folder?: string;
}

/** Sees that what a datastore needs is there. Rejects with `dump-…` and `folder-…`, and what `Jobs` rejects with. */
export async function lookAt(jobs: Jobs, store: HostedStore): Promise<Looked> {
  switch (store.kind) {
    case 'postgres':
      return { warnings: await compareVersions(jobs, store) };
    case 'mongodb':
      await versionOf(jobs, store, 'mongodump');
      return { warnings: [] };
    default:
      return lookAtFolder(jobs, store);
  }
}

async function versionOf(
  jobs: Jobs,
  store: Extract<HostedStore, { tools?: string }>,
  program: string,
): Promise<string> {
  const { code, stdout } = await jobs.run({
    during: `looking for ${program}`,
    command: [inFolder(store.tools, program), '--version'],
    limitMs: ANSWER_MS,
  });
  if (code === undefined || NOT_FOUND.has(code))
    throw new ProblemError({ code: 'dump-tools-missing', store: store.name, program });
  return stdout;
}

/** The client's own word and the server's. */
async function compareVersions(jobs: Jobs, store: PostgresStore): Promise<string[]> {
  const client = readClientVersion(await versionOf(jobs, store, 'pg_dump'));
  const command = serverVersionCommand(store);
  const answer = await jobs.run({ during: 'asking PostgreSQL for its version', command, limitMs: ANSWER_MS });
  if (answer.code !== undefined && NOT_FOUND.has(answer.code))
    throw new ProblemError({ code: 'dump-tools-missing', store: store.name, program: 'psql' });
  const server = readServerVersion(answer.stdout);
  if (client === undefined || server === undefined) {
    const known = dumpTrouble([answer.stderr]);
    throw new ProblemError({
      code: 'dump-server-silent',
      store: store.name,
      why: known?.why ?? 'its answer is none that the bot knows',
      ...(known === undefined ? {} : { next: known.next }),
      command: cut(command.slice(1).map(quoted).join(' '), 400),
    });
  }
  const older = olderClient(store, client, server);
  if (older !== undefined) throw new ProblemError(older);
  const newer = newerClientInWords(store, client, server);
  return newer === undefined ? [] : [newer];
}

/** For people who type it; what has no blanks stands as it is. */
function quoted(word: string): string {
  return /^[\w./:=-]+$/.test(word) ? word : `“${oneLine(word)}”`;
}

async function lookAtFolder(jobs: Jobs, { name, folder }: FolderStore): Promise<Looked> {
  const { stdout } = await jobs.run({
    during: 'looking at a folder',
    command: ['sh', '-c', FOLDER, 'sh', folder],
    limitMs: ANSWER_MS,
  });
  const [state = '', resolved = ''] = stdout.split('\n');
  if (state === 'full' && resolved.startsWith('/')) {
    const moved =
      resolved === folder
        ? []
        : [`The folder ${folder} of ${name} is a link to ${resolved}, which is backed up.`];
    return { warnings: moved, folder: resolved };
  }
  throw new ProblemError({ code: 'store-folder-empty', store: name, folder, isMissing: state === 'missing' });
}

/** The parts of a store as a look has found it. */
export function partsToMake(store: HostedStore, { folder }: Looked) {
  return partsOf(folder === undefined || !('folder' in store) ? store : { ...store, folder });
}
