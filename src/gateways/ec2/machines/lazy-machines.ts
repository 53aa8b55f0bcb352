import type { Ec2Machines } from '../../../core/ports/ec2-machines.ts';

/** The machines of a port that is loaded at the first use. */
export function lazyMachines(load: () => Promise<Ec2Machines>): Ec2Machines {
  return {
    launch: async (...asked) => (await load()).launch(...asked),
    machine: async (...asked) => (await load()).machine(...asked),
    machinesOf: async (...asked) => (await load()).machinesOf(...asked),
    checks: async (...asked) => (await load()).checks(...asked),
    consoleOutput: async (...asked) => (await load()).consoleOutput(...asked),
    stop: async (...asked) => (await load()).stop(...asked),
    start: async (...asked) => (await load()).start(...asked),
    terminate: async (...asked) => (await load()).terminate(...asked),
    volumesOf: async (...asked) => (await load()).volumesOf(...asked),
    deleteVolume: async (...asked) => (await load()).deleteVolume(...asked),
    whoHas: async (...asked) => (await load()).whoHas(...asked),
    subnetsOf: async (...asked) => (await load()).subnetsOf(...asked),
    subnet: async (...asked) => (await load()).subnet(...asked),
    typesIn: async (...asked) => (await load()).typesIn(...asked),
    elasticAddresses: async (...asked) => (await load()).elasticAddresses(...asked),
    address: async (...asked) => (await load()).address(...asked),
    moveAddress: async (...asked) => (await load()).moveAddress(...asked),
    freeAddress: async (...asked) => (await load()).freeAddress(...asked),
    replaceRoot: async (...asked) => (await load()).replaceRoot(...asked),
    replaceRootTask: async (...asked) => (await load()).replaceRootTask(...asked),
    rootHistory: async (...asked) => (await load()).rootHistory(...asked),
    missingMachinePermissions: async (...asked) => (await load()).missingMachinePermissions(...asked),
  };
}
