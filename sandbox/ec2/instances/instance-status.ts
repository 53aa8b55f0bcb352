import { find, type InstanceRecord, type State, visible } from '../state.ts';
import { page } from '../wire/paging.ts';
import { flag, type Params, texts } from '../wire/query.ts';
import type { Xml } from '../wire/xml.ts';
import { STATE_CODES } from './instance-xml.ts';

/** Only running instances unless `IncludeAllInstances`. */
export function describeInstanceStatus(state: State, params: Params): { [element: string]: Xml } {
  const ids = texts(params, 'InstanceId');
  for (const id of ids) find(state, 'instance', state.instances, id);
  const all = flag(params, 'IncludeAllInstances');
  const found = visible(state, state.instances).filter(
    ([id, instance]) => (ids.length === 0 || ids.includes(id)) && (all || instance.state === 'running'),
  );
  const answer = page(params, found, { least: 5, notWith: 'InstanceId', pageSize: state.pageSize });
  return {
    instanceStatusSet: answer.page.map((instance) => ({
      instanceId: instance.instanceId,
      availabilityZone: instance.zone,
      instanceState: { code: STATE_CODES[instance.state], name: instance.state },
      ...checksOf(state, instance),
    })),
    nextToken: answer.nextToken,
  };
}

function checksOf(state: State, instance: InstanceRecord): { [element: string]: Xml } {
  const system = { status: word(state, instance, false) };
  const own = { status: word(state, instance, true) };
  return { systemStatus: system, instanceStatus: own, attachedEbsStatus: system };
}

/** `impaired` is the instance itself, e.g. a system that does not boot, not AWS's side of it. */
function word(state: State, instance: InstanceRecord, ofInstance: boolean): string {
  const { fate, runningSince } = instance;
  if (instance.state !== 'running') return 'not-applicable';
  const since = runningSince ?? Number.NEGATIVE_INFINITY;
  const initializing = state.clock.now() < since + state.machineSeconds.checks * 1000;
  if (initializing || fate?.checks === 'never') return 'initializing';
  return fate?.checks === 'impaired' && ofInstance ? 'impaired' : 'ok';
}
