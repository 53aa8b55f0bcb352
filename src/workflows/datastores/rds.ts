import { TAG } from '../../core/catalogue/tags.ts';
import { rdsSnapshotName } from '../../core/datastores/rds-names.ts';
import type { PartResult, RdsStore } from '../../core/model/datastore.ts';
import type { RdsRegions, RdsSnapshot } from '../../core/ports/rds.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import type { RunContext } from '../run/context.ts';
import type { Run, Tools } from '../run/run.ts';
import { lacking } from './dump.ts';

type RdsRun = Run<RunContext & { rds: RdsRegions }>;

const LOOK_EVERY_MS = 15_000;
const AVAILABLE = 'available';
const ENDED_BADLY = new Set([
  'failed',
  'incompatible-restore',
  'incompatible-parameters',
  'deleting',
  'deleted',
]);

/** Begins the snapshot of an instance. What it holds is of this moment; that it comes to its end is seen later. */
export async function beginSnapshot(
  run: RdsRun,
  tools: Tools,
  store: RdsStore,
  extraTags: Readonly<Record<string, string>> | undefined,
): Promise<PartResult> {
  const { context, region, runId, target } = run;
  const identifier = rdsSnapshotName(runId, store);
  const about = { what: `a snapshot of ${store.instance}` };
  try {
    const tags = { ...extraTags, [TAG.run]: runId, [TAG.target]: target };
    const request = { identifier, instance: store.instance, tags };
    const made = await context.rds(region).create(request, tools.ec2Options());
    return { ...about, ...seenOf(made, context.clock.now()) };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { ...about, lacks: lacking(error.problem) };
  }
}

/** Follows it until RDS has ended its work on it. */
export async function followSnapshot(
  run: RdsRun,
  tools: Tools,
  part: PartResult,
  until: number,
): Promise<PartResult> {
  const { snapshotId: identifier } = part;
  if (identifier === undefined || part.lacks !== undefined) return part;
  const { clock, rds } = run.context;
  let status = 'not shown by RDS';
  try {
    const done = await tools.until(
      async () => {
        const found = await rds(run.region).find(identifier, tools.ec2Options());
        status = found?.status ?? 'not shown by RDS';
        if (found === undefined) return undefined;
        if (ENDED_BADLY.has(found.status))
          throw new ProblemError({ code: 'rds-snapshot-failed', identifier, status: found.status });
        if (found.status === AVAILABLE) return found;
        await tools.tell(`${identifier}: ${found.status}, ${found.percent} %`);
        return undefined;
      },
      {
        everyMs: LOOK_EVERY_MS,
        limitMs: Math.max(0, until - clock.now()),
        late: (afterMs) => ({ code: 'rds-snapshot-late', identifier, status, afterMs }),
      },
    );
    return { ...part, ...seenOf(done, clock.now()), to: clock.now() };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { ...part, lacks: lacking(error.problem) };
  }
}

function seenOf({ identifier, createdAt, bytes }: RdsSnapshot, now: number) {
  return { snapshotId: identifier, from: createdAt ?? now, ...(bytes === undefined ? {} : { bytes }) };
}
