import type { DatastoreProblem } from '../../../src/core/problems/datastores.ts';

const MISSING = { what: 'database circle of pg (PostgreSQL)', why: 'The server does not answer.' };

/** What can go wrong with external datastores, in a person's words. */
export const DATASTORE_SENTENCES: {
  [C in DatastoreProblem['code']]: [
    what: string,
    problem: Extract<DatastoreProblem, { code: C }>,
    reason: string,
    next: string,
  ][];
} = {
  'datastores-missing': [
    [
      'one',
      { code: 'datastores-missing', missing: [MISSING], count: 1, of: 9, next: 'Start the server' },
      '1 of 9 parts of the external datastores is not in this backup. Database circle of pg (PostgreSQL): The server does not answer.',
      'Start the server, then type the command again.',
    ],
    [
      'many',
      {
        code: 'datastores-missing',
        missing: ['a', 'b', 'c', 'd', 'e', 'f'].map((what) => ({ what: `database ${what}`, why: 'No.' })),
        count: 6,
        of: 6,
      },
      '6 of 6 parts of the external datastores are not in this backup. Database a: No. Database b: No. Database c: No. Database d: No. And database e and database f.',
      'Look at each on its host, then type the command again.',
    ],
  ],
  'dump-client-older': [
    [
      'a name',
      { code: 'dump-client-older', store: 'pg', client: '9.5', server: '12' },
      'The pg_dump for pg is of version 9.5, older than its server (12): its dumps would lack what it does not know. Nothing was dumped.',
      'Install the client of PostgreSQL 12 on the host, and set tools: to its folder, for example /usr/lib/postgresql/12/bin.',
    ],
  ],
  'dump-tools-missing': [
    [
      'pg_dump',
      { code: 'dump-tools-missing', store: 'pg', program: 'pg_dump' },
      'The host of pg has no pg_dump.',
      'Install it there, or set tools: to the folder in which pg_dump lies.',
    ],
  ],
  'dump-server-silent': [
    [
      'a login that is refused',
      {
        code: 'dump-server-silent',
        store: 'pg',
        why: 'it did not take the password',
        command: 'psql -w -d circle',
      },
      'The server of pg did not tell its version: it did not take the password.',
      'Type this on its host to see why: sudo psql -w -d circle',
    ],
    [
      'with what helps',
      {
        code: 'dump-server-silent',
        store: 'pg',
        why: 'the server does not answer',
        next: 'see that it runs',
        command: 'psql -w -d circle',
      },
      'The server of pg did not tell its version: the server does not answer.',
      'See that it runs. To see it on its host: sudo psql -w -d circle',
    ],
  ],
  'dump-no-time': [
    [
      'a database',
      { code: 'dump-no-time' },
      'No time was left for it (DATASTORE_TIMEOUT): what came before took all of that.',
      'Find out what is slow there, or set DATASTORE_TIMEOUT to more, then type the command again.',
    ],
  ],
  'store-folder-empty': [
    [
      'empty',
      { code: 'store-folder-empty', store: 'vault', folder: '/data/circle/contexts-vault', isMissing: false },
      'The folder /data/circle/contexts-vault of vault is empty on its host, so that nothing was backed up of it.',
      'See whether a disk or share is not mounted there, and set folder: to where the files are.',
    ],
    [
      'missing',
      { code: 'store-folder-empty', store: 'vault', folder: '/data/circle/contexts-vault', isMissing: true },
      'The folder /data/circle/contexts-vault of vault is not there on its host, so that nothing was backed up of it.',
      'See whether a disk or share is not mounted there, and set folder: to where the files are.',
    ],
  ],
  'datastore-in-use': [
    [
      'with tables and connections',
      {
        code: 'datastore-in-use',
        store: 'pg',
        database: 'circle',
        connections: 3,
        tables: 41,
        aside: 'sudo psql -c “ALTER DATABASE …”',
      },
      'The database circle of pg is in use: it has 41 tables and 3 connections. The bot restores into an empty database alone, and nothing was changed.',
      'Stop CircleCI. Put the database aside on its host, if it is to be replaced: sudo psql -c “ALTER DATABASE …”. Then try again.',
    ],
  ],
  'store-folder-full': [
    [
      'a folder',
      {
        code: 'store-folder-full',
        store: 'keys',
        folder: '/data/circle/circleci-encryption-keys',
        aside: 'sudo mv A B',
      },
      'The folder /data/circle/circleci-encryption-keys of keys has something in it. The bot restores into an empty place alone, and nothing was changed.',
      'Stop CircleCI. Put the folder aside on its host: sudo mv A B. Then try again.',
    ],
  ],
  'datastore-part-gone': [
    [
      'a dump',
      { code: 'datastore-part-gone', what: 'database circle of pg', snapshotId: '0123456789abcdef' },
      'The snapshot 01234567 of database circle of pg is not in the repository any more.',
      'See whether somebody has removed it (“restic snapshots”), or choose another backup.',
    ],
  ],
  'datastore-not-restored': [
    [
      'a dump',
      {
        code: 'datastore-not-restored',
        what: 'database circle of pg',
        why: 'the server broke the connection off in the middle',
        next: 'See the server’s log',
      },
      'Database circle of pg was not restored: the server broke the connection off in the middle. What was begun of it was undone.',
      'See the server’s log, then try again.',
    ],
  ],
  'rds-refused': [
    [
      'no such instance',
      {
        code: 'rds-refused',
        action: 'CreateDBSnapshot',
        awsCode: 'DBInstanceNotFoundFault',
        awsMessage: 'DBInstance circleci not found.',
      },
      'RDS refused CreateDBSnapshot: DBInstanceNotFoundFault, “DBInstance circleci not found.”',
      'See in the RDS console whether the instance is there and available, then type the command again.',
    ],
  ],
  'rds-unavailable': [
    [
      'for minutes',
      { code: 'rds-unavailable', action: 'DescribeDBSnapshots', awsCode: 'HTTP 502', sinceMs: 300_000 },
      'RDS has not answered DescribeDBSnapshots for 5 min (HTTP 502).',
      'See the AWS Health Dashboard, then type the command again.',
    ],
  ],
  'rds-snapshot-taken': [
    [
      'a name',
      { code: 'rds-snapshot-taken', identifier: 'circleci-backup-bk-1-managed' },
      'A snapshot circleci-backup-bk-1-managed exists in RDS, and it is not this run’s.',
      'I left it alone. Type the command again: the next run has another name.',
    ],
  ],
  'rds-snapshot-failed': [
    [
      'a name',
      { code: 'rds-snapshot-failed', identifier: 'circleci-backup-bk-1-managed', status: 'failed' },
      'RDS ended the snapshot circleci-backup-bk-1-managed as failed.',
      'Look at the events of the instance in the RDS console, then type the command again.',
    ],
  ],
  'rds-snapshot-late': [
    [
      'a name',
      {
        code: 'rds-snapshot-late',
        identifier: 'circleci-backup-bk-1-managed',
        status: 'creating',
        afterMs: 14_400_000,
      },
      'RDS has not finished the snapshot circleci-backup-bk-1-managed within 4 h: it is creating.',
      'Look at it in the RDS console; DATASTORE_TIMEOUT gives it more time. Then type the command again.',
    ],
  ],
};
