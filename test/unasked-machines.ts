import type { Ec2Machines } from '../src/core/ports/ec2-machines.ts';

/** Machines of which a test says what they answer; every other question is a fault. */
export function unaskedMachines(answers: Partial<Ec2Machines> = {}): Ec2Machines {
  const unexpected = (call: string) => async () => {
    throw new Error(`EC2 was not expected to be asked: ${call}`);
  };
  return {
    launch: unexpected('launch'),
    machine: unexpected('machine'),
    machinesOf: unexpected('machinesOf'),
    machinesTagged: unexpected('machinesTagged'),
    checks: unexpected('checks'),
    consoleKeys: unexpected('consoleKeys'),
    stop: unexpected('stop'),
    start: unexpected('start'),
    terminate: unexpected('terminate'),
    volumesAt: unexpected('volumesAt'),
    volumesOf: unexpected('volumesOf'),
    deleteVolume: unexpected('deleteVolume'),
    whoHas: unexpected('whoHas'),
    subnetsOf: unexpected('subnetsOf'),
    subnet: unexpected('subnet'),
    typesIn: unexpected('typesIn'),
    unfitTypes: unexpected('unfitTypes'),
    elasticAddresses: unexpected('elasticAddresses'),
    address: unexpected('address'),
    moveAddress: unexpected('moveAddress'),
    freeAddress: unexpected('freeAddress'),
    replaceRoot: unexpected('replaceRoot'),
    replaceRootTask: unexpected('replaceRootTask'),
    rootHistory: unexpected('rootHistory'),
    missingMachinePermissions: unexpected('missingMachinePermissions'),
    ...answers,
  };
}
