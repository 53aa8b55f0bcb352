import { TAG } from '../../core/catalogue/tags.ts';
import { isStarted } from '../../core/model/app-status.ts';
import { targetNamed } from '../../core/model/target.ts';
import type { WebAddress } from '../../core/ports/web-probe.ts';
import { explain, type Problem, ProblemError } from '../../core/problems/problem.ts';
import { hostOf, schemeOf } from '../../core/restore/order.ts';
import { webAnswers } from '../run/application.ts';
import { onMachine, type Reached } from '../run/machine.ts';
import type { Tools } from '../run/run.ts';
import type { StageResult } from '../run/stage.ts';
import type { Running } from './launch.ts';
import type { RestoreRun } from './run.ts';

/** Nobody waits long for a tag. */
const MARK_PATIENCE_MS = 30_000;
/** Replicated's console. */
const CONSOLE_PORT = 8800;

/** What a machine is checked for; what could not be checked is said. */
export interface Checked {
  running: Running;
  /** Missing where the bot does not work on the machine. */
  reached?: Reached;
}

/** Everything the bot can know of a CircleCI that works, each point said with what was seen. */
export async function verifyMachine(
  run: RestoreRun,
  tools: Tools,
  { running, reached }: Checked,
): Promise<StageResult<string>> {
  const seen: string[] = [];
  const { startApp } = run.order;
  if (reached !== undefined) {
    const said = await onMachine(run, tools, reached, async (machine) => ({
      address: await machine.localAddress(),
      host: await machine.hostname(),
      status: startApp ? await machine.appStatus() : undefined,
    }));
    const problem = wrongIn(run, running, said);
    if (problem !== undefined) return { ok: false, problem };
    seen.push(`Replicated works with ${said.address}`);
    if (startApp && !isStarted(said.status)) {
      const state = said.status?.state ?? 'not known to Replicated';
      return { ok: false, problem: { code: 'app-not-started', state, afterMs: 0 } };
    }
    seen.push(startApp ? 'the application is started' : 'the application was not started, and not checked');
  }
  if (startApp) {
    seen.push(await webAnswers(run.context, tools, 'CircleCI', webOf(run, running)));
    seen.push(await webAnswers(run.context, tools, 'the console', consoleOf(run, running)));
  }
  if (reached !== undefined && startApp) seen.push(...(await markVerified(run, tools)));
  const detail = seen.join('; ');
  return { ok: true, value: detail, detail };
}

/**
 * Tells in the catalogue that a CircleCI from this backup was seen to work, which `list` and the form show. A restore does
 * not stop for it: says what EC2 said where it could not be written.
 */
async function markVerified({ order, context }: RestoreRun, tools: Tools): Promise<string[]> {
  if (order.backup === undefined) return [];
  const tags = { [TAG.verifiedAt]: new Date(context.clock.now()).toISOString() };
  try {
    await context.ec2(order.region).tag([order.backup.imageId], tags, tools.ec2Options(MARK_PATIENCE_MS));
    return [];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return [`the backup could not be marked as checked: ${explain(error.problem).reason}`];
  }
}

function wrongIn(
  { order }: RestoreRun,
  { privateIp }: Running,
  said: { address: string; host: string | undefined },
): Problem | undefined {
  if (privateIp !== undefined && said.address !== privateIp)
    return { code: 'restore-address-wrong', found: said.address, expected: privateIp };
  if (order.newHost !== undefined && said.host !== order.newHost) {
    const found = said.host === undefined ? {} : { found: said.host };
    return { code: 'restore-host-wrong', expected: order.newHost, ...found };
  }
  return undefined;
}

function webOf({ order, context }: RestoreRun, running: Running): WebAddress {
  const scheme = schemeOf(order);
  return { ...placeOf({ order, context }, running), port: portOf(order.url, scheme), scheme, path: '/' };
}

function consoleOf(run: Pick<RestoreRun, 'order' | 'context'>, running: Running): WebAddress {
  return { ...placeOf(run, running), port: CONSOLE_PORT, scheme: 'https', path: '/settings' };
}

/** The machine itself: DNS need not lead there yet. */
function placeOf(
  { order, context }: Pick<RestoreRun, 'order' | 'context'>,
  { privateIp, publicIp }: Running,
): { ip: string; host?: string } {
  const usesPublic = targetNamed(context.targets, order.target)?.ssh?.address === 'public';
  const host = hostOf(order);
  const ip = usesPublic ? (publicIp ?? privateIp) : (privateIp ?? publicIp);
  return { ip: ip ?? '', ...(host === undefined ? {} : { host }) };
}

function portOf(url: string | undefined, scheme: 'http' | 'https'): number {
  const port = /^https?:\/\/[^/:]+:(\d+)/.exec(url ?? '')?.[1];
  return port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port);
}
