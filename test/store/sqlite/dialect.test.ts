import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import { openSqlite, sqliteDialect } from '../../../src/store/sqlite/dialect.ts';
import type { LogSync } from '../../../src/store/sqlite/wal-sync.ts';
import { tempFolder } from '../temp-folder.ts';

interface Tables {
  t: { a: number };
}

describe('a write', () => {
  let temp: ReturnType<typeof tempFolder>;
  let syncs: { end: () => void; fail: (error: Error) => void }[];
  let db: Kysely<Tables>;

  beforeEach(async () => {
    temp = tempFolder();
    syncs = [];
    const file = join(temp.folder, 'some.db');
    const sqlite = openSqlite(file, []);
    sqlite.exec('CREATE TABLE t (a INTEGER)');
    const log: LogSync = {
      sync: () => new Promise((end, fail) => void syncs.push({ end, fail })),
      close: () => {},
    };
    db = new Kysely<Tables>({ dialect: sqliteDialect(sqlite, file, log) });
  });
  afterEach(async () => {
    await db.destroy();
    temp.remove();
  });

  const begun = async () => {
    while (syncs.length === 0) await new Promise((resolve) => setImmediate(resolve));
    return syncs.splice(0);
  };

  it('is done when it is on the disk, and others go on meanwhile', async () => {
    let done = false;
    const write = db
      .insertInto('t')
      .values({ a: 1 })
      .execute()
      .then(() => {
        done = true;
      });
    const [sync] = await begun();
    expect(done).toBe(false);
    sync?.end();
    await write;
    expect(done).toBe(true);
  });

  it('of a transaction is brought to the disk once, with its commit', async () => {
    const work = db.transaction().execute(async (trx) => {
      await trx.insertInto('t').values({ a: 1 }).execute();
      await trx.insertInto('t').values({ a: 2 }).execute();
      expect(syncs).toEqual([]);
    });
    const all = await begun();
    expect(all).toHaveLength(1);
    all[0]?.end();
    await work;
  });

  it('needs no disk when it is taken back or only reads', async () => {
    await db.selectFrom('t').selectAll().execute();
    await expect(
      db.transaction().execute(async () => {
        throw new Error('taken back');
      }),
    ).rejects.toThrow('taken back');
    expect(syncs).toEqual([]);
  });

  it('rejects when the disk fails', async () => {
    const write = sql`INSERT INTO t VALUES (1)`.execute(db);
    const [sync] = await begun();
    sync?.fail(new Error('EIO: i/o error, fdatasync'));
    await expect(write).rejects.toMatchObject({ problem: { code: 'store-unavailable' } });
  });
});
