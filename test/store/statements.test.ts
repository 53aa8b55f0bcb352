import { DatabaseSync } from 'node:sqlite';
import { createStatements } from '../../src/store/statements.ts';

let db: DatabaseSync;
beforeEach(() => {
  db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE t (a INTEGER)');
});
afterEach(() => db.close());

test('a text is prepared once, and says whether it gives rows', () => {
  const prepare = createStatements(db);
  const read = prepare('select a from t');
  expect(prepare('select a from t')).toBe(read);
  expect(read.hasRows).toBe(true);
  expect(prepare('insert into t values (?)').hasRows).toBe(false);
  expect(prepare('insert into t values (?) returning a').hasRows).toBe(true);
});

test('what changes the schema is not kept, and what is kept sees the change', () => {
  const prepare = createStatements(db);
  const all = () => prepare('select * from t').statement.all();
  db.exec('INSERT INTO t VALUES (1)');
  expect(all()).toEqual([{ a: 1 }]);
  const change = prepare('alter table t add column b integer default 2');
  change.statement.run();
  expect(all()).toEqual([{ a: 1, b: 2 }]);
  db.exec('CREATE INDEX i ON t (b)');
  expect(prepare('drop index i')).not.toBe(prepare('drop index i'));
});

test('texts that are made as one goes do not pile up', () => {
  const prepare = createStatements(db);
  const first = prepare('select 0 as n');
  for (let n = 1; n <= 300; n += 1) prepare(`select ${n} as n`);
  expect(prepare('select 0 as n')).not.toBe(first);
  expect(prepare('select 300 as n').statement.all()).toEqual([{ n: 300 }]);
});
