import { plannedMachine } from '../../core/approval/planned-machine.ts';
import { launchDoubt } from '../../core/catalogue/proof.ts';
import type { Person } from '../../core/model/person.ts';
import { type Target, targetNamed } from '../../core/model/target.ts';
import { whySecondPerson } from '../../core/restore/removal.ts';
import { REMOVAL, type RemovalInput, removalNow } from '../../runs/removal.ts';
import { freeRunId, type RunDeps, recordRun, startRun } from '../../runs/request.ts';
import { approvedRestoreOf } from '../../runs/restore.ts';
import { askApproval } from '../approval/ask-approval.ts';
import { readingOptions } from '../base/call-options.ts';
import type { Reply } from '../base/reply.ts';
import { runningRun } from '../base/running.ts';
import type { CatalogueDeps, Needs, PlanDeps } from '../base/verb.ts';
import { removalPlan, removalView } from './removal-plan.ts';

/** The removal of what a restore launched and nobody uses: at once for a test's own machine, else once somebody else has approved it. */
export async function requestRemoval(
  person: Person,
  ofRun: string,
  deps: RunDeps & PlanDeps & CatalogueDeps,
): Promise<Reply> {
  const list = (await deps.store.checklists.get(ofRun))?.value;
  const target = targetNamed(deps.targets, list?.target);
  if (list === undefined || target === undefined || !list.actions.includes('remove-test')) {
    return {
      view: 'refusal',
      reason: 'There is nothing of this restore to remove (any more). Nothing was done.',
    };
  }
  const stranger = await strangerOf(ofRun, target, deps);
  if (stranger !== undefined) return { view: 'refusal', reason: `${stranger} Nothing was done.` };
  const { name, region, channel, instance } = target;
  const ec2 = deps.ec2(region);
  const now = await removalNow(ec2, { ofRun, instance }, readingOptions());
  const used = now.used.find(({ instanceId }) => instanceId === list.instanceId);
  if (used !== undefined) {
    return {
      view: 'refusal',
      reason: `${list.instanceId} is the machine of ${target.name} now. Nothing was done.`,
      next: 'See whether people use it before anybody removes it in the EC2 console.',
    };
  }
  const requestedAt = deps.clock.now();
  const machines = now.machines.map(plannedMachine);
  const why = whySecondPerson({ machines }, await useOf(ofRun, region, deps));
  const input: RemovalInput = {
    runId: await freeRunId('removal', requestedAt, deps),
    target: name,
    region,
    channel,
    requester: person,
    requestedAt,
    ofRun,
    machines,
    instance,
    approved: why.length > 0,
    why,
  };
  return input.approved
    ? askApproval({ target, person, plan: removalPlan(input) }, deps)
    : begin(input, deps);
}

/** What tells whether people may have worked with a machine that a restore launched. */
async function useOf(ofRun: string, region: string, deps: Needs<'ec2' | 'store'>) {
  const order = await approvedRestoreOf(deps.store, ofRun);
  const ec2 = deps.ec2(region);
  const entries = await ec2.catalogue(readingOptions());
  const addresses = await ec2.machines.elasticAddresses(readingOptions());
  return {
    ...(order === undefined ? {} : { way: order.way }),
    sources: new Set(entries.flatMap(({ sourceInstanceId }) => sourceInstanceId ?? [])),
    held: new Map(
      addresses.flatMap(({ instanceId, publicIp }) =>
        instanceId === undefined ? [] : [[instanceId, publicIp]],
      ),
    ),
  };
}

/** A test's own machine, which nobody works with: whoever launched it, one person may remove it. */
async function begin(input: RemovalInput, deps: RunDeps): Promise<Reply> {
  const { runId, target, channel, requester, requestedAt, ofRun } = input;
  const taken = await deps.store.transaction((store) =>
    recordRun(
      {
        runId,
        target,
        workflow: REMOVAL,
        input,
        requester,
        requestedAt,
        channel,
        quiet: false,
        view: removalView(input),
        audit: { verb: 'removal', actor: requester, detail: { ofRun } },
      },
      store,
    ),
  );
  if (!taken.taken)
    return { view: 'busy', running: await runningRun(taken.by, deps.store), target, now: requestedAt };
  const isStarted = await startRun({ runId, target, workflow: REMOVAL, input }, deps);
  return {
    view: 'begun',
    runId,
    channel,
    what: `the removal of what ${ofRun} launched`,
    isDelayed: !isStarted,
  };
}

const ENDED = new Set(['shutting-down', 'terminated']);

/** What carries the restore's tag where nothing is left that it launched, as a sentence: that is nobody's to remove from here. */
async function strangerOf(ofRun: string, target: Target, deps: Needs<'ec2'>): Promise<string | undefined> {
  const { machines } = deps.ec2(target.region);
  const launched = await machines.machinesOf(ofRun, readingOptions());
  if (launched.some(({ state }) => !ENDED.has(state))) return undefined;
  const tagged = await machines.machinesTagged(ofRun, readingOptions());
  const others = tagged.flatMap((machine) => {
    const why = ENDED.has(machine.state) ? undefined : launchDoubt(machine, { runId: ofRun });
    return why === undefined ? [] : [`${machine.instanceId} is left alone: ${why}.`];
  });
  return others.length === 0
    ? undefined
    : `Nothing that ${ofRun} launched is left in EC2. ${others.join(' ')}`;
}
