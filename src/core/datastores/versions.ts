import type { PostgresStore } from '../model/datastore.ts';
import type { Problem } from '../problems/problem.ts';

/** A version of PostgreSQL as people name its releases: 15, and before the tenth 9.5. */
export interface PostgresVersion {
  /** 15, or 905 for 9.5: greater is newer. */
  order: number;
  name: string;
}

/** Of `pg_dump --version`: `pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`; undefined for anything else. */
export function readClientVersion(printed: string): PostgresVersion | undefined {
  const [, major, minor] = /\(PostgreSQL\) (\d{1,3})(?:\.(\d{1,3}))?/.exec(printed) ?? [];
  return major === undefined ? undefined : release(Number(major), Number(minor ?? 0));
}

/** Of `SHOW server_version_num`: `150018` is 15.18, `90523` is 9.5.23. */
export function readServerVersion(printed: string): PostgresVersion | undefined {
  const [, digits] = /^\s*(\d{5,6})\s*$/.exec(printed) ?? [];
  if (digits === undefined) return undefined;
  const number = Number(digits);
  return release(Math.floor(number / 10_000), Math.floor(number / 100) % 100);
}

/** Before the tenth the second number is a release of its own. */
function release(major: number, minor: number): PostgresVersion {
  return major >= 10
    ? { order: major * 100, name: String(major) }
    : { order: major * 100 + minor, name: `${major}.${minor}` };
}

/** An older client's dump lacks what it does not know, or does not come about at all. */
export function olderClient(
  { name: store }: Pick<PostgresStore, 'name'>,
  client: PostgresVersion,
  server: PostgresVersion,
): Problem | undefined {
  if (client.order >= server.order) return undefined;
  return { code: 'dump-client-older', store, client: client.name, server: server.name };
}

/** A newer one's may not go back into the server it came from. */
export function newerClientInWords(
  { name }: Pick<PostgresStore, 'name'>,
  client: PostgresVersion,
  server: PostgresVersion,
): string | undefined {
  if (client.order <= server.order) return undefined;
  return (
    `The dumps of ${name} are made by pg_dump ${client.name}, and the server is ${server.name}: an older server may not take them back. ` +
    `Set tools: to the folder of the server’s own programs, for example /usr/lib/postgresql/${server.name}/bin.`
  );
}
