import { join } from 'node:path';
import { BACKUP } from '../../../src/runs/backup.ts';
import { createEngine } from '../../../src/workflows/engine/engine.ts';
import { sqliteBackend } from '../../../src/workflows/engine/sqlite-backend.ts';
import { eventually } from '../../faults/eventually.ts';
import { tempFolder } from '../../store/temp-folder.ts';
import { input, RUN, scene } from '../fakes.ts';

it('takes up a run again that failed outside of its stages, where only the engine’s own database can fail', async () => {
  const { folder, remove } = tempFolder();
  const { context } = await scene();
  let tries = 0;
  const engine = createEngine(sqliteBackend(join(folder, 'engine.db')), {
    ...context,
    engineRunOf: async () => undefined,
    ec2: () => {
      tries += 1;
      throw new Error('database is locked');
    },
  });
  try {
    await engine.startWorker();
    const id = await engine.start(BACKUP, input, RUN);
    await eventually('it was tried again', () => tries > 1);
    expect(await engine.stateOf(id)).toBe('going on');
  } finally {
    await engine.stop();
    remove();
  }
});
