import { listInWords } from '../../core/text/words.ts';
import { startApplication, stopApplication } from '../run/application.ts';
import { onMachine, type Reached, watchMachine } from '../run/machine.ts';
import type { RestoreRun } from './run.ts';

/** ES waits for 10 minutes; an application that migrates its data may take longer. */
const STARTED_LIMIT_MS = 30 * 60_000;
const READY_LIMIT_MS = 10 * 60_000;

/** Stops the application where it runs. */
export function stopApp(run: RestoreRun, reached: Reached): Promise<null> {
  return run.stage('stop-app', async (tools) => {
    await stopApplication(run, tools, reached);
    return { ok: true, value: null, detail: 'stopped' };
  });
}

export function startApp(run: RestoreRun, reached: Reached): Promise<null> {
  return run.stage('start-app', async (tools) => {
    await startApplication(run, tools, reached, STARTED_LIMIT_MS);
    return { ok: true, value: null, detail: 'started' };
  });
}

/** Removes Nomad's state, which is made anew; on a machine without it there is nothing to do. */
export function removeNomad(run: RestoreRun, reached: Reached): Promise<string> {
  return run.stage(
    'nomad',
    async (tools) => {
      const detail = await onMachine(run, tools, reached, async (machine) => {
        if (!(await machine.hasNomad())) return '/opt/nomad is not there';
        await machine.removeNomad();
        return '/opt/nomad removed';
      });
      return { ok: true, value: detail, detail };
    },
    'left',
  );
}

/** Restarts Replicated's services in their order, and waits until it is ready. */
export function restartServices(run: RestoreRun, reached: Reached): Promise<null> {
  return run.stage('restart', async (tools) => {
    const services = await onMachine(run, tools, reached, (machine) => machine.restartServices());
    await watchMachine(
      run,
      tools,
      reached,
      async (machine) => ((await machine.systemReady()) ? true : undefined),
      {
        limitMs: READY_LIMIT_MS,
        late: (afterMs) => ({ code: 'restore-replicated-silent', afterMs }),
      },
    );
    return { ok: true, value: null, detail: `${listInWords(services)}; Replicated is ready` };
  });
}

/** Sets the host under which CircleCI answers, where the plan has another one than the backup. */
export function setHost(run: RestoreRun, reached: Reached, host: string): Promise<string> {
  return run.stage(
    'hostname',
    async (tools) => {
      const detail = await onMachine(run, tools, reached, async (machine) => {
        const before = await machine.hostname();
        if (before === host) return `${host}, as it was`;
        await machine.setHostname(host);
        return before === undefined ? host : `${host} in place of ${before}`;
      });
      return { ok: true, value: detail, detail };
    },
    'left',
  );
}
