import { publicAddress } from '../network/public-address.ts';
import type { InstanceRecord, InstanceState, State } from '../state.ts';
import { boot, stopInstance, terminateInstance } from './instances.ts';

/** Brings instances to where they are at this time. */
export function settleInstances(state: State): void {
  const now = state.clock.now();
  for (const instance of state.instances.values()) {
    const { next } = instance;
    if (next !== undefined && next.at <= now) become(state, instance, next.state, next.at);
    if (instance.bootsAt !== undefined && instance.bootsAt <= now) {
      delete instance.bootsAt;
      if (instance.state === 'running') boot(state, instance);
    }
  }
}

/** When each instance will change next without a request, in the clock's ms. */
export function instanceChanges(state: State): number[] {
  return [...state.instances.values()].flatMap(({ next, bootsAt }) =>
    [next?.at, bootsAt].flatMap((at) => at ?? []),
  );
}

/** Says what the instance becomes by itself after so many seconds. */
export function becomesLater(
  state: State,
  instance: InstanceRecord,
  later: InstanceState,
  seconds: number,
): void {
  instance.next = { state: later, at: state.clock.now() + seconds * 1000 };
}

/** Lets its system restart: the instance stays `running`, and nothing answers until it is up. */
export function restart(state: State, instance: InstanceRecord): void {
  state.machines.halted(instance.instanceId);
  instance.bootsAt = state.clock.now() + state.machineSeconds.rebooting * 1000;
}

function become(state: State, instance: InstanceRecord, now: InstanceState, at: number): void {
  delete instance.next;
  if (now === 'running') {
    instance.state = 'running';
    instance.runningSince = at;
    // One that was stopped lost its public address and gets another.
    if (instance.autoPublicIp === true) instance.publicIp ??= publicAddress(state.instances.size + 100);
    state.changed('instance', instance.instanceId, 'running');
    boot(state, instance);
  } else if (now === 'stopped') {
    stopInstance(state, instance);
  } else if (now === 'terminated') {
    terminateInstance(state, instance);
  }
}
