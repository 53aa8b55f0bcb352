import type { CatalogueEntry } from '../../core/catalogue/entry.ts';
import { defined } from '../../core/model/defined.ts';
import { alternativesTo } from '../../core/model/instance-types.ts';
import type { ElasticAddress, MachineFacts, Subnet } from '../../core/model/machine-facts.ts';
import { selectorInWords, type Target } from '../../core/model/target.ts';
import { explain, ProblemError } from '../../core/problems/problem.ts';
import type { RestoreChoices, RestoreFacts, SeenOnMachine } from '../../core/restore/choices.ts';
import type { OtherPlaces } from '../../core/restore/order.ts';
import { linesWith } from '../../core/restore/rewrite-addresses.ts';
import { asClause } from '../../core/text/text.ts';
import { throwIfStranger } from '../../runs/find-machine.ts';
import { readingOptions } from '../base/call-options.ts';
import { logInTo } from '../base/log-in.ts';
import type { MachineDeps, Needs } from '../base/verb.ts';

/** The old machine may be the reason for the restore: it has this long to answer. */
const LOOK_LIMIT_MS = 20_000;

const ENDED = new Set(['terminated', 'shutting-down']);

/** Everything a plan is made from: what EC2 shows now, and what the old machine holds where it answers. */
export async function restoreFacts(
  target: Target,
  entry: CatalogueEntry,
  choices: RestoreChoices,
  deps: MachineDeps & Needs<'log'>,
): Promise<RestoreFacts> {
  const { machines } = deps.ec2(target.region);
  const old = await oldMachineOf(target, entry, deps);
  const subnetId = choices.subnetId ?? old?.subnetId ?? entry.source.subnetId;
  const { privateIp } = entry.source;
  const type = choices.type ?? old?.type ?? entry.source.type;
  const [subnet, holder, address, seen, volumes, fit] = await Promise.all([
    subnetId === undefined ? undefined : machines.subnet(subnetId, readingOptions()),
    subnetId === undefined || privateIp === undefined
      ? undefined
      : machines.whoHas(privateIp, subnetId, readingOptions()),
    elasticAddressOf(target, entry, old, deps),
    lookAtOld(target, entry, old, deps),
    old === undefined ? undefined : machines.volumesAt(old.instanceId, readingOptions()),
    choices.way === 'in-place' ? undefined : fitOf(target, entry, type, deps),
  ]);
  const others =
    choices.way === 'in-place' || subnet === undefined || type === undefined
      ? undefined
      : await otherPlaces(target, entry, type, subnet, deps);
  return {
    entry,
    seen,
    ...defined({ others, old, subnet, holder, address, volumes, fit }),
  };
}

/** Names of each kind; a plan and its buttons should be readable at night. */
const OTHERS = 3;

/** What else could be launched, for the plan to offer; undefined where EC2 does not tell. */
async function otherPlaces(
  target: Target,
  { image }: CatalogueEntry,
  type: string,
  { subnetId, zone, vpcId }: Subnet,
  deps: Needs<'ec2' | 'log'>,
): Promise<OtherPlaces | undefined> {
  const { machines } = deps.ec2(target.region);
  try {
    const offered = await machines.typesIn(zone, alternativesTo(type), readingOptions());
    const unfit = await unfitTypes(target, image, offered, deps);
    // What the image cannot do is no way out.
    const types = offered.filter((other) => !unfit.has(other));
    const subnets = (await machines.subnetsOf(vpcId, readingOptions()))
      .filter((one) => one.subnetId !== subnetId && one.freeAddresses > 0)
      // One of another zone first: what has no room here is seldom short elsewhere.
      .sort((a, b) => Number(a.zone === zone) - Number(b.zone === zone));
    return {
      types: types.slice(0, OTHERS),
      subnets: subnets.slice(0, OTHERS).map((one) => ({ subnetId: one.subnetId, zone: one.zone })),
    };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    deps.log.warn({ err: error, target: target.name }, 'no other types or subnets could be looked up');
    return undefined;
  }
}

/** Empty where EC2 does not let the bot ask: it refuses such a type in the end, and the other ways out stay. */
async function unfitTypes(
  target: Target,
  image: CatalogueEntry['image'],
  types: readonly string[],
  deps: Needs<'ec2'>,
): Promise<Map<string, string>> {
  if (image?.needs === undefined) return new Map();
  try {
    const needs = { ...image.needs, volumes: image.mappings.length };
    return await deps.ec2(target.region).machines.unfitTypes(types, needs, readingOptions());
  } catch (error) {
    if (error instanceof ProblemError) return new Map();
    throw error;
  }
}

/** Whether the backup's image can run on a type. A policy of an older version does not let the bot ask that. */
async function fitOf(
  target: Target,
  { image }: CatalogueEntry,
  type: string | undefined,
  deps: Needs<'ec2'>,
): Promise<RestoreFacts['fit']> {
  if (type === undefined || image?.needs === undefined) return undefined;
  const needs = { ...image.needs, volumes: image.mappings.length };
  try {
    const unfit = (await deps.ec2(target.region).machines.unfitTypes([type], needs, readingOptions())).get(
      type,
    );
    return unfit === undefined ? undefined : { unfit };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { trouble: asClause(explain(error.problem).reason) };
  }
}

/**
 * The machine that the target's selector finds, the running one before a stopped one; else the backup's own. Rejects where
 * several run: nobody could say which one is to be replaced.
 */
async function oldMachineOf(
  target: Target,
  entry: CatalogueEntry,
  deps: Needs<'ec2' | 'store'>,
): Promise<MachineFacts | undefined> {
  const ec2 = deps.ec2(target.region);
  const found = (await ec2.findInstances(target.instance, readingOptions())).filter(
    ({ state }) => !ENDED.has(state),
  );
  const running = found.filter(({ state }) => state === 'running');
  const several = running.length > 1 ? running : running.length === 0 && found.length > 1 ? found : [];
  if (several.length > 0) {
    const { region } = target;
    const selector = selectorInWords(target.instance);
    throw new ProblemError({ code: 'instance-several', selector, region, found: several });
  }
  const present = running[0] ?? found[0];
  // What a tag alone makes the target's is not stopped, and lends nothing to a new one.
  if (present !== undefined) await throwIfStranger(deps, target, present, readingOptions());
  // A backup that is not proven names a machine that may be anybody's.
  const source = entry.doubts.length === 0 ? entry.sourceInstanceId : undefined;
  const id = present?.instanceId ?? source;
  const machine = id === undefined ? undefined : await ec2.machines.machine(id, readingOptions());
  return machine === undefined || ENDED.has(machine.state) ? undefined : machine;
}

/** What the old machine has, or what the backup's machine had and nobody has now. */
async function elasticAddressOf(
  target: Target,
  { source }: CatalogueEntry,
  old: MachineFacts | undefined,
  deps: Needs<'ec2'>,
): Promise<ElasticAddress | undefined> {
  const all = await deps.ec2(target.region).machines.elasticAddresses(readingOptions());
  const ofOld = all.find(({ instanceId }) => old !== undefined && instanceId === old.instanceId);
  return (
    ofOld ??
    all.find(({ publicIp, associationId }) => publicIp === source.publicIp && associationId === undefined)
  );
}

/** Reads and changes nothing; whatever goes wrong is told in the plan and stops nobody. */
async function lookAtOld(
  target: Target,
  entry: CatalogueEntry,
  old: MachineFacts | undefined,
  deps: MachineDeps & Needs<'log'>,
): Promise<RestoreFacts['seen']> {
  if (target.ssh === undefined) return { trouble: 'the bot has no SSH key for it' };
  if (old === undefined) return { trouble: 'the old machine is gone' };
  if (old.state !== 'running') return { trouble: `the old machine is ${old.state}` };
  const host = target.ssh.address === 'public' ? old.publicIp : old.privateIp;
  if (host === undefined) return { trouble: 'the old machine has no address that the bot can reach' };
  try {
    return await lookAt(old, [entry.source.privateIp, entry.source.publicIp], deps, target);
  } catch (error) {
    if (error instanceof ProblemError) return { trouble: asClause(explain(error.problem).reason) };
    deps.log.warn({ err: error, target: target.name }, 'the old machine could not be looked at');
    return { trouble: 'the old machine did not answer in time' };
  }
}

async function lookAt(
  old: MachineFacts,
  addresses: readonly (string | undefined)[],
  deps: MachineDeps,
  target: Target,
): Promise<SeenOnMachine> {
  const machine = await logInTo(old, target, deps, LOOK_LIMIT_MS);
  try {
    // One after another: a machine in trouble gets no more than it can take.
    const files = await machine.replicatedFiles('plan');
    const needles = addresses.flatMap((address) => address ?? []);
    const hostname = await machine.hostname();
    const { mounted, missing } = await machine.lookAtData([], { sizes: false });
    return {
      files: files.map((file) => ({ path: file.path, lines: linesWith(file.text, needles) })),
      ...defined({ hostname }),
      mounts: [...mounted, ...missing],
      hasNomad: await machine.hasNomad(),
    };
  } finally {
    machine.close();
  }
}
