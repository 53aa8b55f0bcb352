import type { BackupMode } from '../core/model/backup.ts';
import { isPerson, type Requester } from '../core/model/person.ts';
import { hasPolicy, type Target } from '../core/model/target.ts';
import type { RunView } from '../core/run/run-view.ts';
import type { Lock } from '../core/store/locks.ts';
import type { Store } from '../core/store/store.ts';
import { cut, oneLine } from '../core/text/text.ts';
import { BACKUP, type BackupInput, logsIn } from './backup.ts';
import { newBackupView } from './backup-stages.ts';
import { dataSettingsOf } from './known-data.ts';
import { freeRunId, type RunDeps, recordRun, startRun } from './request.ts';

/** What fits into EC2's tag and a line of the message. */
const NOTE_MAX = 250;

export interface BackupRequest {
  target: Target;
  requester: Requester;
  /** User and user-group ids who are called when it goes wrong. */
  alert: string[];
  note: string;
  /** Told in the channel only if it goes wrong. */
  quiet: boolean;
}

export type Recorded = { taken: true; input: BackupInput } | { taken: false; by: Lock };

/**
 * Takes the target's lock and writes the run's message and audit row, in one transaction: from then on the run will be
 * made, by this process or the next. A person's command and a schedule's slot take the same way.
 */
export async function recordRequest(request: BackupRequest, deps: RunDeps): Promise<Recorded> {
  const recorded = await deps.store.transaction(async (store) => {
    // Within it, or two of a fleet that are asked for at once could be given the same id.
    const input = await inputOf(request, { ...deps, store });
    deps.observe({ runId: input.runId, step: 'request', phase: 'started' });
    return record(request, input, store);
  });
  if (recorded.taken) deps.observe({ runId: recorded.input.runId, step: 'request', phase: 'done' });
  return recorded;
}

/** Hands a recorded backup to the engine; see `startRun`. */
export async function startRecorded(input: BackupInput, deps: RunDeps): Promise<boolean> {
  const { runId, target } = input;
  return startRun({ runId, target, workflow: BACKUP, input }, deps);
}

async function record(request: BackupRequest, input: BackupInput, store: Store): Promise<Recorded> {
  const { requester, quiet } = request;
  const { runId, target, requestedAt, channel, note } = input;
  const isByPerson = isPerson(requester);
  const taken = await recordRun(
    {
      runId,
      target,
      workflow: BACKUP,
      input,
      requester,
      requestedAt,
      channel,
      quiet,
      mayBeBeside: input.mode === 'live',
      view: viewOf(input, hasPolicy(request.target)),
      audit: {
        verb: isByPerson ? 'now' : 'schedule',
        ...(isByPerson ? { actor: requester } : {}),
        detail: {
          mode: input.mode,
          ...(isByPerson ? {} : { schedule: requester.schedule, slot: requester.slot }),
          ...(note === undefined ? {} : { note }),
        },
      },
    },
    store,
  );
  return taken.taken ? { taken: true, input } : taken;
}

/** Everything a backup needs to know, with an id that no other run has. */
export async function inputOf(
  request: Omit<BackupRequest, 'quiet'> & Pick<BackupInput, 'app'> & { mode?: BackupMode },
  deps: Pick<RunDeps, 'store' | 'clock' | 'random'>,
): Promise<BackupInput> {
  const { target, requester, alert, app } = request;
  const at = deps.clock.now();
  const note = cut(oneLine(request.note), NOTE_MAX);
  return {
    runId: await freeRunId('backup', at, deps),
    target: target.name,
    region: target.region,
    instance: target.instance,
    channel: target.channel,
    mode: request.mode ?? 'live',
    requester,
    alert,
    requestedAt: at,
    deadlineMs: target.deadlineMs,
    data: dataSettingsOf(target),
    ...(note === '' ? {} : { note }),
    ...(target.extraTags === undefined ? {} : { extraTags: target.extraTags }),
    ...(app === undefined ? {} : { app }),
    ...(target.files === undefined || target.restic === undefined ? {} : { files: target.files.paths }),
    ...(target.datastores === undefined
      ? {}
      : { datastores: target.datastores.stores.map(({ name }) => name) }),
    ...(target.circleciUrl === undefined ? {} : { hostname: new URL(target.circleciUrl).hostname }),
  };
}

/** The first view of its message. */
export function viewOf(input: BackupInput, retention: boolean): RunView {
  const { runId, target, region, mode, requester, requestedAt, note } = input;
  return newBackupView(
    {
      runId,
      target,
      region,
      mode,
      requester,
      requestedAt,
      ...(note === undefined ? {} : { note }),
    },
    {
      retention,
      ssh: logsIn(input),
      files: input.files !== undefined,
      datastores: input.datastores !== undefined,
    },
  );
}
