import { hostKeys } from '../../core/model/host-keys.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { logIn, type Reached, sshAccessOf } from '../run/machine.ts';
import type { Tools } from '../run/run.ts';
import type { Running } from './launch.ts';
import type { RestoreRun } from './run.ts';

/** cloud-init prints the keys late in the boot, and EC2 shows what was printed some minutes later (facts: ec2.md). */
const CONSOLE_LIMIT_MS = 10 * 60_000;
/** It changes rarely, and each answer holds all of it. */
const CONSOLE_EVERY_MS = 3_000;

/**
 * Finds out which host keys the machine has, from its console or from SSH_HOST_KEY, and logs in. Without either it stops:
 * the problem says which key was seen, and how to confirm it.
 */
export function connect(run: RestoreRun, running: Running): Promise<Reached> {
  return run.stage<Reached>('connect', async (tools) => {
    const access = sshAccessOf(run.context, run.target);
    const { instanceId } = running;
    const host = access.address === 'public' ? running.publicIp : running.privateIp;
    if (host === undefined)
      throw new ProblemError({ code: 'restore-address-missing', instanceId, kind: access.address });
    const onConsole = await keysOnConsole(run, tools, instanceId, access.hostKeys.length > 0);
    const { connection, reached, said } = await logIn(run, tools, {
      host,
      hostKeys: [...new Set([...onConsole, ...access.hostKeys])],
      vouchedBy: (key) => (onConsole.includes(key) ? 'the machine’s console shows it' : 'as in SSH_HOST_KEY'),
    });
    connection.close();
    return { ok: true, value: reached, detail: said };
  });
}

/** Waits for the console only where nothing else could confirm the host. */
async function keysOnConsole(
  run: RestoreRun,
  tools: Tools,
  instanceId: string,
  isKnownAnyway: boolean,
): Promise<string[]> {
  const { clock, ec2 } = run.context;
  const { machines } = ec2(run.region);
  const read = async () => {
    const text = await machines.consoleOutput(instanceId, tools.ec2Options());
    return hostKeys(text ?? '').map(({ fingerprint }) => fingerprint);
  };
  if (isKnownAnyway) return read();
  await tools.tell('waiting for the host keys on the machine’s console');
  const since = clock.now();
  return tools.until(
    async () => {
      const keys = await read();
      // With none the login fails, and says which key was seen.
      return keys.length > 0 || clock.now() - since >= CONSOLE_LIMIT_MS ? keys : undefined;
    },
    {
      everyMs: CONSOLE_EVERY_MS,
      limitMs: 2 * CONSOLE_LIMIT_MS,
      late: () => ({ code: 'host-key-unknown', host: instanceId, seen: 'no key' }),
    },
  );
}
