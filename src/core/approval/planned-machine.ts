import { type Actor, actorInWords, actorsOn } from '../catalogue/machine-actors.ts';
import type { AttachedVolume, InstanceFacts } from '../model/instance.ts';
import { type InstanceSelector, selectorInWords, type Target } from '../model/target.ts';
import { counted, listInWords } from '../text/words.ts';

/** The machine that a plan names, as EC2 showed it then. It is a part of what is approved, and is compared before anything is done. */
export interface PlannedMachine {
  instanceId: string;
  name?: string | undefined;
  type: string;
  privateIp?: string | undefined;
  publicIp?: string | undefined;
  volumes: AttachedVolume[];
  /** Who else starts, stops or replaces it. */
  actors?: Actor[] | undefined;
}

export function plannedMachine(facts: InstanceFacts): PlannedMachine {
  const { instanceId, name, type, privateIp, publicIp, volumes } = facts;
  const actors = actorsOn(facts);
  return {
    instanceId,
    ...(name === undefined ? {} : { name }),
    type,
    ...(privateIp === undefined ? {} : { privateIp }),
    ...(publicIp === undefined ? {} : { publicIp }),
    volumes: volumes.map(({ volumeId, device }) => ({ volumeId, device })),
    ...(actors.length === 0 ? {} : { actors }),
  };
}

/** Lines of a plan. */
export function machineLines({
  instanceId,
  name,
  type,
  privateIp,
  publicIp,
  volumes,
}: PlannedMachine): string[] {
  return [
    [instanceId, name, type, privateIp, publicIp].filter(Boolean).join(', '),
    `${counted(volumes.length, 'volume')}: ${volumesInWords(volumes)}`,
    'Where EC2 shows anything else of it by then, the run ends before it touches anything',
  ];
}

/** What EC2 shows of a planned machine later. */
export interface MachineNow {
  /** By its id; missing where EC2 knows none. */
  machine?: InstanceFacts;
  /** What the target's selector finds. */
  found: readonly InstanceFacts[];
}

const ENDED = new Set(['terminated', 'shutting-down']);

/** In which points a machine is not what its plan says, a clause each; none where it is. */
export function machineChanges(
  planned: PlannedMachine,
  selector: InstanceSelector,
  now: MachineNow,
): string[] {
  const { instanceId } = planned;
  const led = selectorChanges(instanceId, selector, now.found);
  const { machine } = now;
  if (machine === undefined || ENDED.has(machine.state))
    return [`the machine ${instanceId} of the plan is ${machine?.state ?? 'not there any more'}`, ...led];
  return [
    ...(machine.state === 'running'
      ? []
      : [`${instanceId} is ${machine.state}, and ran when the plan was made`]),
    ...actorChanges(instanceId, planned.actors, machine),
    ...factChanges(planned, machine),
    ...led,
  ];
}

/** The same machine in the same state is not asked for: only what the plan says of it. */
export function factChanges(planned: PlannedMachine, now: InstanceFacts): string[] {
  const { instanceId } = planned;
  return [
    ...changed(`the name of ${instanceId}`, planned.name, now.name),
    ...changed(`the type of ${instanceId}`, planned.type, now.type),
    ...changed(`the private address of ${instanceId}`, planned.privateIp, now.privateIp),
    ...changed(`the public address of ${instanceId}`, planned.publicIp, now.publicIp),
    ...changed(
      `what is attached to ${instanceId}`,
      volumesInWords(planned.volumes),
      volumesInWords(now.volumes),
    ),
  ];
}

/** Who acts on a machine now and did not when its plan was made. One that has let go of it meanwhile is as it should be. */
export function actorChanges(
  instanceId: string,
  planned: readonly Actor[] = [],
  now: Parameters<typeof actorsOn>[0],
): string[] {
  return actorsOn(now)
    .filter((actor) => !planned.some(({ kind, name }) => kind === actor.kind && name === actor.name))
    .map((actor) => `${instanceId} belongs to ${actorInWords(actor)} now`);
}

/** Whether a selector still leads to the machine of a plan, and to no other one that runs. */
export function selectorChanges(
  instanceId: string | undefined,
  selector: InstanceSelector,
  found: readonly InstanceFacts[],
): string[] {
  const alive = found.filter(({ state }) => !ENDED.has(state));
  const others = alive.filter((one) => one.instanceId !== instanceId && one.state === 'running');
  const leads = alive.some((one) => one.instanceId === instanceId);
  if (others.length === 0 && (leads || instanceId === undefined)) return [];
  const to = others.map((one) =>
    one.name === undefined ? one.instanceId : `${one.instanceId} (${one.name})`,
  );
  const where = to.length === 0 ? 'no machine' : listInWords(to);
  const not = instanceId === undefined ? '' : leads ? ` beside ${instanceId}` : `, and not to ${instanceId}`;
  return [`${selectorInWords(selector)} leads to ${where} now${not}`];
}

/** What of a target's settings its plans are made with; what is missing here was no part of the plan. */
export interface PlannedTarget {
  region: string;
  instance?: InstanceSelector;
  /** `null`: none was set. */
  url?: string | null;
  ssh?: boolean;
  console?: string;
}

/** Which settings of a target are others than those its plan was made with, a clause each. */
export function targetChanges(planned: PlannedTarget, target: Target): string[] {
  const { region, instance, url, ssh, console } = planned;
  const now = target.circleciUrl;
  return [
    ...changed('the region', region, target.region),
    ...(instance === undefined
      ? []
      : changed('SERVICES_INSTANCE', selectorInWords(instance), selectorInWords(target.instance))),
    ...(url === undefined ? [] : changed('CIRCLECI_URL', url ?? undefined, now)),
    ...(ssh === undefined || ssh === (target.ssh !== undefined)
      ? []
      : [`the bot has ${ssh ? 'no SSH key any more' : 'an SSH key now'} for ${target.name}`]),
    ...(console === undefined ? [] : changed('DEV_CONSOLE_COMMAND', console, target.devConsole.command)),
  ];
}

/** E.g. `the type of i-1 is m5.large now, and was m5.xlarge in the plan`. */
export function changed(what: string, planned: string | undefined, now: string | undefined): string[] {
  const said = (value: string | undefined) => (value === undefined || value === '' ? 'missing' : value);
  return said(planned) === said(now)
    ? []
    : [`${what} is ${said(now)} now, and was ${said(planned)} in the plan`];
}

function volumesInWords(volumes: readonly AttachedVolume[]): string {
  return listInWords(volumes.map(({ volumeId, device }) => `${volumeId} (${device})`).sort());
}
