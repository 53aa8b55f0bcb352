import { recordRequest } from '../../src/runs/request-backup.ts';
import { openStore } from '../../src/store/sqlite/database.ts';
import { ANA, scene } from '../commands/fakes.ts';
import { tempFolder } from '../store/temp-folder.ts';
import { target } from '../target.ts';

test('runs of a fleet that are asked for at once have ids of their own, whatever is drawn', async () => {
  const { folder, remove } = tempFolder();
  const store = await openStore({ folder, redact: (text) => text });
  try {
    const names = ['a', 'b', 'c'];
    // Each id takes four draws: the first id of each of the three is the same.
    let draws = 0;
    const random = () => (draws++ < 12 ? 0 : (draws % 31) / 31);
    const deps = { ...scene().deps, store, random };
    const recorded = await Promise.all(
      names.map((name) => {
        const asked = { target: target(name), requester: ANA, alert: [], note: '', quiet: false };
        return recordRequest(asked, deps);
      }),
    );
    const ids = recorded.map((each) => (each.taken ? each.input.runId : 'busy'));
    expect(new Set(ids).size).toBe(3);
    expect((await store.locks.all()).map(({ runId }) => runId).sort()).toEqual(ids.sort());
  } finally {
    await store.close();
    remove();
  }
});
