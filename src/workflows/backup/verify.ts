import type { InstanceFacts } from '../../core/model/instance.ts';
import { checksPassed } from '../../core/model/machine-facts.ts';
import type { WebAddress } from '../../core/ports/web-probe.ts';
import { seeStarted, webAnswers } from '../run/application.ts';
import type { Reached } from '../run/machine.ts';
import type { BackupRun } from './run.ts';

const PATIENCE_MS = 3 * 60_000;
/** EC2's checks fail one after another for minutes while a machine restarts. */
const CHECKS_LIMIT_MS = 20 * 60_000;
const CHECKS_EVERY_MS = 5_000;
/** Until then they still tell of the time before the restart. */
const RESTARTS_WITHIN_MS = 60_000;
const STARTED_LIMIT_MS = 20 * 60_000;

/** When CircleCI was seen to be up, or that nothing could be asked. */
export type Verified = { upAt: number } | { unasked: true };

/**
 * Whether CircleCI is up: what Replicated says of the application where the bot can log in, and whether the web address
 * answers where it is known. `reached`: missing where it cannot log in.
 */
export function verifyApp(run: BackupRun, machine: InstanceFacts, reached?: Reached) {
  return run.attempt<Verified>('verify-app', async (tools) => {
    const seen: string[] = [];
    if (reached !== undefined) {
      await seeStarted(run, tools, reached, STARTED_LIMIT_MS);
      seen.push('the application is started');
    }
    const url = run.input.app?.url;
    const ip = reached?.host ?? machine.publicIp ?? machine.privateIp;
    if (url !== undefined && ip !== undefined)
      seen.push(await webAnswers(run.context, tools, 'CircleCI', webAddress(url, ip)));
    const upAt = run.context.clock.now();
    if (seen.length > 0) return { ok: true, value: { upAt }, detail: seen.join('; ') };
    const detail = 'not checked: neither SSH nor CIRCLECI_URL is set';
    return { ok: true, value: { unasked: true }, detail };
  });
}

function webAddress(url: string, ip: string): WebAddress {
  const { protocol, hostname, port } = new URL(url);
  const scheme = protocol === 'http:' ? 'http' : 'https';
  const standard = scheme === 'https' ? 443 : 80;
  return { ip, port: port === '' ? standard : Number(port), scheme, host: hostname, path: '/' };
}

/** EC2 restarts the machine for the image: waits until its status checks have passed again. */
export function seeRestarted(run: BackupRun, { instanceId }: InstanceFacts) {
  return run.attempt<null>('reboot', async (tools) => {
    const { clock } = run.context;
    const { machines } = run.context.ec2(run.region);
    const since = clock.now();
    let checks = 'EC2 does not show the machine';
    const look = async () => {
      const found = await machines.checks(instanceId, tools.ec2Options(PATIENCE_MS));
      if (found !== undefined)
        checks = `it is ${found.state}, system ${found.system}, instance ${found.instance}`;
      if (clock.now() - since >= RESTARTS_WITHIN_MS && found !== undefined && checksPassed(found))
        return true;
      await tools.tell(checks);
      return undefined;
    };
    await tools.until(look, {
      everyMs: CHECKS_EVERY_MS,
      limitMs: CHECKS_LIMIT_MS,
      late: (afterMs) => ({ code: 'reboot-checks-failed', instanceId, checks, afterMs }),
    });
    return { ok: true, value: null, detail: 'EC2’s status checks have passed' };
  });
}
