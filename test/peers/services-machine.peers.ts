import { servicesMachineContract } from '../contracts/services-machine/services-machine.ts';
import { startSmallMachines } from './small-machines.ts';

servicesMachineContract('Debian’s OpenSSH', startSmallMachines);
