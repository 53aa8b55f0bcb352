import { machineChanges } from '../../core/approval/planned-machine.ts';
import { isStarted } from '../../core/model/app-status.ts';
import type { InstanceFacts } from '../../core/model/instance.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { runMessageId } from '../../core/run/run-id.ts';
import { counted, durationInWords } from '../../core/text/words.ts';
import { againOf } from '../../runs/backup.ts';
import type { BackupStageKey } from '../../runs/backup-stages.ts';
import { startApplication, stateIn, stopApplication } from '../run/application.ts';
import { currentMachine } from '../run/current-machine.ts';
import { logIn, onMachine, type Reached, watchMachine } from '../run/machine.ts';
import type { StageResult } from '../run/stage.ts';
import type { BackupRun } from './run.ts';

const PATIENCE_MS = 3 * 60_000;
const LOGIN_PATIENCE_MS = 2 * 60_000;
const STARTED_LIMIT_MS = 15 * 60_000;
const IDLE_LIMIT_MS = 10 * 60_000;
/** Whoever approved a short absence did not approve one of an hour, whyever the bot was away. */
const STOPPED_AT_MOST_MS = 30 * 60_000;

/** Logs in, which confirms the host key, and sees that the application is up: nothing was touched so far. */
export function connect(run: BackupRun, machine: InstanceFacts) {
  return run.attempt<Reached>('connect', async (tools) => {
    const { target, region, context } = run;
    const instance = { by: 'id', id: machine.instanceId } as const;
    const options = tools.ec2Options(PATIENCE_MS, tools.wanted);
    const found = await currentMachine(context, { target, region, instance }, options);
    // Somebody may have replaced it since: what is logged in to is what the plan says.
    const changes =
      run.input.machine === undefined
        ? []
        : machineChanges(run.input.machine, instance, { machine: found.instance, found: [found.instance] });
    if (changes.length > 0)
      throw new ProblemError({ code: 'plan-changed', changes, again: againOf(run.input) });
    const { connection, reached, said } = await logIn(run, tools, found, LOGIN_PATIENCE_MS);
    connection.close();
    const status = await onMachine(run, tools, reached, (there) => there.appStatus());
    if (!isStarted(status)) throw new ProblemError({ code: 'app-not-running', ...stateIn(status) });
    return { ok: true, value: reached, detail: `${said}; the application is started` };
  });
}

/** Stops the application. Its value is when that began: from then on CircleCI is away. */
export function stopApp(run: BackupRun, reached: Reached) {
  return run.attempt<number>('stop-app', async (tools) => {
    const since = await stageBegunAt(run, 'stop-app');
    await stopApplication(run, tools, reached);
    const detail = `stopped within ${durationInWords(run.context.clock.now() - since)}`;
    return { ok: true, value: since, detail };
  });
}

/** Waits until Nomad runs nothing any more. */
export function seeIdle(run: BackupRun, reached: Reached, stoppedSince: number) {
  return run.attempt<null>('idle', async (tools) => {
    throwIfLate(run, stoppedSince);
    let jobs: string[] = [];
    try {
      await watchMachine(
        run,
        tools,
        reached,
        async (there) => {
          jobs = await there.runningJobs();
          if (jobs.length === 0) return true;
          await tools.tell(`${counted(jobs.length, 'job')} of Nomad: ${jobs.slice(0, 5).join(', ')}`);
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

export function syncDisks(run: BackupRun, reached: Reached, stoppedSince: number) {
  return run.attempt<null>('sync', async (tools) => {
    throwIfLate(run, stoppedSince);
    await onMachine(run, tools, reached, (there) => there.sync());
    return { ok: true, value: null, detail: 'written' };
  });
}

function throwIfLate({ context: { clock } }: BackupRun, stoppedSince: number): void {
  const afterMs = clock.now() - stoppedSince;
  if (afterMs > STOPPED_AT_MOST_MS) throw new ProblemError({ code: 'quiesce-late', afterMs });
}

/** Starts the application again, whatever came of the backup. Its value is when it was up. */
export function startApp(run: BackupRun, reached: Reached): Promise<StageResult<number>> {
  return run.attempt<number>('start-app', async (tools) => {
    const { clock } = run.context;
    const since = clock.now();
    await startApplication(run, tools, reached, STARTED_LIMIT_MS);
    const detail = `started within ${durationInWords(clock.now() - since)}`;
    return { ok: true, value: clock.now(), detail };
  });
}

/** When a stage of this run first began, in whichever process. */
export async function stageBegunAt(
  { context: { store, clock }, runId }: BackupRun,
  key: BackupStageKey,
): Promise<number> {
  const message = await store.messages.get(runMessageId(runId));
  const stages = message?.view.kind === 'run' ? message.view.run.stages : [];
  return stages.find((stage) => stage.key === key)?.startedAt ?? clock.now();
}
