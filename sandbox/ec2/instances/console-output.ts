import { find, type InstanceRecord, type State, stamp } from '../state.ts';
import { ApiError } from '../wire/errors.ts';
import { flag, type Params, required } from '../wire/query.ts';
import type { Xml } from '../wire/xml.ts';
import { isNitro } from './instance-types.ts';

/** Without `Latest` EC2 gives what it kept some minutes after the start. */
const LATER = 5;

export function getConsoleOutput(state: State, params: Params): { [element: string]: Xml } {
  const instance = find(state, 'instance', state.instances, required(params, 'InstanceId'));
  const latest = flag(params, 'Latest');
  if (latest && !isNitro(instance.instanceType))
    throw new ApiError(
      'UnsupportedOperation',
      'This instance type does not support retrieving the latest console logs.',
    );
  const text = tells(state, instance, latest) ? state.machines.consoleOutput(instance.instanceId) : '';
  return {
    instanceId: instance.instanceId,
    timestamp: stamp(state.clock.now()),
    // A console that has nothing has no element of it.
    output: text === '' ? undefined : Buffer.from(text).toString('base64'),
  };
}

function tells(state: State, instance: InstanceRecord, latest: boolean): boolean {
  if (instance.fate?.console === 'missing' || instance.state === 'pending') return false;
  const since = instance.runningSince ?? Number.NEGATIVE_INFINITY;
  const seconds = state.machineSeconds.console * (latest ? 1 : LATER);
  return state.clock.now() >= since + seconds * 1000;
}
