import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AuditPlace } from '../../src/core/run/audit-report.ts';
import { type OpenedStore, openStore } from '../../src/store/sqlite/database.ts';
import { tempFolder } from './temp-folder.ts';

describe('the audit in SQLite', () => {
  let temp: ReturnType<typeof tempFolder>;
  let store: OpenedStore;
  let other: DatabaseSync;
  let written: AuditPlace[];
  beforeEach(async () => {
    temp = tempFolder();
    written = [];
    const onAudit = ({ seq, hash }: AuditPlace) => void written.push({ seq, hash });
    store = await openStore({ folder: temp.folder, redact: (text) => text, onAudit });
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
    ['all rows marked as archived', "INSERT INTO audit_marks VALUES ('archived', 5, 'abc')", 5],
  ])('finds %s, once the triggers are gone', async (_what, sql, seq) => {
    expect(await store.audit.verify()).toMatchObject({ rows: 5, last: { seq: 5 } });
    expect(await store.audit.verify()).not.toHaveProperty('broken');
    other.exec('DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete');
    other.exec(sql);
    expect((await store.audit.verify()).broken?.seq).toBe(seq);
  });

  const cut = (from: number) => {
    other.exec('DROP TRIGGER IF EXISTS audit_no_delete');
    other.exec(`DELETE FROM audit WHERE seq >= ${from}`);
  };

  it.each([1, 3, 5])(
    'misses an end that was cut off from row %i on, and the next row leaves a gap',
    async (from) => {
      cut(from);
      expect((await store.audit.verify()).broken).toEqual({ what: 'end', seq: from - 1, last: 5 });
      await store.audit.append({ at: 6, kind: 'request', verb: 'now', detail: {} });
      expect((await store.audit.verify()).broken).toEqual({ what: 'row', seq: 6 });
      expect((await store.audit.list({ limit: 1, offset: 0 }))[0]?.seq).toBe(6);
    },
  );

  it.each([
    ['is missing', "DELETE FROM audit_marks WHERE name = 'head'"],
    ['is set back', "UPDATE audit_marks SET seq = 2 WHERE name = 'head'"],
    ['is renamed', "UPDATE audit_marks SET name = 'heads' WHERE name = 'head'"],
  ])(
    'a mark of the last row that %s is told, cut or not, and the next row leaves a gap',
    async (_what, sql) => {
      other.exec(sql);
      expect((await store.audit.verify()).broken).toEqual({ what: 'mark', seq: 5 });
      cut(4);
      expect((await store.audit.verify()).broken).toEqual({ what: 'mark', seq: 3 });
      await store.audit.append({ at: 6, kind: 'request', verb: 'now', detail: {} });
      await store.audit.append({ at: 7, kind: 'request', verb: 'now', detail: {} });
      expect((await store.audit.verify()).broken?.what).toBe('row');
    },
  );

  it('a cut that hides its traces is shown by a row that the log named', async () => {
    const logged = written.at(-1);
    cut(4);
    other.exec(
      "UPDATE audit_marks SET seq = 3, hash = (SELECT hash FROM audit WHERE seq = 3) WHERE name = 'head'",
    );
    expect(await store.audit.verify()).not.toHaveProperty('broken');
    expect((await store.audit.verify(logged)).broken).toEqual({ what: 'logged', seq: 5 });
    await store.audit.append({ at: 6, kind: 'request', verb: 'now', detail: {} });
    await store.audit.append({ at: 7, kind: 'request', verb: 'now', detail: {} });
    expect((await store.audit.verify(logged)).broken).toEqual({ what: 'logged', seq: 5 });
    expect(await store.audit.verify(written[2])).not.toHaveProperty('broken');
  });

  it('rows whose marks contradict them end in an error, not in a loop', async () => {
    other.exec(
      "UPDATE audit_marks SET seq = 9, hash = (SELECT hash FROM audit WHERE seq = 3) WHERE name = 'head'",
    );
    await expect(
      store.audit.append({ at: 6, kind: 'request', verb: 'now', detail: {} }),
    ).rejects.toMatchObject({
      problem: { code: 'store-unavailable' },
    });
  });

  it('tells of each row once it is written for good, with its number and hash', async () => {
    expect(written.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    const undone = store.transaction(async (tx) => {
      await tx.audit.append({ at: 6, kind: 'request', verb: 'now', detail: {} });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(written).toHaveLength(5);
    expect((await store.audit.verify()).last).toEqual({ seq: 5, hash: written[4]?.hash });
  });
});

describe('the archive of the audit', () => {
  const ROWS = 12_345;
  let temp: ReturnType<typeof tempFolder>;
  let store: OpenedStore;
  const open = () =>
    openStore({
      folder: temp.folder,
      redact: (text) => text,
      pragmas: ['synchronous = OFF'],
      auditKept: 1_000,
    });
  const files = () => readdirSync(temp.folder).filter((name) => name.startsWith('audit-'));

  beforeAll(async () => {
    temp = tempFolder();
    store = await open();
    await store.transaction(async (tx) => {
      for (let at = 1; at <= ROWS; at += 1)
        await tx.audit.append({ at, kind: 'read', verb: 'list', detail: { at } });
    });
  });
  afterAll(async () => {
    await store.close();
    temp.remove();
  });

  it('takes the oldest rows, for the bot’s user alone, and the chain goes on', async () => {
    const whole = await store.audit.verify();
    expect(await store.tidy(1)).toMatchObject({ archived: 10_000 });
    expect(files()).toEqual(['audit-0000000001-0000005000.jsonl', 'audit-0000005001-0000010000.jsonl']);
    for (const file of files()) expect(statSync(join(temp.folder, file)).mode & 0o777).toBe(0o600);
    expect(await store.audit.verify()).toEqual({ ...whole, rows: 2_345, archived: 10_000 });
    expect(await store.audit.count({})).toBe(2_345);
    expect(await store.tidy(1)).toMatchObject({ archived: 0 });
    await store.close();
    store = await open();
    await store.audit.append({ at: 1, kind: 'read', verb: 'list', detail: {} });
    expect(await store.audit.verify()).toMatchObject({ rows: 2_346, archived: 10_000, elsewhere: [] });
    expect(await store.audit.verify()).not.toHaveProperty('broken');
  });

  it('rows that are left cannot be deleted', () => {
    const other = new DatabaseSync(store.file);
    expect(() => other.exec('DELETE FROM audit WHERE seq = 10001')).toThrow('the audit is append-only');
    other.close();
  });

  it.each([
    ['a changed row', (text: string) => text.replace('"at":77,', '"at":78,'), 77],
    ['a removed row', (text: string) => text.replace(/^.*"seq":9,.*\n/m, ''), 9],
    ['a cut end', (text: string) => text.split('\n').slice(0, 4_000).join('\n'), 4_001],
    ['a line that is none', (text: string) => text.replace(/^.*"seq":5,.*$/m, '{}'), 5],
  ])('a file with %s is told', async (_what, change, seq) => {
    const [file = ''] = files();
    const path = join(temp.folder, file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, change(text));
    expect((await store.audit.verify()).broken).toEqual({ what: 'archive', file, seq });
    writeFileSync(path, text);
    expect(await store.audit.verify()).not.toHaveProperty('broken');
  });

  it('files that are kept elsewhere are named, and are no fault', async () => {
    const [first = '', second = ''] = files();
    for (const [away, elsewhere] of [
      [[first], [[1, 5_000]]],
      [[second], [[5_001, 10_000]]],
      [[first, second], [[1, 10_000]]],
    ] as const) {
      for (const file of away) renameSync(join(temp.folder, file), join(temp.folder, `away-${file}`));
      expect(await store.audit.verify()).toMatchObject({ rows: 2_346, elsewhere });
      expect(await store.audit.verify()).not.toHaveProperty('broken');
      for (const file of away) renameSync(join(temp.folder, `away-${file}`), join(temp.folder, file));
    }
  });

  it('a file of a try that was cut short is written again', async () => {
    await store.transaction(async (tx) => {
      for (let at = 1; at <= 4_000; at += 1)
        await tx.audit.append({ at, kind: 'read', verb: 'list', detail: { at } });
    });
    writeFileSync(join(temp.folder, 'audit-0000010001-0000015000.jsonl'), 'half a line');
    writeFileSync(join(temp.folder, 'audit-0000010001-0000015000.jsonl.part'), 'half a line', {
      mode: 0o644,
    });
    expect(await store.audit.verify()).not.toHaveProperty('broken');
    expect(await store.tidy(1)).toMatchObject({ archived: 5_000 });
    expect(await store.audit.verify()).toMatchObject({ rows: 1_346, archived: 15_000 });
    expect(await store.audit.verify()).not.toHaveProperty('broken');
  });

  it('all rows and marks that are gone are missed, as long as an archive of them is here', async () => {
    const other = new DatabaseSync(store.file);
    other.exec('BEGIN; DROP TRIGGER audit_no_delete; DELETE FROM audit; DELETE FROM audit_marks');
    other.exec('COMMIT');
    expect((await store.audit.verify()).broken).toEqual({ what: 'end', seq: 0, last: 15_000 });
    other.close();
  });
});
