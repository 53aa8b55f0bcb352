import { missingTables, readSeen, sawDatabase } from '../../../src/core/datastores/reading.ts';
import { dumpTrouble } from '../../../src/core/datastores/trouble.ts';

/** As the programs print them (PostgreSQL 15, MongoDB's tools 100.9). */
test.each([
  [
    'subprocess pg_dump: pg_dump: error: connection to server on socket "/x/.s.PGSQL.5432" failed: fe_sendauth: no password supplied',
    'it wants a password, and no file on the host gives one',
  ],
  ['FATAL:  password authentication failed for user "x"', 'it did not take the password'],
  [
    'FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "x"',
    'its pg_hba.conf does not let the host or the user in',
  ],
  ['FATAL:  database "nope" does not exist', 'the server has no database of this name'],
  ['pg_dump: error: query failed: ERROR:  permission denied for table t', 'its user may not read all of it'],
  ['pg_dump: error: aborting because of server version mismatch', 'the client is older than the server'],
  ['ERROR:  canceling statement due to lock timeout', 'somebody held a lock on a table for a minute'],
  [
    'could not translate host name "db" to address: Name or service not known',
    'its host’s name is not known there',
  ],
  ['connection to server at "127.0.0.1", port 1 failed: Connection refused', 'the server does not answer'],
  [
    "Failed: can't create session: could not connect to server: server selection error",
    'the server does not answer',
  ],
  ['server closed the connection unexpectedly', 'the server broke the connection off in the middle'],
  ['Fatal: exec: "pg_dump": executable file not found in $PATH', 'the program is not there'],
  ['psql: error: definition of service "none" not found', 'the service is in no file of services'],
])('%s', (said, why) => {
  expect(dumpTrouble(['something else', said])?.why).toBe(why);
});

test('what is not known is not guessed, and nothing of it is quoted', () => {
  expect(dumpTrouble(['pg_dump: error: PASSWORD hunter22'])).toBe(undefined);
  expect(dumpTrouble([])).toBe(undefined);
});

describe('a dump that was read again', () => {
  test('counts where it came to its end', () => {
    const lines = ['circleci-backup:whole', 'circleci-backup:table build_jobs'];
    expect(readSeen(lines)).toEqual({ ok: true, tables: ['build_jobs'] });
    expect(missingTables({ database: 'circle' }, ['build_jobs'])).toEqual(['circle_migrations']);
    expect(missingTables({ database: 'domain' }, [])).toEqual([]);
  });

  test.each([
    ['nothing was said', [], /does not come to its end/],
    [
      'restic did not print all of it',
      ['circleci-backup:unread', 'circleci-backup:whole'],
      /could not be read/,
    ],
  ])('does not where %s', (_what, lines, why) => {
    expect(readSeen(lines)).toEqual({ ok: false, why: expect.stringMatching(why) });
  });
});

test('mongodump says what it found', () => {
  expect(
    sawDatabase('circle_ghe', ['2026-11-23T03:14:00 writing circle_ghe.builds to archive on stdout']),
  ).toBe(true);
  expect(sawDatabase('circle_ghe', ['done dumping circle_ghe.builds (3 documents)'])).toBe(true);
  expect(sawDatabase('circle_ghe', ['done dumping other_circle_ghex.builds'])).toBe(false);
  expect(sawDatabase('circle_ghe', [])).toBe(false);
});
