import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openStore } from '../../src/store/sqlite/database.ts';
import { tempFolder } from './temp-folder.ts';

const redact = (text: string) => text;

describe('a store that cannot be used says why, and names the file', () => {
  let temp: ReturnType<typeof tempFolder>;
  beforeEach(() => {
    temp = tempFolder();
  });
  afterEach(() => temp.remove());

  const open = (...pragmas: string[]) => openStore({ folder: temp.folder, redact, pragmas });
  const file = () => join(temp.folder, 'store.db');
  const problem = (reason: string, next?: string) => ({
    problem: { code: 'store-unavailable', reason, ...(next === undefined ? {} : { next }) },
  });

  it('when the folder lies below a file', async () => {
    writeFileSync(join(temp.folder, 'file'), '');
    const folder = join(temp.folder, 'file', 'data');
    await expect(openStore({ folder, redact })).rejects.toMatchObject(
      problem(`the folder ${folder} cannot be made (ENOTDIR)`),
    );
  });

  it('when the folder is a file', async () => {
    const folder = join(temp.folder, 'file');
    writeFileSync(folder, '');
    await expect(openStore({ folder, redact })).rejects.toMatchObject(
      problem(`the folder ${folder} cannot be made (EEXIST)`),
    );
  });

  it('when the file cannot be opened', async () => {
    mkdirSync(file());
    await expect(open()).rejects.toMatchObject(problem(`${file()} cannot be opened or created`));
  });

  it('when the file is no database, and lets go of the folder', async () => {
    writeFileSync(file(), 'x'.repeat(8192));
    const damaged = problem(`${file()} is damaged or not a database`);
    await expect(open()).rejects.toMatchObject(damaged);
    await expect(open()).rejects.toMatchObject(damaged);
  });

  it('when it is read-only', async () => {
    await (await open()).close();
    await expect(open('query_only = 1')).rejects.toMatchObject(problem(`${file()} is read-only`));
  });

  it('when another program keeps it locked, and works again afterwards', async () => {
    const store = await open('busy_timeout = 5');
    const other = new DatabaseSync(file());
    other.exec('BEGIN EXCLUSIVE');
    const locked = problem(
      `another program keeps ${file()} locked`,
      'Close that program. A bot that runs then goes on by itself. Backups in EC2 are not affected.',
    );
    await expect(store.checkWritable()).rejects.toMatchObject({ ...locked, cause: { errcode: 5 } });
    await expect(store.locks.release('bk-1')).rejects.toMatchObject(locked);
    await expect(store.transaction((inside) => inside.locks.release('bk-1'))).rejects.toMatchObject(locked);
    other.exec('ROLLBACK');
    other.close();
    await store.checkWritable();
    await store.close();
  });

  it('when the disk is full, and works again once there is room', async () => {
    const store = await open('max_page_count = 50');
    const full = problem(`the disk under ${file()} is full`);
    const text = 'x'.repeat(4000);
    const fill = async () => {
      for (let n = 0; n < 40; n += 1) {
        await store.transaction(async (inside) => {
          await inside.audit.append({ at: n, kind: 'stage', verb: 'now', detail: { text } });
        });
      }
    };
    await expect(fill()).rejects.toMatchObject(full);
    const kept = await store.audit.count({});
    await expect(store.transaction(fill)).rejects.toMatchObject(full);
    expect(await store.audit.count({})).toBe(kept);
    expect(await store.audit.verify()).not.toHaveProperty('broken');
    await store.close();
    const roomier = await open();
    await roomier.audit.append({ at: 1, kind: 'stage', verb: 'now', detail: { text } });
    expect(await roomier.audit.count({})).toBe(kept + 1);
    await roomier.close();
  });

  it('when the disk fills up amid a migration, of which nothing is left', async () => {
    await expect(open('max_page_count = 10')).rejects.toMatchObject(
      problem(`the disk under ${file()} is full`),
    );
    const store = await open();
    await store.checkWritable();
    await store.close();
  });

  it('when a newer version wrote it', async () => {
    await (await open()).close();
    const other = new DatabaseSync(file());
    other.exec("INSERT INTO kysely_migration VALUES ('002-approvals', '2026-12-01T00:00:00.000Z')");
    other.close();
    await expect(open()).rejects.toMatchObject(
      problem(
        `${file()} was written by a newer circleci-backup (it has 002-approvals, which this version does not know)`,
      ),
    );
  });

  it('when a table is gone', async () => {
    const store = await open();
    const other = new DatabaseSync(file());
    other.exec('DROP TABLE locks');
    other.close();
    await expect(store.locks.all()).rejects.toMatchObject(
      problem(`${file()} refused a query: no such table: locks (SQLite's code 1)`),
    );
    await store.close();
  });
});
