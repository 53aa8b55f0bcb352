import { find, type InstanceRecord, type InstanceState, type State } from '../state.ts';
import { ApiError } from '../wire/errors.ts';
import { flag, type Params, required, structure, texts } from '../wire/query.ts';
import type { Xml } from '../wire/xml.ts';
import { becomesLater } from './instance-progress.ts';
import { STATE_CODES } from './instance-xml.ts';
import { checkCapacity } from './launch.ts';

export function stopInstances(state: State, params: Params): { [element: string]: Xml } {
  return eachOf(state, params, (instance) => {
    refuse(instance, ['shutting-down', 'terminated', 'pending'], 'stopped');
    if (instance.disableApiStop === true) {
      const message = `The instance '${instance.instanceId}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.`;
      throw new ApiError('OperationNotPermitted', message);
    }
    if (instance.state !== 'running') return;
    move(state, instance, 'stopping');
    becomesLater(state, instance, 'stopped', state.machineSeconds.stopping);
  });
}

export function startInstances(state: State, params: Params): { [element: string]: Xml } {
  return eachOf(state, params, (instance) => {
    refuse(instance, ['shutting-down', 'terminated', 'stopping'], 'started');
    if (instance.state !== 'stopped') return;
    checkCapacity(state, instance.instanceType, instance.zone);
    instance.state = 'pending';
    instance.launchedAt = state.clock.now();
    state.changed('instance', instance.instanceId, 'pending');
    becomesLater(state, instance, 'running', state.machineSeconds.pending);
  });
}

export function terminateInstances(state: State, params: Params): { [element: string]: Xml } {
  return eachOf(state, params, (instance) => {
    if (instance.state === 'terminated' || instance.state === 'shutting-down') return;
    if (instance.disableApiTermination) {
      const message = `The instance '${instance.instanceId}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`;
      throw new ApiError('OperationNotPermitted', message);
    }
    move(state, instance, 'shutting-down');
    becomesLater(state, instance, 'terminated', state.machineSeconds.terminating);
  });
}

/** The only attributes the sandbox changes are the two protections. */
export function modifyInstanceAttribute(state: State, params: Params): { [element: string]: Xml } {
  const instance = find(state, 'instance', state.instances, required(params, 'InstanceId'));
  refuse(instance, ['shutting-down', 'terminated'], 'modified');
  if ('DisableApiTermination' in params)
    instance.disableApiTermination = flag(structure(params, 'DisableApiTermination'), 'Value');
  if ('DisableApiStop' in params)
    instance.disableApiStop = flag(structure(params, 'DisableApiStop'), 'Value');
  state.changed('instance', instance.instanceId, 'modified');
  return { return: true };
}

/** All or nothing: no instance changes when one of them is refused. */
function eachOf(
  state: State,
  params: Params,
  act: (instance: InstanceRecord) => void,
): { [element: string]: Xml } {
  const instances = texts(params, 'InstanceId').map((id) => find(state, 'instance', state.instances, id));
  if (instances.length !== 1)
    throw new ApiError('InvalidParameterCombination', 'The sandbox does this for one instance at a time');
  return {
    instancesSet: instances.map((instance) => {
      const before = instance.state;
      act(instance);
      return {
        instanceId: instance.instanceId,
        currentState: { code: STATE_CODES[instance.state], name: instance.state },
        previousState: { code: STATE_CODES[before], name: before },
      };
    }),
  };
}

/** Its system goes down at once, the instance itself some seconds later. */
function move(state: State, instance: InstanceRecord, to: InstanceState): void {
  if (instance.state === 'running') state.machines.halted(instance.instanceId);
  instance.state = to;
  state.changed('instance', instance.instanceId, to);
}

function refuse(instance: InstanceRecord, states: readonly InstanceState[], participle: string): void {
  if (!states.includes(instance.state)) return;
  throw new ApiError(
    'IncorrectInstanceState',
    `The instance '${instance.instanceId}' is not in a state from which it can be ${participle}.`,
  );
}
