import type { Backend } from 'openworkflow/internal';
import { TakenOverError } from '../../core/store/fence.ts';
import type { Ownership } from '../run/ownership.ts';

/** The engine's lease of 30 s, less what a call may take: until then nobody else can have the run. */
const SURE_FOR_MS = 20_000;

/** A run as a worker of this process has claimed it. */
export interface Owner extends Ownership {
  workerId: string;
}

/**
 * Knows which of this process's workers has which run, and since when that is sure: the engine renews its lease every 15 s,
 * says nothing where it could not, and a process that stood still notices nothing either.
 */
export function trackOwners(
  backend: Backend,
  monotonicMs: () => number,
): { of(engineId: string): Owner | undefined; forget(engineId: string, owner: Owner): void } {
  const owners = new Map<string, Owner & { sureSince: number }>();
  const claim = backend.claimWorkflowRun.bind(backend);
  const extend = backend.extendWorkflowRunLease.bind(backend);

  backend.claimWorkflowRun = async (params) => {
    const sureSince = monotonicMs();
    const run = await claim(params);
    if (run !== null) {
      const { workerId } = params;
      const owner = { workerId, sureSince, check: () => check(run.id, owner) };
      owners.set(run.id, owner);
    }
    return run;
  };
  backend.extendWorkflowRunLease = async (params) => {
    const sureSince = monotonicMs();
    const run = await extend(params);
    const owner = owners.get(params.workflowRunId);
    if (owner?.workerId === params.workerId) owner.sureSince = sureSince;
    return run;
  };

  async function check(engineId: string, owner: Owner & { sureSince: number }): Promise<void> {
    const askedAt = monotonicMs();
    if (askedAt - owner.sureSince < SURE_FOR_MS) return;
    const run = await backend.getWorkflowRun({ workflowRunId: engineId });
    if (run?.status !== 'running' || run.workerId !== owner.workerId) throw new TakenOverError('the run');
    owner.sureSince = askedAt;
  }

  return {
    of: (engineId) => owners.get(engineId),
    forget(engineId, owner) {
      if (owners.get(engineId) === owner) owners.delete(engineId);
    },
  };
}
