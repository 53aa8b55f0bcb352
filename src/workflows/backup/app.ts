import { type AppStatus, isStarted, isStopped } from '../../core/model/app-status.ts';
import type { InstanceFacts } from '../../core/model/instance.ts';
import { sshAddress } from '../../core/model/ssh-access.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { runMessageId } from '../../core/run/run-id.ts';
import { withStage } from '../../core/run/run-view.ts';
import { counted, durationInWords } from '../../core/text/words.ts';
import type { BackupInput } from '../../runs/backup.ts';
import type { BackupStageKey } from '../../runs/backup-stages.ts';
import type { WorkflowContext } from '../run/context.ts';
import { presentMachine, sshAccessOf } from '../run/current-machine.ts';
import type { StageResult } from '../run/stage.ts';
import type { BackupDoor, DoorAddress } from './machine-session.ts';
import type { BackupStages, BackupTools } from './stages.ts';

const PATIENCE_MS = 3 * 60_000;
const LOGIN_PATIENCE_MS = 2 * 60_000;
const STOPPED_LIMIT_MS = 10 * 60_000;
const STARTED_LIMIT_MS = 15 * 60_000;
/** An application that was asked to start and is stopped again is asked once more after this long. */
const ASK_AGAIN_MS = 60_000;
const IDLE_LIMIT_MS = 10 * 60_000;
/** Whoever approved a short absence did not approve one of an hour, whyever the bot was away. */
const STOPPED_AT_MOST_MS = 30 * 60_000;

/** What a backup works with that looks after the application. */
export interface AppRun {
  context: WorkflowContext;
  input: BackupInput;
  stage: BackupStages;
  door: BackupDoor;
}

/** Logs in, which confirms the host key, and sees that the application is up: nothing was touched so far. */
export function connect({ context, input, stage, door }: AppRun, machine: InstanceFacts) {
  return stage<DoorAddress>('connect', async (tools) => {
    const { target, region } = input;
    const instance = { by: 'id', id: machine.instanceId } as const;
    const present = await presentMachine(context, { target, region, instance }, tools.options(PATIENCE_MS));
    const access = sshAccessOf(context, target);
    const connection = await context.openSsh(sshAddress(access, present.host, present.hostKeys), {
      signal: tools.cancelOrStop,
      patienceMs: LOGIN_PATIENCE_MS,
      onTrouble: (what) => void tell(tools, 'connect', `no answer yet: ${what}`),
    });
    const { hostKey } = connection;
    connection.close();
    const at = { host: present.host, hostKey };
    const status = await door.work(tools, at, (there) => there.appStatus());
    if (!isStarted(status)) throw new ProblemError({ code: 'app-not-running', ...stateIn(status) });
    const detail = `${access.user}@${at.host}, host key ${hostKey} (${present.vouchedBy(hostKey)}); the application is started`;
    return { ok: true, value: at, detail };
  });
}

/** Stops the application. Its value is when that began: from then on CircleCI is away. */
export function stopApp({ context, input, stage, door }: AppRun, at: DoorAddress) {
  return stage<number>('stop-app', async (tools) => {
    const since = await begunAt(context, input.runId, 'stop-app');
    let status: AppStatus | undefined;
    let isAsked = false;
    const look = async (there: Parameters<Parameters<BackupDoor['watch']>[2]>[0]) => {
      status = await there.appStatus();
      if (isStopped(status)) return true;
      if (!isAsked) await there.stopApp();
      isAsked = true;
      await tell(tools, 'stop-app', stateOf(status));
      return undefined;
    };
    await door.watch(tools, at, look, {
      limitMs: STOPPED_LIMIT_MS,
      late: (afterMs) => ({ code: 'app-not-stopped', ...stateIn(status), afterMs }),
    });
    const detail = `stopped within ${durationInWords(context.clock.now() - since)}`;
    return { ok: true, value: since, detail };
  });
}

/** Waits until Nomad runs nothing any more. */
export function seeIdle({ context, stage, door }: AppRun, at: DoorAddress, stoppedSince: number) {
  return stage<null>('idle', async (tools) => {
    throwIfLate(context, stoppedSince);
    let jobs: string[] = [];
    try {
      await door.watch(
        tools,
        at,
        async (there) => {
          jobs = await there.runningJobs();
          if (jobs.length === 0) return true;
          await tell(
            tools,
            'idle',
            `${counted(jobs.length, 'job')} of Nomad: ${jobs.slice(0, 5).join(', ')}`,
          );
          return undefined;
        },
        { limitMs: IDLE_LIMIT_MS, late: (afterMs) => ({ code: 'builds-running', jobs, afterMs }) },
      );
    } catch (error) {
      // Server 1.x has none, and the application that drives its builders is stopped.
      if (!(error instanceof ProblemError) || error.problem.code !== 'nomad-missing') throw error;
      return { ok: true, value: null, detail: 'the machine has no Nomad, so that nothing says it' };
    }
    return { ok: true, value: null, detail: 'Nomad runs no jobs' };
  });
}

export function syncDisks({ context, stage, door }: AppRun, at: DoorAddress, stoppedSince: number) {
  return stage<null>('sync', async (tools) => {
    throwIfLate(context, stoppedSince);
    await door.work(tools, at, (there) => there.sync());
    return { ok: true, value: null, detail: 'written' };
  });
}

function throwIfLate({ clock }: WorkflowContext, stoppedSince: number): void {
  const afterMs = clock.now() - stoppedSince;
  if (afterMs > STOPPED_AT_MOST_MS) throw new ProblemError({ code: 'quiesce-late', afterMs });
}

/**
 * Starts the application again, whatever came of the backup, and also where it may never have stopped. It is up when it
 * is started, on the way to nothing else, and meant to be so: a stop that was asked for a moment ago may still come.
 */
export function startApp({ context, stage, door }: AppRun, at: DoorAddress): Promise<StageResult<number>> {
  return stage<number>('start-app', async (tools) => {
    const { clock } = context;
    const since = clock.now();
    let status: AppStatus | undefined;
    let askedAt: number | undefined;
    await door.watch(
      tools,
      at,
      async (there) => {
        status = await there.appStatus();
        if (isStarted(status) && (status?.desired === 'started' || askedAt !== undefined)) return true;
        const isDue = askedAt === undefined || (isStopped(status) && clock.now() - askedAt >= ASK_AGAIN_MS);
        if (status !== undefined && isDue) {
          await there.startApp();
          askedAt = clock.now();
        }
        await tell(tools, 'start-app', stateOf(status));
        return undefined;
      },
      {
        limitMs: STARTED_LIMIT_MS,
        late: (afterMs) => ({ code: 'app-not-started', ...stateIn(status), afterMs }),
        toTheEnd: true,
      },
    );
    const detail = `started within ${durationInWords(clock.now() - since)}`;
    return { ok: true, value: clock.now(), detail };
  });
}

/** When a stage of this run first began, in whichever process. */
export async function begunAt(
  { store, clock }: WorkflowContext,
  runId: string,
  key: BackupStageKey,
): Promise<number> {
  const message = await store.messages.get(runMessageId(runId));
  const stages = message?.view.kind === 'run' ? message.view.run.stages : [];
  return stages.find((stage) => stage.key === key)?.startedAt ?? clock.now();
}

export function tell({ show }: BackupTools, key: BackupStageKey, detail: string): Promise<void> {
  // A word on the way is worth no failure.
  return show((view) => withStage(view, key, { detail })).catch(() => {});
}

export function stateIn(status: AppStatus | undefined): { state?: string } {
  return status === undefined ? {} : { state: status.state };
}

export function stateOf(status: AppStatus | undefined): string {
  if (status === undefined) return 'not known to Replicated';
  return status.isTransitioning ? `${status.state} (on the way to ${status.desired})` : status.state;
}
