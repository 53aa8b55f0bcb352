import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrationsWith } from '../../src/store/migrations.ts';
import type { Schema } from '../../src/store/schema.ts';
import { sqliteTriggers } from '../../src/store/sqlite/audit-triggers.ts';
import { openStore } from '../../src/store/sqlite/database.ts';
import { openSqlite, sqliteDialect } from '../../src/store/sqlite/dialect.ts';
import { tempFolder } from './temp-folder.ts';

/** A store as a version that knew the migrations up to this one left it. */
async function storeOf(folder: string, last: string, rows: string): Promise<void> {
  const file = join(folder, 'store.db');
  const db = new Kysely<Schema>({ dialect: sqliteDialect(openSqlite(file, []), file) });
  const { error } = await new Migrator({ db, provider: migrationsWith(sqliteTriggers) }).migrateTo(last);
  expect(error).toBeUndefined();
  await db.destroy();
  const raw = new DatabaseSync(file);
  raw.exec(rows);
  raw.close();
}

test('who asked keeps their message and their list, whatever the version called them', async () => {
  const temp = tempFolder();
  const ana = { userId: 'U1', teamId: 'T1' };
  const said = 'they wrote "requestedBy": me';
  const view = { kind: 'run', run: { runId: 'bk-1', note: said, requestedBy: ana } };
  const list = { runId: 'rs-1', askedBy: ana, items: [] };
  await storeOf(
    temp.folder,
    '002-records',
    `insert into messages (id, channel, broadcast, view, version, sent_version, state, final, updated_at)
       values ('run/bk-1', 'C1', 0, '${JSON.stringify(view)}', 1, 1, 'sent', 0, 1);
     insert into records (kind, id, version, open, body) values ('checklist', 'rs-1', 1, 1, '${JSON.stringify(list)}');`,
  );
  const store = await openStore({ folder: temp.folder, redact: (text) => text });
  expect((await store.messages.get('run/bk-1'))?.view).toEqual({
    kind: 'run',
    run: { runId: 'bk-1', note: said, requester: ana },
  });
  expect((await store.checklists.get('rs-1'))?.value).toEqual({ runId: 'rs-1', requester: ana, items: [] });
  await store.close();
  temp.remove();
});

test('a lock of a version that knew one place only is kept, with room for a backup beside it', async () => {
  const temp = tempFolder();
  const ana = { userId: 'U1', teamId: 'T1' };
  await storeOf(
    temp.folder,
    '004-bounds',
    `insert into locks (target, run_id, requester, since, workflow, input, engine_id, cancel_user, cancel_team, cancel_at)
       values ('prod', 'rs-1', '${JSON.stringify(ana)}', 7, 'restore', '{"way":"test"}', 'e-1', 'U2', 'T1', 9);`,
  );
  const store = await openStore({ folder: temp.folder, redact: (text) => text });
  const lock = { target: 'prod', runId: 'rs-1', requester: ana, since: 7, workflow: 'restore' };
  const cancel = { by: { userId: 'U2', teamId: 'T1' }, at: 9 };
  expect(await store.locks.all()).toEqual([{ ...lock, input: { way: 'test' }, engineId: 'e-1', cancel }]);
  await store.locks.setAside('rs-1', true);
  const live = { ...lock, runId: 'bk-1', workflow: 'backup', input: {} };
  expect(await store.locks.acquire(live, true)).toEqual({ taken: true });
  await store.close();
  temp.remove();
});

test('an unfinished run of a version that kept runs otherwise is named, and nothing is touched', async () => {
  const temp = tempFolder();
  await storeOf(
    temp.folder,
    '002-records',
    `insert into locks (target, run_id, holder, since, workflow, input) values ('prod', 'bk-1', '{}', 1, 'backup', '{}');`,
  );
  const file = join(temp.folder, 'store.db');
  const opening = () => openStore({ folder: temp.folder, redact: (text) => text });
  for (let tries = 0; tries < 2; tries += 1) {
    await expect(opening()).rejects.toMatchObject({
      problem: {
        code: 'store-unavailable',
        reason:
          `${file} holds unfinished runs of an older circleci-backup, which this version cannot take up: bk-1 (backup ` +
          'of prod). Nothing was changed',
        next:
          'Start that version again; let it end them, or stop them there with /circleci-backup cancel <run>. Then ' +
          'start this one.',
      },
    });
  }
  const raw = new DatabaseSync(file);
  expect(raw.prepare('select name from kysely_migration order by name').all()).toMatchObject([
    { name: '001-tables' },
    { name: '002-records' },
  ]);
  raw.exec('delete from locks');
  raw.close();
  await (await opening()).close();
  temp.remove();
});
