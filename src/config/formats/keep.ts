import { KEEP_NAMES, type KeepPolicy, parseKeepPolicy } from '../../core/model/keep-policy.ts';
import type { Finding } from '../checks/issue.ts';
import type { Texts } from '../settings/raw-settings.ts';
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

/** Undefined where no rule is set, so that everything stays, or where one is wrong. */
export function keepPolicy(texts: Texts): KeepPolicy | undefined {
  if (firstRule(texts) === undefined) return undefined;
  const reading = parseKeepPolicy(rulesOf(texts));
  return reading.ok ? reading.policy : undefined;
}

/** The first of the rules that are set. */
export function firstRule(texts: Texts): KeepName | undefined {
  return KEEP_NAMES.find((name) => texts[name] !== undefined);
}

/** Rules that are right one by one and together would keep nothing. */
export function checkPolicy(texts: Texts, where?: (name: KeepName) => string): Finding[] {
  const at = firstRule(texts);
  const reading = at === undefined ? undefined : parseKeepPolicy(rulesOf(texts));
  if (at === undefined || reading === undefined || reading.ok) return [];
  return reading.problems
    .filter(({ fault }) => fault === undefined)
    .map(({ text }) => ({ at, text, ...(where === undefined ? {} : { where: where(at) }) }));
}

function rulesOf(texts: Texts): Record<string, string | undefined> {
  return Object.fromEntries(KEEP_NAMES.map((name) => [name, texts[name]]));
}
