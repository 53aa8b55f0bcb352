import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { partsOf } from '../../../src/core/datastores/dumps.ts';
import { partsInOrder, type RestoredStore } from '../../../src/core/datastores/restore-order.ts';
import type { PostgresStore, StoreResult } from '../../../src/core/model/datastore.ts';
import type { ResticAccess } from '../../../src/core/model/restic.ts';
import type { Target } from '../../../src/core/model/target.ts';
import { createOpenJobs } from '../../../src/gateways/jobs/jobs.ts';
import { createOpenRestic } from '../../../src/gateways/restic/restic.ts';
import { systemClock } from '../../../src/ops/system-clock.ts';
import { type Dumping, dumpStore } from '../../../src/workflows/datastores/dump.ts';
import { seeNothingInTheWay } from '../../../src/workflows/datastores/in-the-way.ts';
import { readStore } from '../../../src/workflows/datastores/read.ts';
import { takeIn } from '../../../src/workflows/datastores/take-in.ts';
import { toolsFor } from '../../../src/workflows/run/run.ts';
import { eventually } from '../../faults/eventually.ts';
import { localShell } from '../../gateways/services-machine/local-shell.ts';
import { tempFolder } from '../../store/temp-folder.ts';
import { runIn, scene } from '../../workflows/fakes.ts';
import { type Databases, startDatabases } from './databases.ts';

/** Where `.ci/run` unpacks it. */
const RESTIC = join(import.meta.dirname, '../../../.programs/restic/usr/bin/restic');

/** The parts that dump and read datastores, with this machine as their host. */
async function host(folder: string, change: (command: string) => string = (same) => same) {
  // Node hands a socket to its children, which /dev/stdin does not open; sshd hands them a pipe.
  const shell = localShell(
    folder,
    (command) => `cat | {\n${change(command.replaceAll('/run/circleci-backup', join(folder, 'jobs')))}\n}`,
  );
  const here = await scene();
  const openJobs = createOpenJobs(async () => shell);
  const clock = systemClock;
  const target = { name: 'prod', datastores: { stores: [], timeoutMs: 300_000 } } as unknown as Target;
  const run = runIn({
    ...here.context,
    targets: [target],
    clock,
    openJobs,
    openRestic: createOpenRestic(openJobs, () => clock.now()),
  });
  const tools = toolsFor(run, 'datastores', async () => undefined, false);
  const access: ResticAccess = {
    repository: join(folder, 'repository'),
    password: 'peer-repository',
    environment: {},
    path: RESTIC,
    timeoutMs: 60_000,
    pruneEveryMs: 60_000,
    checkWithinMs: 60_000,
  };
  const dumping: Dumping = { instance: { by: 'id', id: 'i-1' }, access, until: clock.now() + 300_000 };
  return {
    access,
    dumping,
    dump: (store: PostgresStore, more: Partial<Dumping> = {}) =>
      dumpStore(run, tools, store, { ...dumping, ...more }),
    read: (store: PostgresStore, result: StoreResult) => readStore(run, tools, store, result, dumping),
    /** What each part says of itself, in their order. */
    async restore(store: PostgresStore, planned: RestoredStore) {
      const here = { store, access, planned, host: { at: AT, login: 'root@db.internal' } };
      await seeNothingInTheWay(run, tools, here);
      const said: string[] = [];
      for (const [index, part] of planned.parts.entries())
        said.push(await takeIn(run, tools, { ...here, part, index }));
      return said;
    },
  };
}

const AT = { host: 'db.internal', port: 22, user: 'root', privateKey: 'none', hostKeys: [] };

describe('PostgreSQL', () => {
  let server: Databases;
  let temp: ReturnType<typeof tempFolder>;
  beforeAll(async () => {
    server = await startDatabases();
    temp = tempFolder();
    server.sql(
      'postgres',
      'create database circle',
      'create database domain',
      "create role builder login password 'x'",
    );
    server.sql(
      'circle',
      'create table circle_migrations (id int primary key, name text not null)',
      'create table build_jobs (id int primary key, log text, at timestamptz, raw bytea)',
      "insert into circle_migrations select i, 'migration ' || i from generate_series(1, 20) i",
      `insert into build_jobs select i, repeat(md5(i::text), 10), timestamptz '2026-11-23' + i * interval '1s',
         decode(md5(i::text), 'hex') from generate_series(1, 5000) i`,
      `insert into build_jobs values (0, E'it''s\\n"quoted" \\\\ $(x)', null, null)`,
    );
    server.sql('domain', 'create table things (id serial, t text)', "insert into things (t) values ('ü')");
  });
  afterAll(async () => {
    await server.close();
    temp.remove();
  });

  const store = (more: Partial<PostgresStore> = {}): PostgresStore => ({
    name: 'pg',
    kind: 'postgres',
    at: AT,
    databases: ['circle', 'domain'],
    tools: server.tools,
    ...more,
    connection: { ...server.connection, ...more.connection },
  });
  const lacks = ({ parts }: StoreResult) => parts.map((part) => part.lacks?.why);

  it('dumps each database and the globals, and reads them to their end', async () => {
    const { dump, read } = await host(join(temp.folder, 'whole'));
    const dumped = await dump(store());
    expect(dumped).toMatchObject({
      warnings: [],
      parts: [
        {
          what: 'database circle',
          file: 'pg.circle.dump',
          snapshotId: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
        { what: 'database domain', file: 'pg.domain.dump' },
        { file: 'pg.globals.sql' },
      ],
    });
    expect(lacks(dumped)).toEqual([undefined, undefined, undefined]);
    expect(await read(store(), dumped)).toEqual(dumped);
  });

  it('makes nothing twice: another process finds what the first has made', async () => {
    const { dump } = await host(join(temp.folder, 'whole'));
    const again = await dump(store());
    expect(lacks(again)).toEqual([undefined, undefined, undefined]);
    const { stdout } = restic(join(temp.folder, 'whole'), 'snapshots', '--json');
    expect(JSON.parse(stdout)).toHaveLength(3);
  });

  it('asks for no password, and tells which login was refused', async () => {
    const { dump } = await host(join(temp.folder, 'refused'));
    const refused = await dump(store({ connection: { passfile: server.wrongPassfile } }));
    const why = 'The server of pg did not tell its version: it did not take the password.';
    expect(lacks(refused)).toEqual([why, why, why]);
    const without = await dump(store({ connection: { passfile: '/nowhere' } }));
    expect(lacks(without)[0]).toContain('it wants a password, and no file on the host gives one');
  });

  it('tells of a database that is not there, and dumps the others', async () => {
    const { dump } = await host(join(temp.folder, 'gone'));
    expect(lacks(await dump(store({ databases: ['domain', 'nope'] })))).toEqual([
      undefined,
      'It was not dumped (exit code 1): the server has no database of this name.',
      undefined,
    ]);
  });

  /** A folder of PostgreSQL's programs with this one in place of one of them. */
  function withProgram(name: string, program: string, script: string): PostgresStore {
    const tools = join(temp.folder, name);
    mkdirSync(tools);
    for (const one of ['pg_dump', 'pg_dumpall', 'pg_restore', 'psql']) {
      const text = one === program ? script : `exec ${join(server.tools, one)} "$@"`;
      writeFileSync(join(tools, one), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    }
    return store({ tools, databases: ['circle'] });
  }

  const version = `case "$1" in --version) exec ${'PG'}/pg_dump --version ;; esac;`;
  const half = (end: string) =>
    `${version.replace('PG', server.tools)} ${server.tools}/pg_dump "$@" | head -c 400000; ${end}`;

  it('never counts a dump that was cut off, whatever its exit code says', async () => {
    const { dump } = await host(join(temp.folder, 'cut'));
    // The program dies in the middle: restic keeps nothing.
    const died = await dump(withProgram('dies', 'pg_dump', half('kill -9 $$')));
    expect(lacks(died)[0]).toMatch(/^It was not dumped \(exit code 1\)/);
    expect(died.parts[0]).not.toHaveProperty('snapshotId');
    // It says that all is well: only reading it to its end shows that it is not.
    const lies = withProgram('lies', 'pg_dump', half('exit 0'));
    const other = await host(join(temp.folder, 'cut-silently'));
    const cut = await other.dump(lies);
    expect(lacks(cut)).toEqual([undefined, undefined]);
    expect(lacks(await other.read(lies, cut))).toEqual([
      'The dump does not come to its end when it is read again: it is cut off or damaged.',
      undefined,
    ]);
  });

  it('never counts globals that were cut off', async () => {
    const { dump, read } = await host(join(temp.folder, 'cut-globals'));
    const lies = withProgram(
      'cut-globals-tools',
      'pg_dumpall',
      `${server.tools}/pg_dumpall "$@" | head -n 5`,
    );
    expect(lacks(await read(lies, await dump(lies)))[1]).toContain('does not come to its end');
  });

  it('refuses a client that is older than the server', async () => {
    const { dump } = await host(join(temp.folder, 'older'));
    const older = withProgram('older-tools', 'pg_dump', 'echo "pg_dump (PostgreSQL) 9.5.23"');
    expect(lacks(await dump(older))[0]).toBe(
      `The pg_dump for pg is of version 9.5, older than its server (${server.release}): its dumps would lack what it does not know. Nothing was dumped.`,
    );
  });

  it('warns of a client that is newer than the server', async () => {
    const { dump } = await host(join(temp.folder, 'newer'));
    const newer = withProgram(
      'newer-tools',
      'pg_dump',
      `case "$1" in --version) echo "pg_dump (PostgreSQL) 99.1" ;; *) exec ${server.tools}/pg_dump "$@" ;; esac`,
    );
    const { warnings, parts } = await dump(newer);
    expect(warnings).toEqual([expect.stringContaining(`by pg_dump 99, and the server is ${server.release}`)]);
    expect(parts[0]?.lacks).toBe(undefined);
  });

  it('looks for CircleCI’s tables, with their data', async () => {
    const { dump, read } = await host(join(temp.folder, 'tables'));
    server.sql('postgres', 'create database other template domain');
    const [at] = [store({ databases: ['circle'] })];
    server.sql('circle', 'alter table build_jobs rename to renamed');
    try {
      const [circle] = lacks(await read(at, await dump(at)));
      expect(circle).toBe('The dump has no data of CircleCI’s table build_jobs.');
    } finally {
      server.sql('circle', 'alter table renamed rename to build_jobs');
    }
  });

  it('does not count a dump whose repository has lost a part of it', async () => {
    const folder = join(temp.folder, 'damaged');
    const { dump, read } = await host(folder);
    const one = store({ databases: ['circle'] });
    const dumped = await dump(one);
    for (const path of execFileSync(
      '/usr/bin/find',
      [join(folder, 'repository/data'), '-type', 'f', '-size', '+100k'],
      { encoding: 'utf8' },
    )
      .split('\n')
      .filter(Boolean))
      writeFileSync(path, readFileSync(path).fill(7, 1000, 2000), { mode: 0o600, flag: 'r+' });
    expect(lacks(await read(one, dumped))[0]).toMatch(
      /^The dump (could not be read from the repository again|does not come to its end)/,
    );
  });

  describe('comes back', () => {
    const rows = (database: string, table: string) =>
      server.sql(database, `select t::text from ${table} t order by t::text`);
    const owners =
      "select d.datname || ' ' || r.rolname || ' ' || pg_encoding_to_char(encoding) from pg_database d join pg_roles r on r.oid = datdba where datname in ('circle', 'domain') order by 1";

    /** The order of a restore of what was dumped. */
    function orderOf(store: PostgresStore, { parts }: StoreResult): RestoredStore {
      return {
        name: store.name,
        kind: 'postgres',
        missing: [],
        parts: partsInOrder(
          partsOf(store).flatMap((part, i) => {
            const { snapshotId, bytes = 0, from: at = 0 } = parts[i] ?? {};
            return snapshotId === undefined || part.form === 'folder'
              ? []
              : [{ ...part, snapshotId, bytes, at }];
          }),
        ),
      };
    }

    it('row for row, with its roles, after everything was lost', async () => {
      const { dump, restore } = await host(join(temp.folder, 'back'));
      const one = store();
      server.sql('postgres', 'alter database domain owner to builder');
      const before = {
        migrations: rows('circle', 'circle_migrations'),
        jobs: rows('circle', 'build_jobs'),
        things: rows('domain', 'things'),
        owners: server.sql('postgres', owners),
        roles: server.sql('postgres', 'select rolname, rolpassword from pg_authid order by 1'),
      };
      const planned = orderOf(one, await dump(one));
      await expect(restore(one, planned)).rejects.toMatchObject({
        problem: { code: 'datastore-in-use', database: 'circle', tables: expect.any(Number), connections: 0 },
      });
      expect(rows('circle', 'build_jobs')).toBe(before.jobs);
      server.sql('postgres', 'drop database circle', 'drop database domain', 'drop role builder');

      expect(await restore(one, planned)).toEqual([
        expect.stringMatching(/^from /),
        expect.stringMatching(/^2 tables, from /),
        expect.stringMatching(/^2 tables, from /),
      ]);
      expect({
        migrations: rows('circle', 'circle_migrations'),
        jobs: rows('circle', 'build_jobs'),
        things: rows('domain', 'things'),
        owners: server.sql('postgres', owners),
        roles: server.sql('postgres', 'select rolname, rolpassword from pg_authid order by 1'),
      }).toEqual(before);
    });

    it('never into a database that somebody uses', async () => {
      const { dump, restore } = await host(join(temp.folder, 'used'));
      const one = store({ databases: ['domain'] });
      const planned = orderOf(one, await dump(one));
      server.sql('postgres', 'alter database domain rename to domain_before', 'create database domain');
      const psql = spawn(
        join(server.tools, 'psql'),
        ['-w', '-q', '-d', 'domain', '-c', 'select pg_sleep(600)'],
        {
          env: server.env,
          stdio: 'ignore',
        },
      );
      try {
        await eventually(
          'somebody is connected',
          () =>
            server
              .sql('postgres', "select count(*) from pg_stat_activity where datname = 'domain'")
              .trim() === '1',
        );
        await expect(restore(one, planned)).rejects.toMatchObject({
          problem: { code: 'datastore-in-use', database: 'domain', tables: 0, connections: 1 },
        });
      } finally {
        psql.kill('SIGKILL');
        server.sql(
          'postgres',
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'domain'",
        );
      }
      await restore(one, planned);
      expect(rows('domain', 'things')).toBe(rows('domain_before', 'things'));
    });

    it('whole or not at all: what was cut off in the repository leaves an empty database', async () => {
      const folder = join(temp.folder, 'half-back');
      const { dump, restore } = await host(folder);
      const lies = withProgram('half-back-tools', 'pg_dump', half('exit 0'));
      const planned = orderOf(lies, await dump(lies));
      server.sql('postgres', 'alter database circle rename to circle_kept');
      try {
        await expect(restore(lies, planned)).rejects.toMatchObject({
          problem: { code: 'datastore-not-restored', what: 'database circle of pg' },
        });
        expect(
          server.sql('circle', "select count(*) from pg_tables where schemaname = 'public'").trim(),
        ).toBe('0');
      } finally {
        server.sql('postgres', 'drop database circle', 'alter database circle_kept rename to circle');
      }
    });
  });
});

function restic(folder: string, ...args: string[]) {
  const stdout = execFileSync(RESTIC, ['-r', join(folder, 'repository'), '--no-lock', ...args], {
    encoding: 'utf8',
    env: { RESTIC_PASSWORD: 'peer-repository', HOME: folder },
  });
  return { stdout };
}
