import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { OpenWorkflow } from 'openworkflow';
import { BackendSqlite } from 'openworkflow/sqlite';
import { forgetEngineRuns } from '../../../src/store/sqlite/engine-runs.ts';
import { eventually } from '../../faults/eventually.ts';
import { tempFolder } from '../temp-folder.ts';

const DAY = 24 * 3_600_000;

test('runs that ended long ago go with their steps, while the engine is open; others stay', async () => {
  const temp = tempFolder();
  const file = join(temp.folder, 'engine.db');
  expect(await forgetEngineRuns(file)).toBe(0);
  const backend = BackendSqlite.connect(file);
  const workflows = new OpenWorkflow({ backend });
  const quick = workflows.defineWorkflow({ name: 'quick' }, async ({ step }) =>
    step.run({ name: 'one' }, async () => 'done'),
  );
  const worker = workflows.newWorker({ concurrency: 10 });
  const look = new DatabaseSync(file);
  const count = (table: string) => Number(look.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);
  try {
    for (let n = 0; n < 45; n += 1) await quick.run({});
    await worker.start();
    const ended = 'SELECT count(*) AS n FROM workflow_runs WHERE finished_at IS NOT NULL';
    await eventually('all ended', () => look.prepare(ended).get()?.n === 45);
    await worker.stop();
    await quick.run({});
    expect(await forgetEngineRuns(file, Date.now() + 89 * DAY)).toBe(0);
    expect([count('workflow_runs'), count('step_attempts')]).toEqual([46, 45]);
    expect(await forgetEngineRuns(file, Date.now() + 91 * DAY)).toBe(45);
    // One waits for the engine still, however long ago it was asked for.
    expect([count('workflow_runs'), count('step_attempts')]).toEqual([1, 0]);
    look.exec('BEGIN IMMEDIATE');
    expect(await forgetEngineRuns(file, Date.now() + 91 * DAY)).toBe(0);
  } finally {
    look.close();
    await backend.stop();
    temp.remove();
  }
});
