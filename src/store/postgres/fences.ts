import { type Kysely, sql } from 'kysely';
import { TakenOverError } from '../../core/store/fence.ts';
import type { Schema } from '../schema.ts';

/**
 * For the open transaction: rejects with `TakenOverError` where the engine has given the run to another worker, and keeps it
 * from doing so before the transaction has ended (its claim asks for the row's whole lock and passes over what is locked;
 * its heartbeats do not mind).
 */
export async function holdRun(
  trx: Kysely<Schema>,
  engineSchema: string,
  { engineId, workerId }: { engineId: string; workerId: string },
): Promise<void> {
  const held = await sql`select from ${sql.table(`${engineSchema}.workflow_runs`)}
    where namespace_id = 'default' and id = ${engineId} and worker_id = ${workerId} and status = 'running'
    for key share`.execute(trx);
  if (held.rows.length === 0) throw new TakenOverError('the run');
}
