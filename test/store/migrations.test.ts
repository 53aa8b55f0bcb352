import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from '../../src/store/migrations.ts';
import type { Schema } from '../../src/store/schema.ts';
import { openStore } from '../../src/store/sqlite/database.ts';
import { openSqlite, sqliteDialect } from '../../src/store/sqlite/dialect.ts';
import { tempFolder } from './temp-folder.ts';

/** A store as a version that knew the migrations up to this one left it. */
async function storeOf(folder: string, last: string, rows: string): Promise<void> {
  const file = join(folder, 'store.db');
  const db = new Kysely<Schema>({ dialect: sqliteDialect(openSqlite(file, []), file) });
  const { error } = await new Migrator({ db, provider: migrations }).migrateTo(last);
  expect(error).toBeUndefined();
  await db.destroy();
  const raw = new DatabaseSync(file);
  raw.exec(rows);
  raw.close();
}

test('who asked keeps their run, their message and their list, whatever the version called them', async () => {
  const temp = tempFolder();
  const ana = { userId: 'U1', teamId: 'T1' };
  const said = 'they wrote "requestedBy": me';
  const view = { kind: 'run', run: { runId: 'bk-1', note: said, requestedBy: ana } };
  const list = { runId: 'rs-1', askedBy: ana, items: [] };
  await storeOf(
    temp.folder,
    '002-records',
    `insert into locks (target, run_id, holder, since, workflow, input)
       values ('prod', 'bk-1', '${JSON.stringify(ana)}', 1, 'backup', '${JSON.stringify({ requestedBy: ana })}');
     insert into messages (id, channel, broadcast, view, version, sent_version, state, final, updated_at)
       values ('run/bk-1', 'C1', 0, '${JSON.stringify(view)}', 1, 1, 'sent', 0, 1);
     insert into records (kind, id, version, open, body) values ('checklist', 'rs-1', 1, 1, '${JSON.stringify(list)}');`,
  );
  const store = await openStore({ folder: temp.folder, redact: (text) => text });
  expect(await store.locks.ofTarget('prod')).toMatchObject({ requester: ana, input: { requester: ana } });
  expect((await store.messages.get('run/bk-1'))?.view).toEqual({
    kind: 'run',
    run: { runId: 'bk-1', note: said, requester: ana },
  });
  expect((await store.checklists.get('rs-1'))?.value).toEqual({ runId: 'rs-1', requester: ana, items: [] });
  await store.close();
  temp.remove();
});
