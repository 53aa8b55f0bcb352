import { type Kysely, sql } from 'kysely';
import { turn } from '../audit-chain.ts';
import { ENDED, RUNS_KEPT_MS } from '../engine-runs.ts';
import type { Schema } from '../schema.ts';

const AT_A_TIME = 200;

/**
 * OpenWorkflow keeps every run with its steps for ever: those that ended long ago are deleted from its schema. Its times
 * are the server's.
 */
export async function forgetEngineRuns(db: Kysely<Schema>, engineSchema: string): Promise<number> {
  const runs = sql.table(`${engineSchema}.workflow_runs`);
  for (let sum = 0; ; await turn()) {
    const { numAffectedRows } = await sql`delete from ${runs} where ctid in (
      select ctid from ${runs} where namespace_id = 'default' and status in (${sql.join(ENDED)})
        and created_at < now() - ${RUNS_KEPT_MS} * interval '1 millisecond' limit ${sql.lit(AT_A_TIME)})`.execute(
      db,
    );
    sum += Number(numAffectedRows ?? 0);
    if (Number(numAffectedRows ?? 0) < AT_A_TIME) return sum;
  }
}

/** The engine's id of a run that was handed to it under this id, however long ago that was. */
export async function engineRunOf(
  db: Kysely<Schema>,
  engineSchema: string,
  { workflow, runId }: { workflow: string; runId: string },
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`select id from ${sql.table(`${engineSchema}.workflow_runs`)}
    where namespace_id = 'default' and workflow_name = ${workflow} and idempotency_key = ${runId}
    order by created_at limit 1`.execute(db);
  return rows[0]?.id;
}
