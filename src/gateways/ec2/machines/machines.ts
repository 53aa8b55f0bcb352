import type { EC2Client } from '@aws-sdk/client-ec2';
import type { Clock } from '../../../core/ports/clock.ts';
import type { Ec2Machines } from '../../../core/ports/ec2-machines.ts';
import type { Caller } from '../calls.ts';
import { createPages } from '../pages.ts';
import { createElasticAddresses } from './elastic-addresses.ts';
import { createMachineLaunch } from './launch.ts';
import { createNetwork } from './network.ts';
import { createMachinePermissions } from './permissions.ts';
import { createMachinePower } from './power.ts';
import { createMachineReading } from './reading.ts';
import { createRootVolumes } from './root-volumes.ts';
import { createRunVolumes } from './run-volumes.ts';

/** The machines of the port, over AWS's SDK. */
export function createMachines(shared: { client: EC2Client; caller: Caller; clock: Clock }): Ec2Machines {
  const deps = { ...shared, allPages: createPages(shared.caller) };
  const addresses = createElasticAddresses(deps);
  const reading = createMachineReading(deps, addresses);
  return {
    ...reading,
    ...addresses,
    ...createMachineLaunch(deps, reading),
    ...createMachinePower(deps, reading),
    ...createRunVolumes(deps),
    ...createNetwork(deps),
    ...createRootVolumes(deps),
    ...createMachinePermissions(deps),
  };
}
