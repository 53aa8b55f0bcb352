/**
 * How far the connection to a server is trusted: `require` encrypts and asks for no proof of who answers, `verify-full`
 * checks the certificate and its name.
 */
export type Tls = 'disable' | 'require' | 'verify-full';

export interface PostgresAddress {
  /** A name, an address, or the folder of a Unix socket, which begins with a slash. */
  host: string;
  port: number;
  database: string;
  user: string;
  password?: string;
  tls: Tls;
  /** The store's own; the engine has another beside it. */
  schema: string;
}

/** Where the bot keeps its own data. */
export type Database =
  /** As it was written: relative to the working folder, or absolute. */
  { kind: 'sqlite'; folder: string } | { kind: 'postgres'; address: PostgresAddress };

/** The server as it may be shown: without user and password. */
export function serverName({ host, port, database }: PostgresAddress): string {
  return `the database “${database}” at ${host.startsWith('/') ? host : `${host}:${port}`}`;
}

/** The engine's schema. */
export function engineSchema({ schema }: Pick<PostgresAddress, 'schema'>): string {
  return `${schema}_engine`;
}
