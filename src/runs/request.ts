import type { Person, Requester } from '../core/model/person.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Engine } from '../core/ports/engine.ts';
import type { Log } from '../core/ports/log.ts';
import type { Notifier } from '../core/ports/notifier.ts';
import type { StepEvent } from '../core/ports/step-event.ts';
import type { AuditKind } from '../core/run/audit.ts';
import { newRunId, runMessageId } from '../core/run/run-id.ts';
import type { RunKind, RunView } from '../core/run/run-view.ts';
import type { Lock } from '../core/store/locks.ts';
import type { Store } from '../core/store/store.ts';

/** What it takes to have a run made. */
export interface RunDeps {
  store: Store;
  engine: Engine;
  notifier: Notifier;
  clock: Clock;
  random: () => number;
  log: Log;
  observe(event: StepEvent): void;
}

/** A run of any kind as it is asked for. */
export interface RunRequest {
  runId: string;
  target: string;
  workflow: string;
  /** Its workflow's input, as JSON data. */
  input: unknown;
  requester: Requester;
  requestedAt: number;
  channel: string;
  /** The first state of its message. */
  view: RunView;
  /** Told in the channel only if it goes wrong. */
  quiet: boolean;
  /** A live backup: made also beside a run that waits for people and changes nothing meanwhile. */
  mayBeBeside?: boolean;
  audit: { verb: string; kind?: AuditKind; actor?: Person; detail: Record<string, unknown> };
}

export type Taken = { taken: true } | { taken: false; by: Lock };

/**
 * Takes the target's lock and writes the run's message and audit row, on an open transaction: from its commit on the run
 * will be made, by this process or the next.
 */
export async function recordRun(request: RunRequest, store: Store): Promise<Taken> {
  const { runId, target, workflow, input, requestedAt: at, audit } = request;
  const lock = { target, runId, requester: request.requester, since: at, workflow, input };
  const taken = await store.locks.acquire(lock, request.mayBeBeside);
  if (!taken.taken) return taken;
  await store.messages.put(
    {
      id: runMessageId(runId),
      channel: request.channel,
      broadcast: false,
      final: false,
      view: { kind: 'run', run: request.view },
    },
    at,
  );
  if (request.quiet) await store.messages.setState(runMessageId(runId), 'withheld');
  await store.audit.append({ at, kind: 'request', target, runId, ...audit });
  return taken;
}

/** Hands a recorded run to the engine. false when that failed: the bot's own check then does it as soon as it can. */
export async function startRun(
  { runId, target, workflow, input }: Pick<RunRequest, 'runId' | 'target' | 'workflow' | 'input'>,
  deps: RunDeps,
): Promise<boolean> {
  deps.notifier.wake();
  try {
    deps.observe({ runId, step: 'handover', phase: 'started' });
    const engineId = await deps.engine.start(workflow, input, runId);
    deps.observe({ runId, step: 'handover', phase: 'done' });
    await deps.store.locks.setEngineId(runId, engineId);
    return true;
  } catch (error) {
    deps.log.error({ err: error, run: runId, target }, 'the engine did not start a run');
    return false;
  }
}

/** A fleet starts hundreds of runs in one minute: now and then two of them draw the same four characters. */
export async function freeRunId(
  kind: RunKind,
  at: number,
  { store, random }: Pick<RunDeps, 'store' | 'random'>,
): Promise<string> {
  let id = newRunId(kind, at, random);
  for (let draws = 1; draws < 10 && (await store.messages.get(runMessageId(id))) !== undefined; draws += 1) {
    id = newRunId(kind, at, random);
  }
  return id;
}
