import {
  CreateDBSnapshotCommand,
  type DBSnapshot,
  DeleteDBSnapshotCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { TAG } from '../../core/catalogue/tags.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { CallOptions } from '../../core/ports/ec2-call.ts';
import type { Metrics } from '../../core/ports/metrics.ts';
import type { Rds, RdsSnapshot } from '../../core/ports/rds.ts';
import { type Problem, ProblemError } from '../../core/problems/problem.ts';
import { codeOf, createCaller } from '../ec2/calls.ts';
import { type AwsSettings, sharedOptions } from '../ec2/client-options.ts';
import { tagList } from '../ec2/facts.ts';

const GIB = 1024 ** 3;
const TAKEN = new Set(['DBSnapshotAlreadyExists', 'DBSnapshotAlreadyExistsFault']);
const GONE = new Set(['DBSnapshotNotFound', 'DBSnapshotNotFoundFault']);

/** The RDS port over AWS's SDK, for one region. The SDK's own retries are off, as for EC2. */
export function createRds(
  settings: AwsSettings & { endpointRds?: string | undefined },
  deps: { clock: Clock; random: () => number; metrics: Metrics },
): Rds & { close(): void } {
  const { endpointRds: endpoint } = settings;
  const client = new RDSClient({
    ...sharedOptions(settings),
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  const caller = createCaller(deps);

  async function call<T>(
    action: string,
    send: (signal: AbortSignal) => Promise<T>,
    options: CallOptions,
  ): Promise<T> {
    try {
      return await caller.call(action, send, options);
    } catch (error) {
      throw ofRds(error);
    }
  }

  async function find(identifier: string, options: CallOptions): Promise<RdsSnapshot | undefined> {
    try {
      const page = await call(
        'DescribeDBSnapshots',
        (abortSignal) =>
          client.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: identifier }), { abortSignal }),
        options,
      );
      const [found] = page.DBSnapshots ?? [];
      return found === undefined ? undefined : snapshotOf(found);
    } catch (error) {
      if (GONE.has(codeOf(error) ?? '')) return undefined;
      throw error;
    }
  }

  return {
    find,
    async create({ identifier, instance, tags }, options) {
      try {
        const { DBSnapshot: made } = await call(
          'CreateDBSnapshot',
          (abortSignal) =>
            client.send(
              new CreateDBSnapshotCommand({
                DBSnapshotIdentifier: identifier,
                DBInstanceIdentifier: instance,
                Tags: tagList(tags),
              }),
              { abortSignal },
            ),
          options,
        );
        if (made !== undefined) return snapshotOf(made);
      } catch (error) {
        if (!TAKEN.has(codeOf(error) ?? '')) throw error;
      }
      const found = await find(identifier, options);
      if (found?.instance === instance && found.tags[TAG.run] === tags[TAG.run]) return found;
      throw new ProblemError({ code: 'rds-snapshot-taken', identifier });
    },
    async remove(identifier, options) {
      try {
        await call(
          'DeleteDBSnapshot',
          (abortSignal) =>
            client.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: identifier }), { abortSignal }),
          options,
        );
      } catch (error) {
        if (!GONE.has(codeOf(error) ?? '')) throw error;
      }
    },
    close: () => client.destroy(),
  };
}

function snapshotOf(found: DBSnapshot): RdsSnapshot {
  const { SnapshotCreateTime: created, AllocatedStorage: gib } = found;
  return {
    identifier: found.DBSnapshotIdentifier ?? '',
    instance: found.DBInstanceIdentifier ?? '',
    status: found.Status ?? '',
    percent: found.PercentProgress ?? 0,
    tags: Object.fromEntries((found.TagList ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    ...(created === undefined ? {} : { createdAt: created.getTime() }),
    ...(gib === undefined ? {} : { bytes: gib * GIB }),
  };
}

/** The same problems in the name of RDS. */
function ofRds(error: unknown): unknown {
  if (!(error instanceof ProblemError)) return error;
  const problem = problemOfRds(error.problem);
  return problem === undefined ? error : new ProblemError(problem, { cause: error });
}

function problemOfRds(problem: Problem): Problem | undefined {
  switch (problem.code) {
    case 'ec2-refused':
      return { ...problem, code: 'rds-refused' };
    case 'ec2-unavailable': {
      const { action, awsCode, sinceMs } = problem;
      return { code: 'rds-unavailable', action, awsCode, sinceMs };
    }
    case 'permissions-missing':
      return { ...problem, actions: problem.actions.map((action) => action.replace(/^ec2:/, 'rds:')) };
    default:
      return undefined;
  }
}
