import { quoteForShell } from '../text/shell.ts';
import { type Dump, inFolder } from './dumps.ts';

/** What CircleCI's own export looks for in its database (facts: circleci-services-machine.md). */
const TABLES = ['circle_migrations', 'build_jobs'] as const;
const DATABASE_WITH_TABLES = 'circle';

/** What the scripts say of a dump; nothing that is in it is ever printed. */
const WHOLE = 'circleci-backup:whole';
const UNREAD = 'circleci-backup:unread';
const TABLE = 'circleci-backup:table';

/** What prints a dump: where that does not come to its end, nothing that follows may call it whole. */
export function printing(print: readonly string[]): string {
  return `{ ${inShell(print)} || echo ${UNREAD} >&2; }`;
}

/** A command as a text of the shell. */
export function inShell(command: readonly string[]): string {
  return command.map(quoteForShell).join(' ');
}

/** Last of what pg_dumpall prints. */
export const GLOBALS_END = '-- PostgreSQL database cluster dump complete';

/** `processing data for table "public.build_jobs"`; older versions have other words for it. */
const tableLine = (table: string) =>
  `-e 's/.*ing data for table "\\(public"\\{0,1\\}\\."\\{0,1\\}\\)\\{0,1\\}${table}"$/${TABLE} ${table}/p'`;

/** What goes over all that comes in, and says what it saw. */
function seeing(form: Dump['form'], tools: string | undefined): string {
  switch (form) {
    case 'custom':
      // A list alone ends well on half a dump; this goes over all of the data, and names each table on its way.
      return (
        `{ ${inShell([inFolder(tools, 'pg_restore'), '-v', '-f', '/dev/null'])} 2>&1 && echo ${WHOLE}; } | ` +
        `sed -n ${TABLES.map(tableLine).join(' ')} -e '/^${WHOLE}$/p'`
      );
    case 'globals':
      return `sed -n 's/^${GLOBALS_END}$/${WHOLE}/p'`;
    case 'archive':
      // Each part of an archive ends with this mark. MongoDB's tools cannot read one to its end without a server.
      return `tail -c 4 | od -A n -t x1 | sed -n 's/^ *ff ff ff ff *$/${WHOLE}/p'`;
  }
}

/** Reads a dump again to its end. `print`: the command that prints it from the repository. */
export function readingCommand(
  form: Dump['form'],
  tools: string | undefined,
  print: readonly string[],
): string[] {
  return ['sh', '-c', `${printing(print)} | ${seeing(form, tools)}`];
}

/** What was seen of a dump that was read to its end, or why it does not count, as a sentence's end. */
export type Seen = { ok: true; tables: string[] } | { ok: false; why: string };

/** `lines`: what the script printed, of either stream. */
export function readSeen(lines: readonly string[]): Seen {
  if (lines.includes(UNREAD)) return { ok: false, why: 'could not be read from the repository again' };
  if (!lines.includes(WHOLE))
    return { ok: false, why: 'does not come to its end when it is read again: it is cut off or damaged' };
  return { ok: true, tables: TABLES.filter((table) => lines.includes(`${TABLE} ${table}`)) };
}

/** The tables of CircleCI's that must be in a database's dump and were not seen in it. */
export function missingTables({ database }: Pick<Dump, 'database'>, seen: readonly string[]): string[] {
  return database === DATABASE_WITH_TABLES ? TABLES.filter((table) => !seen.includes(table)) : [];
}

/** Whether mongodump, in what restic passes on of its words, found anything in the database. */
export function sawDatabase(database: string, lines: readonly string[]): boolean {
  return lines.some(
    (line) => line.includes(`writing ${database}.`) || line.includes(`done dumping ${database}.`),
  );
}
