import { launchDoubt } from '../../core/catalogue/proof.ts';
import type { Person } from '../../core/model/person.ts';
import type { Target } from '../../core/model/target.ts';
import { REMOVAL_STAGES } from '../../core/restore/stages.ts';
import { newRunView } from '../../core/run/run-view.ts';
import { REMOVAL, type RemovalInput } from '../../runs/removal.ts';
import { freeRunId, recordRun, startRun } from '../../runs/request.ts';
import { readingOptions } from '../base/call-options.ts';
import type { Reply } from '../base/reply.ts';
import { runningRun } from '../base/running.ts';
import type { CommandDeps } from '../base/verb.ts';

/** Starts the removal of the machine that a restore launched and nobody uses. */
export async function requestRemoval(person: Person, ofRun: string, deps: CommandDeps): Promise<Reply> {
  const list = (await deps.store.checklists.get(ofRun))?.value;
  const target = deps.targets.find(({ name }) => name === list?.target);
  if (list === undefined || target === undefined || !list.actions.includes('remove-test')) {
    return {
      view: 'refusal',
      reason: 'There is nothing of this restore to remove (any more). Nothing was done.',
    };
  }
  const stranger = await strangerOf(ofRun, target, deps);
  if (stranger !== undefined) return { view: 'refusal', reason: `${stranger} Nothing was done.` };
  const used = await deps.ec2(target.region).findInstances(target.instance, readingOptions());
  if (used.some(({ instanceId }) => instanceId === list.instanceId)) {
    return {
      view: 'refusal',
      reason: `${list.instanceId} is the machine of ${target.name} now. Nothing was done.`,
      next: 'See whether people use it before anybody removes it in the EC2 console.',
    };
  }
  const requestedAt = deps.clock.now();
  const runId = await freeRunId('removal', requestedAt, deps);
  const { name, region, channel } = target;
  const input: RemovalInput = {
    runId,
    target: name,
    region,
    channel,
    requester: person,
    requestedAt,
    ofRun,
  };
  const about = { runId, target: name, region, requester: person, requestedAt };
  const view = newRunView({ ...about, kind: 'removal', about: [`of ${ofRun}`] }, REMOVAL_STAGES);
  const taken = await deps.store.transaction((store) =>
    recordRun(
      {
        runId,
        target: name,
        workflow: REMOVAL,
        input,
        requester: person,
        requestedAt,
        channel,
        quiet: false,
        view,
        audit: { verb: 'removal', actor: person, detail: { ofRun } },
      },
      store,
    ),
  );
  if (!taken.taken)
    return { view: 'busy', running: await runningRun(taken.by, deps.store), target: name, now: requestedAt };
  const isStarted = await startRun({ runId, target: name, workflow: REMOVAL, input }, deps);
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
async function strangerOf(ofRun: string, target: Target, deps: CommandDeps): Promise<string | undefined> {
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
