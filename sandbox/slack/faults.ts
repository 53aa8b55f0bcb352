import type { SlackFault } from './model.ts';

/** Takes the first fault meant for a method, counting it down; undefined when all is well. */
export function takeFault(faults: SlackFault[], method: string): SlackFault | undefined {
  const index = faults.findIndex((fault) => fault.method === method || fault.method === '*');
  const fault = faults[index];
  if (!fault) return undefined;
  const left = (fault.times ?? 1) - 1;
  if (left > 0) faults[index] = { ...fault, times: left };
  else faults.splice(index, 1);
  return fault;
}
