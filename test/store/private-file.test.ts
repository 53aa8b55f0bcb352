import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openStore } from '../../src/store/sqlite/database.ts';
import { tempFolder } from './temp-folder.ts';

const redact = (text: string) => text;
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('what the bot keeps is for its own user alone', () => {
  let temp: ReturnType<typeof tempFolder>;
  let umask: number;
  beforeEach(() => {
    temp = tempFolder();
    umask = process.umask(0);
  });
  afterEach(() => {
    process.umask(umask);
    temp.remove();
  });

  const modes = (folder: string) =>
    Object.fromEntries(readdirSync(folder).map((name) => [name, modeOf(join(folder, name))]));

  /** Opened, and written to: SQLite has made all of its files. */
  async function opened(folder: string) {
    const store = await openStore({ folder, redact });
    await store.audit.append({ at: 1, kind: 'read', verb: 'list', detail: {} });
    const found = { modes: modes(folder), exposed: store.exposed };
    await store.close();
    return found;
  }

  it('in a folder of its own making', async () => {
    const folder = join(temp.folder, 'data');
    const { modes: made, exposed } = await opened(folder);
    expect(modeOf(folder)).toBe('700');
    expect(Object.keys(made)).toEqual(
      expect.arrayContaining(['owner.db', 'owner.txt', 'store.db', 'store.db-wal']),
    );
    expect(new Set(Object.values(made))).toEqual(new Set(['600']));
    expect(exposed).toEqual([]);
  });

  it.each([0o755, 0o777, 0o750])('in a folder that was there, of mode %o, which is told', async (mode) => {
    chmodSync(temp.folder, mode);
    const { modes: made, exposed } = await opened(temp.folder);
    expect(new Set(Object.values(made))).toEqual(new Set(['600']));
    expect(exposed).toEqual([{ path: temp.folder, mode: mode.toString(8) }]);
    expect(modeOf(temp.folder)).toBe(mode.toString(8));
  });

  it('with files of a version before, and what SQLite left beside them', async () => {
    chmodSync(temp.folder, 0o700);
    const file = join(temp.folder, 'store.db');
    const before = new DatabaseSync(file);
    before.exec('PRAGMA journal_mode = WAL; CREATE TABLE old (a INTEGER)');
    for (const name of ['owner.db', 'owner.txt']) writeFileSync(join(temp.folder, name), '', { mode: 0o666 });
    for (const name of readdirSync(temp.folder)) chmodSync(join(temp.folder, name), 0o644);
    const { modes: made, exposed } = await opened(temp.folder);
    before.close();
    expect(new Set(Object.values(made))).toEqual(new Set(['600']));
    expect(exposed).toEqual([]);
  });

  it('and what is no file at all is told in SQLite’s words', async () => {
    mkdirSync(join(temp.folder, 'store.db'));
    await expect(openStore({ folder: temp.folder, redact })).rejects.toMatchObject({
      problem: { code: 'store-unavailable' },
    });
  });
});
