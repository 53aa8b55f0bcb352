import { type AppStatus, isStarted, isStopped } from '../../core/model/app-status.ts';
import type { ServicesMachine } from '../../core/ports/services-machine.ts';
import type { WebAddress } from '../../core/ports/web-probe.ts';
import type { MachineContext } from './context.ts';
import { type MachineRun, type Reached, watchMachine } from './machine.ts';
import type { Limits, Tools } from './run.ts';

export const STOPPED_LIMIT_MS = 10 * 60_000;
const WEB_LIMIT_MS = 10 * 60_000;
/** Wall ms of one request. */
const PROBE_TIMEOUT_MS = 10_000;
/** An application that was asked to start and is stopped again is asked once more after this long. */
const ASK_AGAIN_MS = 60_000;

/** Asks the application to stop, and sees that it has. */
export async function stopApplication(run: MachineRun, tools: Tools, reached: Reached): Promise<void> {
  const { clock } = run.context;
  let askedAt: number | undefined;
  await watchApplication(
    run,
    tools,
    reached,
    async (status, machine) => {
      if (isStopped(status)) return true;
      // Replicated that just started knows no application yet: there is nothing to stop until it does.
      if (status !== undefined && askedAt === undefined) {
        await machine.stopApp();
        askedAt = clock.now();
      }
      return false;
    },
    { limitMs: STOPPED_LIMIT_MS, askedAt: () => askedAt, code: 'app-not-stopped' },
  );
}

/**
 * Asks the application to start, also where it may never have stopped, and sees that it has: started, on the way to
 * nothing else, and meant to be so, for a stop that was asked for a moment ago may still come.
 */
export async function startApplication(
  run: MachineRun,
  tools: Tools,
  reached: Reached,
  limitMs: number,
): Promise<void> {
  const { clock } = run.context;
  let askedAt: number | undefined;
  let firstAsked: number | undefined;
  await watchApplication(
    run,
    tools,
    reached,
    async (status, machine) => {
      if (isStarted(status) && (status?.desired === 'started' || askedAt !== undefined)) return true;
      const isDue =
        askedAt === undefined
          ? !isStarting(status)
          : isStopped(status) && clock.now() - askedAt >= ASK_AGAIN_MS;
      if (status !== undefined && isDue) {
        await machine.startApp();
        askedAt = clock.now();
        firstAsked ??= askedAt;
      }
      return false;
    },
    { limitMs, askedAt: () => firstAsked, code: 'app-not-started' },
  );
}

/** Sees that the application is started, and asks it for nothing. */
export async function seeStarted(
  run: MachineRun,
  tools: Tools,
  reached: Reached,
  limitMs: number,
): Promise<void> {
  const code = 'app-not-started';
  await watchApplication(run, tools, reached, async (status) => isStarted(status), { limitMs, code });
}

/** Looks at the application's state until `isThere`, which may ask for what is still to be done; late, that is the problem of `code`. */
async function watchApplication(
  run: MachineRun,
  tools: Tools,
  reached: Reached,
  isThere: (status: AppStatus | undefined, machine: ServicesMachine) => Promise<boolean>,
  { code, ...limits }: Omit<Limits, 'late'> & { code: 'app-not-stopped' | 'app-not-started' },
): Promise<void> {
  let status: AppStatus | undefined;
  await watchMachine(
    run,
    tools,
    reached,
    async (machine) => {
      status = await machine.appStatus();
      if (await isThere(status, machine)) return true;
      await tools.tell(statusInWords(status));
      return undefined;
    },
    { ...limits, late: (afterMs) => ({ code, ...stateIn(status), afterMs }) },
  );
}

function isStarting(status: AppStatus | undefined): boolean {
  return status?.isTransitioning === true && status.desired === 'started';
}

/** For a problem; left out where Replicated knows of no application. */
export function stateIn(status: AppStatus | undefined): { state?: string } {
  if (status === undefined) return {};
  const { state, desired, isTransitioning } = status;
  return { state: isTransitioning && state === desired ? `${state}, and still on the way` : state };
}

function statusInWords(status: AppStatus | undefined): string {
  if (status === undefined) return 'not known to Replicated';
  return status.isTransitioning ? `${status.state} (on the way to ${status.desired})` : status.state;
}

/** Asks a web address until there is an answer, and says which; a fault of the server is none. */
export async function webAnswers(
  { probeWeb }: Pick<MachineContext, 'probeWeb'>,
  tools: Tools,
  what: string,
  address: WebAddress,
): Promise<string> {
  const isUsual = address.port === (address.scheme === 'https' ? 443 : 80);
  const url = `${address.scheme}://${address.host ?? address.ip}${isUsual ? '' : `:${address.port}`}${address.path}`;
  let last = 'nothing';
  return tools.until(
    async () => {
      const answer = await probeWeb(address, { signal: tools.signal, timeoutMs: PROBE_TIMEOUT_MS });
      last = answer.answered ? `HTTP ${answer.status}` : answer.why;
      if (!answer.answered || answer.status >= 500) {
        await tools.tell(`${what} does not answer yet: ${last}`);
        return undefined;
      }
      const { certificate } = answer;
      const shown =
        certificate === undefined || certificate.trusted
          ? ''
          : ` with a certificate of its own (${certificate.subject})`;
      return `${what} answers at port ${address.port} (HTTP ${answer.status})${shown}`;
    },
    {
      limitMs: WEB_LIMIT_MS,
      late: (afterMs) => ({ code: 'restore-web-silent', what, url, last, afterMs }),
    },
  );
}
