import { servicesMachineContract } from '../contracts/services-machine.ts';
import { startSmallMachines } from './small-machines.ts';

servicesMachineContract('Debian’s OpenSSH', startSmallMachines);
