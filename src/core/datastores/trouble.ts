/** Why a dump did not come about: a clause without a stop, and what to do. */
export interface DumpTrouble {
  why: string;
  next: string;
}

const FILE =
  'see that the file that passfile: (or servicefile:, config:) names is right, and its mode is 0600';

/** By words of PostgreSQL's and MongoDB's programs, which have no codes: none of them is quoted, for they name what is secret. */
const KNOWN: readonly [RegExp, DumpTrouble][] = [
  [
    /no password supplied|fe_sendauth/,
    { why: 'it wants a password, and no file on the host gives one', next: FILE },
  ],
  [
    /password authentication failed|Authentication failed|auth error/i,
    { why: 'it did not take the password', next: FILE },
  ],
  [
    /no pg_hba\.conf entry/,
    { why: 'its pg_hba.conf does not let the host or the user in', next: 'add an entry there and reload it' },
  ],
  [
    /definition of service "[^"]{0,100}" not found/,
    { why: 'the service is in no file of services', next: FILE },
  ],
  [
    /database "[^"]{0,100}" does not exist/,
    { why: 'the server has no database of this name', next: 'set databases: to those that it has' },
  ],
  [
    /permission denied|must be superuser|not authorized/i,
    {
      why: 'its user may not read all of it',
      next: 'give it the right to read (pg_dumpall needs a superuser)',
    },
  ],
  [
    /server version mismatch/,
    {
      why: 'the client is older than the server',
      next: 'set tools: to the folder of the server’s own programs',
    },
  ],
  [
    /lock timeout|could not obtain lock/i,
    { why: 'somebody held a lock on a table for a minute', next: 'find out who, or choose a quieter hour' },
  ],
  [
    /could not translate host name|Name or service not known|no such host/i,
    {
      why: 'its host’s name is not known there',
      next: 'set server: to a name or address that the host knows',
    },
  ],
  [
    /Connection refused|No such file or directory|connection timed out|timeout expired|server selection error|No route to host|could not connect/i,
    {
      why: 'the server does not answer',
      next: 'see that it runs, and that server: and server_port: are right',
    },
  ],
  [/No space left/i, { why: 'a disk there is full', next: 'make room on it' }],
  [
    /server closed the connection|terminating connection|broken pipe|socket was unexpectedly closed/i,
    { why: 'the server broke the connection off in the middle', next: 'see the server’s log' },
  ],
  [
    /executable file not found|command not found|not found$/i,
    { why: 'the program is not there', next: 'install it on the host, or set tools: to its folder' },
  ],
];

/** Why a dump failed, of what its programs printed; undefined for what is not known here. */
export function dumpTrouble(said: readonly string[]): DumpTrouble | undefined {
  const text = said.join('\n').slice(0, 20_000);
  return KNOWN.find(([pattern]) => pattern.test(text))?.[1];
}
