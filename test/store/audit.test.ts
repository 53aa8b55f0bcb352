import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type OpenedStore, openStore } from '../../src/store/sqlite/database.ts';
import { tempFolder } from './temp-folder.ts';

describe('the audit in SQLite', () => {
  let temp: ReturnType<typeof tempFolder>;
  let store: OpenedStore;
  let other: DatabaseSync;
  beforeEach(async () => {
    temp = tempFolder();
    store = await openStore({ folder: temp.folder, redact: (text) => text });
    for (let n = 1; n <= 5; n += 1) {
      await store.audit.append({ at: n, kind: 'request', verb: 'now', detail: { n } });
    }
    other = new DatabaseSync(join(temp.folder, 'store.db'));
  });
  afterEach(async () => {
    other.close();
    await store.close();
    temp.remove();
  });

  it.each(["UPDATE audit SET verb = 'list' WHERE seq = 3", 'DELETE FROM audit WHERE seq = 3'])(
    'refuses %s',
    (sql) => {
      expect(() => other.exec(sql)).toThrow('the audit is append-only');
    },
  );

  it('refuses a second row behind the same one', () => {
    const copy =
      'INSERT INTO audit SELECT 9, at, kind, verb, target, run_id, actor_user, actor_team, detail, prev_hash, hash';
    expect(() => other.exec(`${copy} FROM audit WHERE seq = 3`)).toThrow('UNIQUE constraint failed');
  });

  it.each([
    ['a changed word', "UPDATE audit SET verb = 'list' WHERE seq = 3", 3],
    ['a changed detail', `UPDATE audit SET detail = '{"n":7}' WHERE seq = 1`, 1],
    ['a changed person', "UPDATE audit SET actor_user = 'U9', actor_team = 'T1' WHERE seq = 5", 5],
    ['a removed row', 'DELETE FROM audit WHERE seq = 3', 4],
    ['a removed beginning', 'DELETE FROM audit WHERE seq <= 2', 3],
    [
      'two rows in each other’s place',
      // By way of negative numbers, seq being the key.
      'UPDATE audit SET seq = seq - 9 WHERE seq IN (4, 5); UPDATE audit SET seq = -seq WHERE seq < 0',
      4,
    ],
    ['a new hash for a changed row', "UPDATE audit SET verb = 'list', hash = 'abc' WHERE seq = 3", 3],
  ])('finds %s, once the triggers are gone', async (_what, sql, seq) => {
    expect(await store.audit.firstBreak()).toBeUndefined();
    other.exec('DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete');
    other.exec(sql);
    expect(await store.audit.firstBreak()).toBe(seq);
  });
});
