import { type KEEP_NAMES, parseKeepPolicy } from '../../core/model/keep-policy.ts';
import { bad, type Format, format, good } from './format.ts';

export type KeepName = (typeof KEEP_NAMES)[number];

/** The value of one rule, as text: rules become a policy together. */
export function keepRule(name: KeepName): Format<string> {
  return format((text) => {
    const reading = parseKeepPolicy({ [name]: text });
    const fault = reading.ok ? undefined : reading.problems.find((problem) => problem.name === name)?.fault;
    return fault === undefined ? good(text) : bad(fault);
  });
}
