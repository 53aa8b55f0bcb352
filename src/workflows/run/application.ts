import { type AppStatus, isStarted, isStopped } from '../../core/model/app-status.ts';
import type { WebAddress } from '../../core/ports/web-probe.ts';
import type { MachineContext } from './context.ts';
import { type MachineRun, type Reached, watchMachine } from './machine.ts';
import type { Tools } from './run.ts';

export const STOPPED_LIMIT_MS = 10 * 60_000;
const WEB_LIMIT_MS = 10 * 60_000;
/** Wall ms of one request. */
const PROBE_TIMEOUT_MS = 10_000;
/** An application that was asked to start and is stopped again is asked once more after this long. */
const ASK_AGAIN_MS = 60_000;

/** Asks the application to stop, and sees that it has. */
export async function stopApplication(run: MachineRun, tools: Tools, reached: Reached): Promise<void> {
  const { clock } = run.context;
  let status: AppStatus | undefined;
  let askedAt: number | undefined;
  await watchMachine(
    run,
    tools,
    reached,
    async (machine) => {
      status = await machine.appStatus();
      if (isStopped(status)) return true;
      // Replicated that just started knows no application yet: there is nothing to stop until it does.
      if (status !== undefined && askedAt === undefined) {
        await machine.stopApp();
        askedAt = clock.now();
      }
      await tools.tell(statusInWords(status));
      return undefined;
    },
    {
      limitMs: STOPPED_LIMIT_MS,
      askedAt: () => askedAt,
      late: (afterMs) => ({ code: 'app-not-stopped', ...stateIn(status), afterMs }),
    },
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
  let status: AppStatus | undefined;
  let askedAt: number | undefined;
  let firstAsked: number | undefined;
  await watchMachine(
    run,
    tools,
    reached,
    async (machine) => {
      status = await machine.appStatus();
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
      await tools.tell(statusInWords(status));
      return undefined;
    },
    {
      limitMs,
      askedAt: () => firstAsked,
      late: (afterMs) => ({ code: 'app-not-started', ...stateIn(status), afterMs }),
    },
  );
}

/** Sees that the application is started, and asks it for nothing. */
export async function seeStarted(
  run: MachineRun,
  tools: Tools,
  reached: Reached,
  limitMs: number,
): Promise<void> {
  let status: AppStatus | undefined;
  await watchMachine(
    run,
    tools,
    reached,
    async (machine) => {
      status = await machine.appStatus();
      if (isStarted(status)) return true;
      await tools.tell(statusInWords(status));
      return undefined;
    },
    { limitMs, late: (afterMs) => ({ code: 'app-not-started', ...stateIn(status), afterMs }) },
  );
}

function isStarting(status: AppStatus | undefined): boolean {
  return status?.isTransitioning === true && status.desired === 'started';
}

/** For a problem; left out where Replicated knows of no application. */
export function stateIn(status: AppStatus | undefined): { state?: string } {
  return status === undefined ? {} : { state: status.state };
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
