import { hostKeys } from '../../core/model/host-keys.ts';
import { type SshAccess, sshAddress } from '../../core/model/ssh-access.ts';
import type { ServicesMachine } from '../../core/ports/services-machine.ts';
import { explain, type Problem, ProblemError } from '../../core/problems/problem.ts';
import { sshAccessOf } from '../run/current-machine.ts';
import type { Running } from './launch.ts';
import type { RestoreRun, RestoreTools } from './run.ts';

/** cloud-init prints the keys late in the boot, and EC2 shows what was printed some minutes later (facts: ec2.md). */
const CONSOLE_LIMIT_MS = 10 * 60_000;
/** It changes rarely, and each answer holds all of it. */
const CONSOLE_EVERY_MS = 3_000;
const LOGIN_PATIENCE_MS = 5 * 60_000;
/** A connection that breaks off is made again: every call on the machine may be repeated. */
const TRIES = 3;

/** A machine the bot has logged in to once, and whom it trusts there from then on. */
export interface Reached {
  host: string;
  hostKeys: string[];
}

/**
 * Finds out which host keys the machine has, from its console or from SSH_HOST_KEY, and logs in. Without either it stops:
 * the problem says which key was seen, and how to confirm it.
 */
export function reach(run: RestoreRun, running: Running): Promise<Reached> {
  return run.stage<Reached>('connect', async (tools) => {
    const access = accessOf(run);
    const host = access.address === 'public' ? running.publicIp : running.privateIp;
    if (host === undefined) {
      const { instanceId } = running;
      return { ok: false, problem: { code: 'restore-address-missing', instanceId, kind: access.address } };
    }
    const onConsole = await keysOnConsole(run, tools, running.instanceId, access);
    const trusted = [...new Set([...onConsole, ...access.hostKeys])];
    const login = `${access.user}@${host}`;
    const connection = await run.context
      .openSsh(sshAddress(access, host, trusted), {
        signal: tools.signal,
        patienceMs: LOGIN_PATIENCE_MS,
        onTrouble: (what) => void tools.tell(`no answer yet: ${what}`).catch(() => {}),
      })
      .catch(async (error: unknown) => {
        // What a try on the way met says nothing of how the last one ended; the problem does.
        if (error instanceof ProblemError) await tools.tell(`login as ${login}`);
        throw error;
      });
    const { hostKey } = connection;
    connection.close();
    const vouched = onConsole.includes(hostKey) ? 'the machine’s console shows it' : 'as in SSH_HOST_KEY';
    return {
      ok: true,
      value: { host, hostKeys: [hostKey] },
      detail: `${login}, host key ${hostKey} (${vouched})`,
    };
  });
}

/** Waits for the console only where nothing else could confirm the host. */
async function keysOnConsole(
  run: RestoreRun,
  tools: RestoreTools,
  instanceId: string,
  access: SshAccess,
): Promise<string[]> {
  const { machines } = run.context.ec2(run.order.region);
  const read = async () => {
    const text = await machines.consoleOutput(instanceId, tools.ec2Options());
    return hostKeys(text ?? '').map(({ fingerprint }) => fingerprint);
  };
  if (access.hostKeys.length > 0) return read();
  await tools.tell('waiting for the host keys on the machine’s console');
  const since = run.context.clock.now();
  return tools.until(
    async () => {
      const keys = await read();
      // With none the login fails, and says which key was seen.
      return keys.length > 0 || run.context.clock.now() - since >= CONSOLE_LIMIT_MS ? keys : undefined;
    },
    {
      everyMs: CONSOLE_EVERY_MS,
      limitMs: 2 * CONSOLE_LIMIT_MS,
      late: () => ({ code: 'host-key-unknown', host: instanceId, seen: 'no key' }),
    },
  );
}

function accessOf({ context, order }: RestoreRun): SshAccess {
  return sshAccessOf(context, order.target);
}

function open(
  run: RestoreRun,
  tools: RestoreTools,
  { host, hostKeys: keys }: Reached,
): Promise<ServicesMachine> {
  return run.context.openMachine(sshAddress(accessOf(run), host, keys), {
    signal: tools.signal,
    patienceMs: LOGIN_PATIENCE_MS,
  });
}

/** Works on the machine over a connection of its own; where that breaks off, the work is begun again. */
export async function onMachine<T>(
  run: RestoreRun,
  tools: RestoreTools,
  reached: Reached,
  work: (machine: ServicesMachine) => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    const machine = await open(run, tools, reached);
    try {
      return await work(machine);
    } catch (error) {
      const isDropped = error instanceof ProblemError && error.problem.code === 'ssh-dropped';
      if (!isDropped || tried >= TRIES) throw error;
      run.context.log.info({ run: run.order.runId, tried }, 'the connection broke off; trying again');
    } finally {
      machine.close();
    }
  }
}

/** What a machine that starts or restarts its services says for a while. */
const PASSING = new Set<Problem['code']>([
  'ssh-dropped',
  'ssh-unreachable',
  'ssh-timeout',
  'replicatedctl-silent',
  'replicatedctl-failed',
  'answer-unclear',
]);

/** A command that said nothing may have lost its connection without a word, so a new one is made. */
function isOfConnection({ code }: Problem): boolean {
  return code.startsWith('ssh-') || code === 'replicatedctl-silent';
}

/**
 * Looks at the machine again and again, over one connection as long as it lasts. Trouble that may pass is looked over
 * until the time is up; then it is the problem.
 */
export async function watchMachine<T>(
  run: RestoreRun,
  tools: RestoreTools,
  reached: Reached,
  look: (machine: ServicesMachine) => Promise<T | undefined>,
  limits: { everyMs?: number; limitMs: number; late: (afterMs: number) => Problem },
): Promise<T> {
  let machine: ServicesMachine | undefined;
  let trouble: Problem | undefined;
  try {
    return await tools.until(
      async () => {
        try {
          machine ??= await open(run, tools, reached);
          const found = await look(machine);
          trouble = undefined;
          return found;
        } catch (error) {
          if (!(error instanceof ProblemError) || !PASSING.has(error.problem.code)) throw error;
          trouble = error.problem;
          await tools.tell(explain(trouble).reason);
          if (isOfConnection(trouble)) {
            machine?.close();
            machine = undefined;
          }
          return undefined;
        }
      },
      { ...limits, late: (afterMs) => trouble ?? limits.late(afterMs) },
    );
  } finally {
    machine?.close();
  }
}
