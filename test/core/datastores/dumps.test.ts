import { datastoreHost, partsOf, serverVersionCommand } from '../../../src/core/datastores/dumps.ts';
import type { MongoStore, PostgresStore } from '../../../src/core/model/datastore.ts';

const PG: PostgresStore = {
  name: 'pg',
  kind: 'postgres',
  databases: ['circle', 'domain'],
  connection: { server: 'db.internal', serverPort: 5433, login: 'backup', passfile: '/root/.pgpass' },
  tools: '/usr/lib/postgresql/9.5/bin/',
};
const MONGO: MongoStore = {
  name: 'mongo',
  kind: 'mongodb',
  databases: ['circle_ghe'],
  config: '/root/mongo.yml',
};
const ENV = [
  'env',
  'PGHOST=db.internal',
  'PGPORT=5433',
  'PGUSER=backup',
  'PGPASSFILE=/root/.pgpass',
  'PGCONNECT_TIMEOUT=20',
];
const TOOLS = '/usr/lib/postgresql/9.5/bin';

describe('the parts of a datastore', () => {
  test('of PostgreSQL are its databases and the globals, dumped without a password of anybody’s asking', () => {
    expect(partsOf(PG)).toEqual([
      {
        form: 'custom',
        file: 'pg.circle.dump',
        what: 'database circle',
        database: 'circle',
        command: [...ENV, `${TOOLS}/pg_dump`, '-w', '-Fc', '-Z0', '--lock-wait-timeout=60s', '-d', 'circle'],
      },
      expect.objectContaining({ file: 'pg.domain.dump', database: 'domain' }),
      {
        form: 'globals',
        file: 'pg.globals.sql',
        what: 'the globals (roles and their passwords’ hashes)',
        command: [...ENV, `${TOOLS}/pg_dumpall`, '-w', '--globals-only'],
      },
    ]);
  });

  test('of MongoDB are its databases', () => {
    expect(partsOf(MONGO)).toEqual([
      {
        form: 'archive',
        file: 'mongo.circle_ghe.archive',
        what: 'database circle_ghe',
        database: 'circle_ghe',
        command: ['mongodump', '--config=/root/mongo.yml', '--db=circle_ghe', '--archive'],
      },
    ]);
  });

  test('of a folder is that folder', () => {
    expect(partsOf({ name: 'keys', kind: 'keys', folder: '/data/keys' })).toEqual([
      { form: 'folder', what: 'the folder /data/keys', folder: '/data/keys' },
    ]);
  });
});

test('a service stands for a server and a login', () => {
  const store: PostgresStore = {
    name: 'pg',
    kind: 'postgres',
    databases: ['circle'],
    connection: { service: 'circleci', servicefile: '/root/pg.conf' },
  };
  expect(serverVersionCommand(store)).toEqual([
    'env',
    'PGSERVICE=circleci',
    'PGSERVICEFILE=/root/pg.conf',
    'PGCONNECT_TIMEOUT=20',
    ...['psql', '-w', '-X', '-A', '-t', '-q', '-d', 'circle', '-c', 'SHOW server_version_num'],
  ]);
});

test('restic tells the dumps of one store from those of another, and from the files', () => {
  expect(datastoreHost('prod', PG)).toBe('prod.pg');
});
