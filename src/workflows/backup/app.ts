import { machineChanges } from '../../core/approval/planned-machine.ts';
import { isStarted } from '../../core/model/app-status.ts';
import type { InstanceFacts } from '../../core/model/instance.ts';
import { explain, type Problem, ProblemError } from '../../core/problems/problem.ts';
import { runMessageId } from '../../core/run/run-id.ts';
import { counted, durationInWords, utcTime } from '../../core/text/words.ts';
import { againOf } from '../../runs/backup.ts';
import type { BackupStageKey } from '../../runs/backup-stages.ts';
import { STOPPED_LIMIT_MS, startApplication, stateIn, stopApplication } from '../run/application.ts';
import { currentMachine } from '../run/current-machine.ts';
import { logIn, onMachine, type Reached, watchMachine } from '../run/machine.ts';
import { note, type Tools } from '../run/run.ts';
import type { StageResult } from '../run/stage.ts';
import type { BackupRun } from './run.ts';

const PATIENCE_MS = 3 * 60_000;
const LOGIN_PATIENCE_MS = 2 * 60_000;
const STARTED_LIMIT_MS = 15 * 60_000;
const IDLE_LIMIT_MS = 10 * 60_000;
/** After so many answers that say nothing it is no slip. */
const UNCLEAR_TOLD = 3;
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

/**
 * While CircleCI is away nobody has to guess why: the message says what is waited for, until when, and what was seen. `limitMs`: from
 * now on; then the application is started again.
 */
function telling(run: BackupRun, tools: Tools, waitsFor: string, limitMs: number): Tools {
  const { target, context } = run;
  const until = utcTime(context.clock.now() + limitMs);
  return {
    ...tools,
    async tell(detail) {
      const hint = `CircleCI of ${target} is stopped. The bot waits for ${waitsFor}, until ${until} at the latest. It saw: ${detail}`;
      await tools.tell(detail);
      // A word on the way is worth no failure.
      await tools.show((view) => ({ ...view, hint })).catch(() => {});
    },
  };
}

/** Stops the application. Its value is when that began: from then on CircleCI is away. */
export function stopApp(run: BackupRun, reached: Reached) {
  return run.attempt<number>('stop-app', async (tools) => {
    const since = await stageBegunAt(run, 'stop-app');
    await stopApplication(run, telling(run, tools, 'the application to stop', STOPPED_LIMIT_MS), reached);
    const detail = `stopped within ${durationInWords(run.context.clock.now() - since)}`;
    return { ok: true, value: since, detail };
  });
}

/** Waits until Nomad runs nothing any more. */
export function seeIdle(run: BackupRun, reached: Reached, stoppedSince: number) {
  return run.attempt<null>('idle', async (tools) => {
    throwIfLate(run, stoppedSince);
    let jobs: string[] = [];
    let unclear = 0;
    const until = run.context.clock.now() + IDLE_LIMIT_MS;
    try {
      await watchMachine(
        run,
        telling(run, tools, 'Nomad to run nothing', IDLE_LIMIT_MS),
        reached,
        async (there) => {
          try {
            jobs = await there.runningJobs();
          } catch (error) {
            const isUnclear = error instanceof ProblemError && error.problem.code === 'answer-unclear';
            if (isUnclear) unclear += 1;
            if (isUnclear && unclear === UNCLEAR_TOLD) await tellUnclear(run, error.problem, until);
            throw error;
          }
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

/** An edited message notifies nobody, and CircleCI stays away until the time is up. */
async function tellUnclear(run: BackupRun, problem: Problem, until: number): Promise<void> {
  const { target, runId, input } = run;
  await note(run, {
    key: 'idle-unclear',
    tone: 'warning',
    mentions: input.alert,
    text:
      `CircleCI of ${target} is stopped for this backup, and the bot cannot see whether builds still run. ${explain(problem).reason} ` +
      `It goes on asking until ${utcTime(until)}; then it starts CircleCI again, without a backup. ` +
      `To have that now, type /circleci-backup cancel ${runId}`,
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
    const told = telling(run, tools, 'the application to start', STARTED_LIMIT_MS);
    await startApplication(run, told, reached, STARTED_LIMIT_MS);
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
