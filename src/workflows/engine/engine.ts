import { OpenWorkflow, type Worker } from 'openworkflow';
import type { Backend } from 'openworkflow/internal';
import type { Engine } from '../../core/ports/engine.ts';
import type { Shared } from '../../core/store/shared.ts';
import { redactData } from '../../core/text/redact.ts';
import { CanceledError, StoppingError } from '../run/interruptions.ts';
import { owned } from '../run/ownership.ts';
import { FOR_EVER, type Steps } from '../run/stage.ts';
import { claimUntilNothing } from './claim-queue.ts';
import { coalesce } from './coalesce.ts';
import { type AnyDefinition, DEFINITIONS, type WorkflowContext } from './definitions.ts';
import { type Owner, trackOwners } from './owners.ts';
import { createNudges } from './wake-ups.ts';

/**
 * Runs that wait for EC2 hold a slot each; they cost nothing but memory while they wait. More backups than this at
 * once queue in the engine, and say so by not starting.
 */
const CONCURRENCY = 1_000;

/**
 * Raised with each change of inputs or steps that a run of before cannot go on with. The store is not opened while such a
 * run is unfinished; what the engine alone takes for unfinished has had its last word, and ends without a step.
 */
const LAYOUT = '2';

/** How a run ended for the engine, which is not how the backup ended. */
export type EngineState = 'going on' | 'ended' | 'failed' | 'unknown';

export interface WorkflowEngine extends Engine {
  startWorker(): Promise<void>;
  stateOf(engineId: string): Promise<EngineState>;
  /** Ends all waits, and gives the steps time to record that they stopped; the next process goes on. */
  stop(): Promise<void>;
}

/** Where the engine keeps its records. */
export type EngineBackend = Backend;

interface EngineEffects
  extends Omit<WorkflowContext, 'startedAt' | 'stopping' | 'cancelSignal' | 'nudged' | 'isShared'> {
  /** The engine's id of a run that was handed to it before: its own key holds for a day only. */
  engineRunOf(run: { workflow: string; runId: string }): Promise<string | undefined>;
  /** Where other processes take runs over. */
  shared?: { whileRunning: Shared['whileRunning']; monotonicMs: () => number } | undefined;
}

/** OpenWorkflow on its records in a database. */
export function createEngine(
  backend: EngineBackend,
  { engineRunOf, shared, ...effects }: EngineEffects,
): WorkflowEngine {
  const owners = shared === undefined ? undefined : trackOwners(backend, shared.monotonicMs);
  backend.claimWorkflowRun = claimUntilNothing(backend.claimWorkflowRun.bind(backend));
  const workflows = new OpenWorkflow({ backend });
  const stopping = new AbortController();
  const nudges = createNudges();
  const cancels = new Map<string, AbortController>();
  let worker: Worker | undefined;

  const context: WorkflowContext = {
    ...effects,
    isShared: shared !== undefined,
    startedAt: effects.clock.now(),
    stopping: stopping.signal,
    cancelSignal(runId) {
      const known = cancels.get(runId);
      // A wish that was told before was decided on: the next one counts.
      if (known !== undefined && !known.signal.aborted) return known.signal;
      const next = new AbortController();
      cancels.set(runId, next);
      return next.signal;
    },
    nudged: (runId, signal) => nudges.next(runId, signal),
  };

  /** What a run works with while it is this process's. */
  function contextOf(engineId: string, owner: Owner | undefined): WorkflowContext {
    if (shared === undefined || owner === undefined) return context;
    const { workerId } = owner;
    const openOwned =
      <Args extends unknown[], Port extends object>(open: (...args: Args) => Promise<Port>) =>
      async (...args: Args) => {
        await owner.check();
        return owned(await open(...args), owner);
      };
    return {
      ...context,
      store: shared.whileRunning({ engineId, workerId }),
      ec2: (region) => owned(context.ec2(region), owner),
      openSsh: openOwned(context.openSsh),
      openMachine: openOwned(context.openMachine),
      openRestic: openOwned(context.openRestic),
      openConsole: openOwned(context.openConsole),
    };
  }

  const claimSoon = coalesce(async () => worker?.tick());

  const starters = new Map(DEFINITIONS.map((definition) => [definition.name, defined(definition)]));

  function defined(definition: AnyDefinition): (input: unknown, runId: string) => Promise<string> {
    // A run of an older layout is here only where the engine did not note that it had ended.
    workflows.defineWorkflow({ name: definition.name }, async () => null);
    const workflow = workflows.defineWorkflow(
      // What fails outside of the stages is the engine's own database: it must not cost a run that EC2 works on.
      { name: definition.name, version: LAYOUT, retryPolicy: FOR_EVER },
      async ({ input, step, run: { id } }: { input: unknown; step: Steps; run: { id: string } }) => {
        const { runId, run } = definition.bind(input);
        const owner = owners?.of(id);
        if (owner !== undefined)
          effects.log.info({ run: runId, worker: owner.workerId }, 'this process has the run now');
        try {
          return await run(contextOf(id, owner), step);
        } finally {
          cancels.delete(runId);
          if (owner !== undefined) owners?.forget(id, owner);
        }
      },
    );
    return async (input, runId) => {
      const run = await workflow.run(redactData(input, effects.redact), { idempotencyKey: runId });
      return run.workflowRun.id;
    };
  }

  return {
    async start(workflow, input, runId) {
      const starter = starters.get(workflow);
      if (starter === undefined) throw new Error(`there is no workflow named ${workflow}`);
      const engineId = (await engineRunOf({ workflow, runId })) ?? (await starter(input, runId));
      // The worker polls about once a second when idle; a person waits for this one.
      claimSoon();
      return engineId;
    },
    nudge(runId) {
      nudges.nudge(runId);
      void effects.store.locks
        .ofRun(runId)
        .then((lock) => {
          if (lock?.cancel !== undefined) cancels.get(runId)?.abort(new CanceledError(lock.cancel.by.userId));
        })
        .catch((error) =>
          effects.log.warn({ err: error, run: runId }, 'the cancel will be seen at the next stage'),
        );
    },
    async startWorker() {
      worker = workflows.newWorker({ concurrency: CONCURRENCY });
      await worker.start();
    },
    async stateOf(engineId) {
      const run = await backend.getWorkflowRun({ workflowRunId: engineId });
      if (run === null) return 'unknown';
      if (run.status === 'failed' || run.status === 'canceled') return 'failed';
      return run.status === 'completed' ? 'ended' : 'going on';
    },
    async stop() {
      stopping.abort(new StoppingError());
      await worker?.stop();
      await backend.stop();
    },
  };
}
