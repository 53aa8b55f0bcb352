import { KEEP_NAMES, type KeepPolicy, parseKeepPolicy } from '../../core/model/keep-policy.ts';
import type { KeepName } from '../formats/keep.ts';
import type { Texts } from '../settings/raw-settings.ts';
import type { Finding } from './issue.ts';

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
