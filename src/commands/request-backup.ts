import { hasPolicy, isPerson, type Requester, type Target } from '../core/model.ts';
import { newRunId } from '../core/run-id.ts';
import { newBackupView } from '../core/run-view.ts';
import type { Lock, Store } from '../core/store.ts';
import { cut, oneLine } from '../core/text.ts';
import { BACKUP, type BackupInput } from '../workflows/specs/backup.ts';
import type { CommandDeps } from './verb.ts';

/** What fits into EC2's tag and a line of the message. */
const NOTE_MAX = 250;

export interface BackupRequest {
  target: Target;
  requestedBy: Requester;
  /** User and user-group ids who are called when it goes wrong. */
  alert: string[];
  note: string;
  /** Told in the channel only if it goes wrong. */
  quiet: boolean;
}

type Deps = Pick<CommandDeps, 'store' | 'engine' | 'notifier' | 'clock' | 'random' | 'log' | 'observe'>;

export type Recorded = { taken: true; input: BackupInput } | { taken: false; by: Lock };

/**
 * Takes the target's lock and writes the run's message and audit row, in one transaction: from then on the run will be
 * made, by this process or the next. A person's command and a schedule's slot take the same way.
 */
export async function recordRequest(request: BackupRequest, deps: Deps): Promise<Recorded> {
  const input = await inputOf(request, deps);
  deps.observe({ runId: input.runId, step: 'request', phase: 'started' });
  const recorded = await deps.store.transaction((store) => record(request, input, store));
  if (recorded.taken) deps.observe({ runId: input.runId, step: 'request', phase: 'done' });
  return recorded;
}

/** Hands a recorded run to the engine. false when that failed: the bot's own check then does it as soon as it can. */
export async function startRecorded(input: BackupInput, deps: Deps): Promise<boolean> {
  const { runId, target } = input;
  deps.notifier.wake();
  try {
    deps.observe({ runId, step: 'handover', phase: 'started' });
    const engineId = await deps.engine.start(BACKUP, input, runId);
    deps.observe({ runId, step: 'handover', phase: 'done' });
    await deps.store.locks.setEngineId(runId, engineId);
    return true;
  } catch (error) {
    deps.log.error({ err: error, run: runId, target }, 'the engine did not start a run');
    return false;
  }
}

async function record(request: BackupRequest, input: BackupInput, store: Store): Promise<Recorded> {
  const { requestedBy, quiet } = request;
  const { runId, target, requestedAt: at } = input;
  const taken = await store.locks.acquire({
    target,
    runId,
    holder: requestedBy,
    since: at,
    workflow: BACKUP,
    input,
  });
  if (!taken.taken) return taken;
  await store.messages.put(
    {
      id: `run/${runId}`,
      channel: input.channel,
      broadcast: false,
      final: false,
      view: { kind: 'run', run: viewOf(input, hasPolicy(request.target)) },
    },
    at,
  );
  if (quiet) await store.messages.setState(`run/${runId}`, 'withheld');
  await store.audit.append({
    at,
    kind: 'request',
    verb: isPerson(requestedBy) ? 'now' : 'schedule',
    target,
    runId,
    ...(isPerson(requestedBy) ? { actor: requestedBy } : {}),
    detail: {
      mode: input.mode,
      ...(isPerson(requestedBy) ? {} : { schedule: requestedBy.schedule, slot: requestedBy.slot }),
      ...(input.note === undefined ? {} : { note: input.note }),
    },
  });
  return { taken: true, input };
}

async function inputOf(request: BackupRequest, deps: Deps): Promise<BackupInput> {
  const { target, requestedBy, alert } = request;
  const at = deps.clock.now();
  const note = cut(oneLine(request.note), NOTE_MAX);
  return {
    runId: await freeRunId(at, deps),
    target: target.name,
    region: target.region,
    instance: target.instance,
    channel: target.channel,
    mode: 'live',
    requestedBy,
    alert,
    requestedAt: at,
    deadlineMs: target.deadlineMs,
    ...(note === '' ? {} : { note }),
    ...(target.circleciUrl === undefined ? {} : { hostname: new URL(target.circleciUrl).hostname }),
  };
}

/** A fleet starts hundreds of runs in one minute: now and then two of them draw the same four characters. */
async function freeRunId(at: number, { store, random }: Deps): Promise<string> {
  let id = newRunId('bk', at, random);
  for (let draws = 1; draws < 10 && (await store.messages.get(`run/${id}`)) !== undefined; draws += 1) {
    id = newRunId('bk', at, random);
  }
  return id;
}

function viewOf(
  { runId, target, region, mode, requestedBy, requestedAt, note }: BackupInput,
  retention: boolean,
) {
  return newBackupView(
    {
      runId,
      target,
      region,
      mode,
      requestedBy,
      requestedAt,
      ...(note === undefined ? {} : { note }),
    },
    { retention },
  );
}
