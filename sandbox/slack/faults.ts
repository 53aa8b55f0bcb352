import { takeFirst } from '../take-fault.ts';
import type { SlackFault } from './model.ts';

/** The fault that is meant for a method. */
export function takeFault(faults: SlackFault[], method: string): SlackFault | undefined {
  return takeFirst(faults, (fault) => fault.method === method || fault.method === '*');
}
