import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresAddress } from '../../../src/core/model/database.ts';
import { explain, ProblemError } from '../../../src/core/problems/problem.ts';
import {
  openPostgresReader,
  openPostgresStore,
  pendingOnPostgres,
} from '../../../src/store/postgres/database.ts';
import { eventually } from '../../faults/eventually.ts';
import { type PostgresServer, startPostgres } from './server.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
  await server.sql("create role weak login password 'weak-password'");
});
afterAll(() => server.close());

const redact = (text: string) => text;
const open = (changes: Partial<PostgresAddress> = {}) =>
  openPostgresStore({ address: { ...server.address(), ...changes }, redact });

/** What a person reads where it cannot be opened. */
async function refusal(changes: Partial<PostgresAddress> = {}): Promise<string> {
  const error: unknown = await open(changes).then(
    (store) => store.close(),
    (error: unknown) => error,
  );
  if (!(error instanceof ProblemError)) throw error ?? new Error('it was opened');
  const { reason, next } = explain(error.problem);
  return `${reason} ${next}`.replaceAll(String(server.port), 'PORT').replace('EAI_AGAIN', 'ENOTFOUND');
}

const GOES_ON = ' A bot that runs then goes on by itself. Backups in EC2 are not affected.';
const AT = '“postgres” at 127.0.0.1:PORT';

describe('a database that cannot be used says why, and how it could', () => {
  it.each<[string, Partial<PostgresAddress>, string]>([
    [
      'a wrong password, which is not repeated',
      { password: 'not-the-password' },
      `the database ${AT} refuses the password of the user “owner”. Set the right one in DATABASE_URL.${GOES_ON}`,
    ],
    [
      'no password',
      { user: 'weak' },
      `the database ${AT} refuses the password of the user “weak”. Set the right one in DATABASE_URL.${GOES_ON}`,
    ],
    [
      'no such database',
      { database: 'nothing' },
      `the database “nothing” at 127.0.0.1:PORT does not exist. Make it: create database "nothing".${GOES_ON}`,
    ],
    [
      'a user who may make no schema',
      { user: 'weak', password: 'weak-password' },
      `the database ${AT} denies the user “weak” a right that the bot needs. Its owner types: grant create on database ` +
        `"postgres" to "weak". The bot makes two schemas there.${GOES_ON}`,
    ],
    [
      'nobody there',
      { port: 1 },
      `nothing listens for the database “postgres” at 127.0.0.1:1 (ECONNREFUSED). Start it, or correct DATABASE_URL.${GOES_ON}`,
    ],
    [
      'a name that leads nowhere',
      { host: 'db.invalid' },
      `the name db.invalid leads nowhere (ENOTFOUND). Correct it in DATABASE_URL.${GOES_ON}`,
    ],
    [
      'a server without TLS where that is demanded',
      { tls: 'verify-full' },
      `the connection to the database ${AT} was lost, or not made. See whether it runs, and whether it speaks TLS where ` +
        `DATABASE_URL demands it (sslmode).${GOES_ON}`,
    ],
  ])('%s', async (_what, changes, said) => {
    expect(await refusal(changes)).toBe(`The bot’s own database cannot be used: ${said}`);
  });

  it('one that keeps texts otherwise', async () => {
    await server.sql("create database latin encoding 'LATIN1' locale 'C' template template0");
    expect(await refusal({ database: 'latin' })).toContain(
      'the database “latin” at 127.0.0.1:PORT keeps texts as LATIN1. Use a database with the encoding UTF8.',
    );
  });

  it('one that is read-only, from the start or later', async () => {
    const address = server.address();
    const store = await openPostgresStore({ address, redact });
    await server.sql('create database frozen');
    await server.sql('alter database frozen set default_transaction_read_only = on');
    expect(await refusal({ database: 'frozen' })).toContain(
      'is read-only (default_transaction_read_only). Name the primary server in DATABASE_URL, or let the bot’s user write.',
    );
    await server.sql('alter system set default_transaction_read_only = on');
    await server.sql('select pg_reload_conf()');
    await eventually('it is read-only', async () => {
      const [row] = await server.sql('show default_transaction_read_only');
      return row?.default_transaction_read_only === 'on';
    });
    try {
      await expect(store.checkWritable()).rejects.toMatchObject({
        problem: { reason: expect.stringContaining('is read-only') },
      });
    } finally {
      await server.stop('fast');
      rmSync(join(server.folder, 'data/postgresql.auto.conf'), { force: true });
      await server.start();
    }
    await store.checkWritable();
    await store.close();
  });

  it('a standby', async () => {
    await server.stop('fast');
    writeFileSync(join(server.folder, 'data/standby.signal'), '');
    await server.start();
    try {
      expect(await refusal()).toContain(
        `the database ${AT} is a standby, which only reads. Name the primary server in DATABASE_URL.`,
      );
    } finally {
      await server.stop('fast');
      rmSync(join(server.folder, 'data/standby.signal'));
      await server.start();
    }
  });

  it.each([
    [
      'newer',
      "insert into kysely_migration values ('999-later', '2030')",
      'was written by a newer circleci-backup (it has 999-later',
    ],
  ])('one of a %s version, which is not touched', async (_what, change, said) => {
    const address = server.address();
    await (await openPostgresStore({ address, redact })).close();
    expect(await pendingOnPostgres(address)).toEqual([]);
    await server.sql(`set search_path = ${address.schema}; ${change}`);
    expect(await refusal(address)).toContain(said);
    await expect(pendingOnPostgres(address)).rejects.toThrow();
    await expect(openPostgresReader(address)).rejects.toThrow();
  });
});

describe('TLS', () => {
  beforeAll(async () => {
    const [key, certificate] = ['server.key', 'server.crt'].map((name) => join(server.folder, 'data', name));
    execFileSync(
      '/usr/bin/openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
        '-keyout',
        key ?? '',
        '-out',
        certificate ?? '',
        '-addext',
        'subjectAltName=DNS:localhost',
      ],
      { stdio: 'pipe' },
    );
    if (process.getuid?.() === 0)
      for (const path of [key, certificate]) chownSync(path ?? '', 65_534, 65_534);
    await server.sql('alter system set ssl = on');
    await server.sql('select pg_reload_conf()');
    await eventually('it speaks TLS', async () => {
      const [row] = await server.sql('show ssl');
      return row?.ssl === 'on';
    });
  });

  it('is used where it is asked for, whoever answers', async () => {
    const store = await open({ tls: 'require', host: 'localhost' });
    await store.checkWritable();
    const rows = await server.sql(
      "select ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'circleci-backup'",
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(({ ssl }) => ssl === true)).toBe(true);
    await store.close();
  });

  it('refuses whoever cannot prove to be it', async () => {
    expect(await refusal({ tls: 'verify-full', host: 'localhost' })).toContain(
      'the certificate of the database “postgres” at localhost:PORT is not one to be trusted (DEPTH_ZERO_SELF_SIGNED_CERT). ' +
        'Set NODE_EXTRA_CA_CERTS to the file of its certificate authority.',
    );
  });

  it('is told where the server demands it', async () => {
    const rules = join(server.folder, 'data/pg_hba.conf');
    writeFileSync(rules, 'local all all trust\nhostssl all all all scram-sha-256\n');
    await server.sql('select pg_reload_conf()');
    expect(await refusal()).toContain(
      `the database ${AT} does not let in the user “owner” from here in this way. See its pg_hba.conf: the user, this ` +
        'machine’s address, and whether TLS is demanded (sslmode=verify-full in DATABASE_URL).',
    );
    await (await open({ tls: 'require' })).close();
    writeFileSync(rules, 'local all all trust\nhost all all all scram-sha-256\n');
    await eventually('it takes the rules back', async () => {
      execFileSync('/bin/sh', ['-c', `kill -HUP $(head -1 ${join(server.folder, 'data/postmaster.pid')})`]);
      return server.sql('select').then(
        () => true,
        () => false,
      );
    });
  });
});

describe('a connection pooler', () => {
  let pooler: ChildProcess | undefined;
  afterEach(async () => {
    const running = pooler;
    pooler = undefined;
    if (running === undefined) return;
    const ended = new Promise((resolve) => running.once('close', resolve));
    running.kill('SIGTERM');
    await ended;
  });

  it.each([
    ['that does not take the bot’s settings', ''],
    ['that leaves them out', 'ignore_startup_parameters = options'],
  ])('in transaction mode is refused, one %s', async (_what, line) => {
    const port = server.port + 1;
    const file = join(server.folder, 'pgbouncer.ini');
    writeFileSync(join(server.folder, 'users.txt'), '"owner" "owner-password"\n');
    writeFileSync(
      file,
      [
        '[databases]',
        `postgres = host=127.0.0.1 port=${server.port} dbname=postgres`,
        '[pgbouncer]',
        'listen_addr = 127.0.0.1',
        `listen_port = ${port}`,
        'unix_socket_dir =',
        'auth_type = scram-sha-256',
        `auth_file = ${join(server.folder, 'users.txt')}`,
        'pool_mode = transaction',
        line,
      ].join('\n'),
    );
    const running = spawn('/usr/sbin/pgbouncer', process.getuid?.() === 0 ? ['-u', 'nobody', file] : [file], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    pooler = running;
    let log = '';
    running.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    await eventually(
      'pgbouncer listens',
      () => log.includes('process up') || running.exitCode !== null,
      () => log,
    );
    expect(await refusal({ port })).toMatch(/pooler .*Name the server itself in DATABASE_URL/s);
  });
});

describe('what happens to it later', () => {
  it('four first starts at once make one database', async () => {
    const address = server.address();
    const stores = await Promise.all([1, 2, 3, 4].map(() => openPostgresStore({ address, redact })));
    await Promise.all(
      stores.flatMap((store) =>
        [1, 2, 3, 4, 5].map(() => store.audit.append({ at: 1, kind: 'read', verb: 'list', detail: {} })),
      ),
    );
    expect(await stores[0]?.audit.verify()).toMatchObject({ rows: 20, last: { seq: 20 } });
    expect(await stores[0]?.audit.verify()).not.toHaveProperty('broken');
    for (const store of stores) await store.close();
  });

  it('lost connections and a restart are survived; what was under way fails in words', async () => {
    const address = server.address();
    const store = await openPostgresStore({ address, redact });
    await store.checkWritable();
    await server.sql(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'circleci-backup'",
    );
    await eventually('it goes on', () =>
      store.checkWritable().then(
        () => true,
        () => false,
      ),
    );
    const amid = store.transaction(async (tx) => {
      await tx.audit.append({ at: 1, kind: 'read', verb: 'list', detail: {} });
      await server.stop('immediate');
      await tx.audit.append({ at: 1, kind: 'read', verb: 'list', detail: {} });
    });
    await expect(amid).rejects.toMatchObject({ problem: { code: 'store-unavailable' } });
    await expect(store.checkWritable()).rejects.toMatchObject({
      problem: { reason: expect.stringContaining('nothing listens for') },
    });
    await server.start();
    await store.checkWritable();
    expect(await store.audit.count({})).toBe(0);
    await store.close();
  });

  it('the audit cannot be changed, deleted or emptied', async () => {
    const address = server.address();
    const store = await openPostgresStore({ address, redact });
    await store.audit.append({ at: 1, kind: 'read', verb: 'list', detail: {} });
    for (const change of ['update %s set at = 2', 'delete from %s', 'truncate %s'])
      await expect(server.sql(change.replace('%s', `${address.schema}.audit`))).rejects.toThrow(
        'the audit is append-only',
      );
    const reader = await openPostgresReader(address);
    expect(await reader.audit.verify()).toMatchObject({ rows: 1 });
    await reader.close();
    await store.close();
  });
});
