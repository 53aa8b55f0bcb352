import { type AppStatus, isStarted } from '../../core/model/app-status.ts';
import type { InstanceFacts } from '../../core/model/instance.ts';
import { checksPassed } from '../../core/model/machine-facts.ts';
import type { WebAddress } from '../../core/ports/web-probe.ts';
import type { WorkflowContext } from '../run/context.ts';
import { patient } from '../run/ec2-options.ts';
import { type AppRun, stateIn, stateOf, tell } from './app.ts';
import type { DoorAddress } from './machine-session.ts';
import type { BackupTools } from './stages.ts';

const PATIENCE_MS = 3 * 60_000;
/** EC2's checks fail one after another for minutes while a machine restarts. */
const CHECKS_LIMIT_MS = 20 * 60_000;
/** Until then they still tell of the time before the restart. */
const RESTARTS_WITHIN_MS = 60_000;
const STARTED_LIMIT_MS = 20 * 60_000;
const WEB_LIMIT_MS = 10 * 60_000;
/** Wall ms of one request. */
const PROBE_TIMEOUT_MS = 10_000;

/** When CircleCI was seen to be up, or that nothing could be asked. */
export type Verified = { upAt: number } | { unasked: true };

/**
 * Whether CircleCI is up: what Replicated says of the application where the bot can log in, and whether the web address
 * answers where it is known. `at`: missing where it cannot log in.
 */
export function verifyApp({ context, input, stage, door }: AppRun, machine: InstanceFacts, at?: DoorAddress) {
  return stage<Verified>('verify-app', async (tools) => {
    const seen: string[] = [];
    if (at !== undefined) {
      let status: AppStatus | undefined;
      await door.watch(
        tools,
        at,
        async (there) => {
          status = await there.appStatus();
          if (isStarted(status)) return true;
          await tell(tools, 'verify-app', stateOf(status));
          return undefined;
        },
        {
          limitMs: STARTED_LIMIT_MS,
          late: (afterMs) => ({ code: 'app-not-started', ...stateIn(status), afterMs }),
          toTheEnd: true,
        },
      );
      seen.push('the application is started');
    }
    const url = input.app?.url;
    const ip = at?.host ?? machine.publicIp ?? machine.privateIp;
    if (url !== undefined && ip !== undefined) {
      const answer = await answers(context, tools, url, ip, (look, limits) =>
        door.until(tools, look, limits),
      );
      seen.push(answer);
    }
    const upAt = context.clock.now();
    if (seen.length > 0) return { ok: true, value: { upAt }, detail: seen.join('; ') };
    const detail = 'not checked: neither SSH nor CIRCLECI_URL is set';
    return { ok: true, value: { unasked: true }, detail };
  });
}

type Until = (
  look: () => Promise<string | undefined>,
  limits: Parameters<AppRun['door']['until']>[2],
) => Promise<string>;

/** Asks until there is an answer; a fault of the server is none. */
function answers(
  { probeWeb }: WorkflowContext,
  tools: BackupTools,
  url: string,
  ip: string,
  until: Until,
): Promise<string> {
  const address = webAddress(url, ip);
  let last = 'nothing';
  return until(
    async () => {
      const answer = await probeWeb(address, { signal: tools.signal, timeoutMs: PROBE_TIMEOUT_MS });
      last = answer.answered ? `HTTP ${answer.status}` : answer.why;
      if (answer.answered && answer.status < 500) return `CircleCI answers (HTTP ${answer.status})`;
      await tell(tools, 'verify-app', `CircleCI does not answer yet: ${last}`);
      return undefined;
    },
    {
      limitMs: WEB_LIMIT_MS,
      late: (afterMs) => ({ code: 'restore-web-silent', what: 'CircleCI', url, last, afterMs }),
      toTheEnd: true,
    },
  );
}

function webAddress(url: string, ip: string): WebAddress {
  const { protocol, hostname, port } = new URL(url);
  const scheme = protocol === 'http:' ? 'http' : 'https';
  const standard = scheme === 'https' ? 443 : 80;
  return { ip, port: port === '' ? standard : Number(port), scheme, host: hostname, path: '/' };
}

/** EC2 restarts the machine for the image: waits until its status checks have passed again. */
export function seeRestarted({ context, input, stage, door }: AppRun, machine: InstanceFacts) {
  return stage<null>('reboot', async (tools) => {
    const { clock } = context;
    const { machines } = context.ec2(input.region);
    const { instanceId } = machine;
    const since = clock.now();
    let checks = 'EC2 does not show the machine';
    const look = async () => {
      const found = await machines.checks(instanceId, patient(tools, PATIENCE_MS));
      if (found !== undefined)
        checks = `it is ${found.state}, system ${found.system}, instance ${found.instance}`;
      if (clock.now() - since >= RESTARTS_WITHIN_MS && found !== undefined && checksPassed(found))
        return true;
      await tell(tools, 'reboot', checks);
      return undefined;
    };
    await door.until(tools, look, {
      limitMs: CHECKS_LIMIT_MS,
      late: (afterMs) => ({ code: 'reboot-checks-failed', instanceId, checks, afterMs }),
      toTheEnd: true,
    });
    return { ok: true, value: null, detail: 'EC2’s status checks have passed' };
  });
}
