import { NOMAD_STATE, REPLICATED_PATHS } from '../../core/model/machine-paths.ts';
import type { Person } from '../../core/model/person.ts';
import { targetNamed } from '../../core/model/target.ts';
import { oldMachine } from '../../core/restore/choices.ts';
import type { InPlaceOrder } from '../../core/restore/order.ts';
import { restorePlan } from '../../core/restore/plan.ts';
import { noRoomOn } from '../../core/restore/possible.ts';
import { freeRunId } from '../../runs/request.ts';
import { approvedRestoreOf, RESTORE } from '../../runs/restore.ts';
import { askApproval } from '../approval/ask-approval.ts';
import { readingOptions } from '../base/call-options.ts';
import type { Reply } from '../base/reply.ts';
import { type CatalogueDeps, COMMAND, type PlanDeps } from '../base/verb.ts';

/** Plans the way back to the root volume that a restore in place has replaced; somebody else approves it. */
export async function requestWayBack(
  person: Person,
  ofRun: string,
  deps: PlanDeps & CatalogueDeps,
): Promise<Reply> {
  const list = (await deps.store.checklists.get(ofRun))?.value;
  const target = targetNamed(deps.targets, list?.target);
  if (list === undefined || target === undefined || list.instanceId === undefined)
    return gone('This button is out of date.');
  const { machines } = deps.ec2(target.region);
  const machine = await machines.machine(list.instanceId, readingOptions());
  if (machine?.state !== 'running')
    return gone(`${list.instanceId} does not run, and EC2 replaces the root of a running machine only.`);
  const roots = await machines.rootHistory(list.instanceId, readingOptions());
  // Anybody can tag a volume as a former root: what was approved says which one it was.
  const volumeId = (await approvedRestoreOf(deps.store, ofRun))?.old?.rootVolumeId;
  const former = roots.find((volume) => volume.runId === ofRun && volume.volumeId === volumeId);
  if (former === undefined) return gone('The former root volume is gone.');
  if (former.state !== 'available')
    return gone(`The former root volume ${former.volumeId} is ${former.state}.`);
  const volumes = await machines.volumesAt(list.instanceId, readingOptions());
  const full = noRoomOn(volumes.find(({ volumeId }) => volumeId === machine.rootVolumeId));
  if (full !== undefined) return gone(full.reason);
  const at = deps.clock.now();
  const reason = `the way back from ${ofRun}`;
  const order: InPlaceOrder = {
    runId: await freeRunId('restore', at, deps),
    target: target.name,
    region: target.region,
    channel: target.channel,
    way: 'in-place',
    requester: person,
    requestedAt: at,
    reason,
    old: oldMachine(machine),
    root: { volumeId: former.volumeId },
    ssh: target.ssh !== undefined,
    ...(target.circleciUrl === undefined ? {} : { url: target.circleciUrl }),
    removeNomad: false,
    paths: { files: REPLICATED_PATHS, nomad: NOMAD_STATE },
    seen: { trouble: 'it is the volume that ran before' },
    listBuilds: false,
    startApp: true,
    selector: target.instance,
  };
  const plan = restorePlan(
    order,
    { old: machine, seen: { trouble: 'it is the volume that ran before' } },
    RESTORE,
  );
  const mustType = target.typeTargetName ? { mustType: target.name } : {};
  return askApproval({ target, person, plan: { ...plan, ...mustType }, reason }, deps);
}

function gone(reason: string): Reply {
  return { view: 'refusal', reason: `${reason} Nothing was done.`, usage: `${COMMAND} restore` };
}
