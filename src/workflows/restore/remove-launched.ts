import { launchDoubt, type VolumeProof, volumeDoubt } from '../../core/catalogue/proof.ts';
import type { MachineFacts } from '../../core/model/machine-facts.ts';
import { type Problem, ProblemError } from '../../core/problems/problem.ts';
import type { RunStage } from '../../core/run/run-view.ts';
import { counted, listInWords } from '../../core/text/words.ts';
import { type ApprovedRestore, approvedRestoreOf } from '../../runs/restore.ts';
import type { Ec2Context, RunContext, TargetsContext } from '../run/context.ts';
import type { Run, Tools } from '../run/run.ts';
import type { StageResult } from '../run/stage.ts';

type Ec2Run = Run<RunContext & Ec2Context & TargetsContext>;

const TERMINATED_LIMIT_MS = 20 * 60_000;
const VOLUMES_LIMIT_MS = 5 * 60_000;

const ENDED = new Set(['shutting-down', 'terminated']);

/**
 * Removes what `ofRun`, this run or an earlier one, is proven to have launched, and nothing else: a tag proves nothing, what
 * only carries it is left alone and told. `known`: machines that EC2 may not show yet, as they were launched a moment ago.
 * Gives why it is not gone, where it is not.
 */
export function removeLaunched(
  run: Ec2Run,
  stage: RunStage,
  ofRun: string,
  known: Iterable<string> = [],
): Promise<Problem | undefined> {
  return run.undo(stage, (tools) => removed(run, tools, ofRun, known));
}

/** The machines that `ofRun` launched, and their volumes. */
async function removed(
  run: Ec2Run,
  tools: Tools,
  ofRun: string,
  known: Iterable<string>,
): Promise<StageResult<string>> {
  const { machines } = run.context.ec2(run.region);
  const order = await approvedRestoreOf(run.context.store, ofRun);
  const neverThese = await keptMachines(run, tools, order);
  const stillThere = async () =>
    (await machines.machinesOf(ofRun, tools.ec2Options())).filter(({ state }) => state !== 'terminated');
  const launched = (await stillThere()).filter(({ state }) => state !== 'shutting-down');
  const imageId = order?.backup?.imageId;
  for (const machine of launched) {
    const why = launchDoubt(machine, {
      runId: ofRun,
      neverThese,
      ...(imageId === undefined ? {} : { imageId }),
    });
    if (why !== undefined)
      throw new ProblemError({ code: 'machine-not-ours', instanceId: machine.instanceId, runId: ofRun, why });
  }
  const unseen = [...known].filter((id) => !neverThese.has(id));
  const ids = [...new Set([...unseen, ...launched.map(({ instanceId }) => instanceId)])];
  await noteVolumes(run, tools, ofRun, launched);
  for (const id of ids) await machines.terminate(id, ofRun, tools.ec2Options());
  await tools.until(async () => ((await stillThere()).length === 0 ? true : undefined), {
    limitMs: TERMINATED_LIMIT_MS,
    late: (afterMs) => ({
      code: 'restore-machine-slow',
      instanceId: listInWords(ids),
      state: 'not terminated',
      afterMs,
    }),
  });
  const proof = await volumeProof(run, tools, ofRun);
  const { free, left } = await freeVolumes(run, tools, proof);
  for (const volumeId of free) await machines.deleteVolume(volumeId, proof, tools.ec2Options());
  const strangers = (await machines.machinesTagged(ofRun, tools.ec2Options())).flatMap((machine) => {
    const why = ENDED.has(machine.state) ? undefined : launchDoubt(machine, { runId: ofRun, neverThese });
    return why === undefined ? [] : [`${machine.instanceId} (${why})`];
  });
  const alone = [...strangers, ...left];
  const done =
    ids.length === 0 && free.length === 0
      ? 'nothing was there'
      : `${listInWords(ids) || 'no machine'} terminated, ${free.length === 0 ? 'no volume is left' : `${counted(free.length, 'volume')} deleted`}`;
  const detail = alone.length === 0 ? done : `${done}; left alone: ${listInWords(alone)}`;
  return { ok: true, value: detail, detail };
}

/** Machines that nothing may remove, by id, with why: those that targets use, and the one that the plan calls the old one. */
async function keptMachines(
  run: Ec2Run,
  tools: Tools,
  order: ApprovedRestore | undefined,
): Promise<Map<string, string>> {
  const ec2 = run.context.ec2(run.region);
  const kept = new Map<string, string>();
  const targets = run.context.targets.filter(({ region }) => region === run.region);
  const used = await Promise.all(
    targets.map(async ({ name, instance }) => ({
      name,
      found: await ec2.findInstances(instance, tools.ec2Options()),
    })),
  );
  for (const { name, found } of used)
    for (const { instanceId } of found) kept.set(instanceId, `it is what SERVICES_INSTANCE of ${name} finds`);
  if (order?.old !== undefined)
    kept.set(order.old.instanceId, `the plan of ${order.runId} names it as the old machine`);
  return kept;
}

/** Before they go: whose a free volume was is known to nobody afterwards. */
async function noteVolumes(run: Ec2Run, tools: Tools, ofRun: string, launched: readonly MachineFacts[]) {
  if (launched.length === 0) return;
  const { machines } = run.context.ec2(run.region);
  const proof = await volumeProof(run, tools, ofRun);
  const volumes = await machines.volumesOf(ofRun, tools.ec2Options());
  const ids = new Set(launched.map(({ instanceId }) => instanceId));
  const own = volumes.filter((one) => ids.has(one.instanceId ?? '') && volumeDoubt(one, proof) === undefined);
  const value = { volumeIds: [...new Set([...proof.recorded, ...own.map(({ volumeId }) => volumeId)])] };
  const { launchedVolumes } = run.context.store;
  if (await launchedVolumes.insert(ofRun, value, false)) return;
  const noted = await launchedVolumes.get(ofRun);
  if (noted !== undefined) await launchedVolumes.replace(ofRun, noted.version, value, false);
}

async function volumeProof(run: Ec2Run, tools: Tools, ofRun: string): Promise<VolumeProof> {
  const ec2 = run.context.ec2(run.region);
  const launches = await ec2.machines.machinesOf(ofRun, tools.ec2Options());
  const images = new Set(launches.map(({ imageId }) => imageId));
  const mappings = (await ec2.taggedImages(tools.ec2Options()))
    .filter(({ imageId }) => images.has(imageId))
    .flatMap(({ mappings: of }) => of);
  const noted = await run.context.store.launchedVolumes.get(ofRun);
  return {
    runId: ofRun,
    launches,
    recorded: new Set(noted?.value.volumeIds ?? []),
    snapshotIds: new Set(mappings.flatMap(({ snapshotId }) => snapshotId ?? [])),
  };
}

/** Its own, once nothing is attached to them any more, and what only carries its tag, with why. */
function freeVolumes(
  run: Ec2Run,
  tools: Tools,
  proof: VolumeProof,
): Promise<{ free: string[]; left: string[] }> {
  const { machines } = run.context.ec2(run.region);
  let attached: string[] = [];
  return tools.until(
    async () => {
      const volumes = await machines.volumesOf(proof.runId, tools.ec2Options());
      const own = volumes.filter((volume) => volumeDoubt(volume, proof) === undefined);
      attached = own.filter(({ instanceId }) => instanceId !== undefined).map(({ volumeId }) => volumeId);
      if (attached.length > 0) return undefined;
      const left = volumes.flatMap((volume) => {
        const why = volumeDoubt(volume, proof);
        return why === undefined ? [] : [`${volume.volumeId} (${why})`];
      });
      return { free: own.map(({ volumeId }) => volumeId), left };
    },
    {
      limitMs: VOLUMES_LIMIT_MS,
      late: () => ({ code: 'restore-not-undone', left: attached.map((id) => `${id} is still attached`) }),
    },
  );
}
