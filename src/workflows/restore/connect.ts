import {
  areOfAnother,
  type ConsoleKeys,
  type KnownHost,
  type Trust,
  trustOf,
  trustOfConsole,
} from '../../core/model/host-keys.ts';
import { type Problem, ProblemError } from '../../core/problems/problem.ts';
import type { QuestionOption } from '../../core/run/question.ts';
import { logIn, type Reached, sshAccessOf } from '../run/machine.ts';
import { retryOption, type Tools } from '../run/run.ts';
import type { StageResult } from '../run/stage.ts';
import type { Running } from './launch.ts';
import type { RestoreRun } from './run.ts';

/** cloud-init prints the keys late in the boot, and EC2 shows what was printed some minutes later (facts: ec2.md). */
const CONSOLE_LIMIT_MS = 10 * 60_000;
/** It changes rarely, and each answer holds all of it. */
const CONSOLE_EVERY_MS = 3_000;
const TRUST = 'trust:';

/**
 * Finds out which host key the machine has, and logs in. A machine that this run has launched made its keys at its first
 * boot, so its console alone tells of them; in place SSH_HOST_KEY does, where it is set. What shows none, or several that
 * differ, is asked about: then a person who has looked on the machine itself may confirm the one that it showed.
 */
export async function connect(run: RestoreRun, running: Running): Promise<Reached> {
  let confirmed: string | undefined;
  for (;;) {
    const result = await run.attempt<Reached>('connect', (tools) => loggedIn(run, tools, running, confirmed));
    if (result.ok) {
      run.done.add('connect');
      return result.value;
    }
    const { problem } = result;
    const answer = await run.decide('connect', problem, [retryOption(problem), ...trustOption(problem)]);
    if (answer.startsWith(TRUST)) confirmed = answer.slice(TRUST.length);
  }
}

async function loggedIn(
  run: RestoreRun,
  tools: Tools,
  { instanceId, privateIp, publicIp }: Running,
  confirmed: string | undefined,
): Promise<StageResult<Reached>> {
  const { address, hostKeys: pins } = sshAccessOf(run.context, run.target);
  const host = address === 'public' ? publicIp : privateIp;
  if (host === undefined)
    throw new ProblemError({ code: 'restore-address-missing', instanceId, kind: address });
  const trust =
    confirmed === undefined
      ? await trusted(run, tools, instanceId, pins)
      : { hostKeys: [confirmed], vouchedBy: 'as somebody confirmed it' };
  const { connection, reached, said } = await logIn(run, tools, { host, ...trust });
  connection.close();
  await remember(run, instanceId, { fingerprint: reached.hostKey, pins, runId: run.runId });
  return { ok: true, value: reached, detail: said };
}

async function trusted(run: RestoreRun, tools: Tools, instanceId: string, pins: string[]): Promise<Trust> {
  const readConsole = () => keysOnConsole(run, tools, instanceId);
  if (isLaunched(run)) return trustOfConsole(await readConsole());
  const known = (await run.context.store.hosts.get(instanceId))?.value;
  if (known === undefined || !areOfAnother(pins, known)) return trustOf(pins, undefined, readConsole);
  // Its root volume is another one now, which may have made new keys when it started.
  const shown = await readConsole();
  return shown.kind === 'none' ? trustOf(pins, known, readConsole) : trustOfConsole(shown);
}

function isLaunched({ order }: RestoreRun): boolean {
  return order.way !== 'in-place';
}

/** What the console shows once it shows something; `none` after a while. */
async function keysOnConsole(run: RestoreRun, tools: Tools, instanceId: string): Promise<ConsoleKeys> {
  const { clock, ec2 } = run.context;
  const { machines } = ec2(run.region);
  await tools.tell('waiting for the host keys on the machine’s console');
  const since = clock.now();
  return tools.until(
    async () => {
      const shown = await machines.consoleKeys(instanceId, tools.ec2Options());
      // With none the login fails, and says which key was seen.
      return shown.kind !== 'none' || clock.now() - since >= CONSOLE_LIMIT_MS ? shown : undefined;
    },
    {
      everyMs: CONSOLE_EVERY_MS,
      limitMs: 2 * CONSOLE_LIMIT_MS,
      late: () => ({ code: 'host-key-unknown', host: instanceId, seen: 'no key' }),
    },
  );
}

/** Later runs know a machine that was launched by it: its console is not kept for ever, and SSH_HOST_KEY is the old one's. */
async function remember(run: RestoreRun, id: string, host: KnownHost): Promise<void> {
  const { hosts } = run.context.store;
  const before = await hosts.get(id);
  if (before !== undefined) await hosts.replace(id, before.version, host, true);
  else if (isLaunched(run)) await hosts.insert(id, host, true);
}

function trustOption(problem: Problem): QuestionOption[] {
  if (problem.code !== 'host-key-unknown' || !problem.seen.startsWith('SHA256:')) return [];
  const { seen } = problem;
  return [
    {
      answer: `${TRUST}${seen}`,
      label: 'Trust this host key',
      style: 'danger',
      confirm: {
        title: 'Trust this host key?',
        text: `Only if you saw ${seen} on the machine itself. The bot then works on whatever machine showed it, as root.`,
      },
    },
  ];
}
