import { cut, oneLine } from '../text/text.ts';
import type { RestoreChoices } from './choices.ts';
import { isRestoreWay } from './order.ts';

/** A restore as a person filled it in, wherever that was: texts as they were typed, empty where nothing was. */
export interface TypedChoices {
  way: string;
  /** An instance type. */
  type: string;
  /** Ids of security groups, with commas or blanks between them. */
  groups: string;
  /** The host under which CircleCI shall answer from now on. */
  host: string;
  reason: string;
  subnetId?: string;
  keepPrivateIp: boolean;
  cutOver: boolean;
  removeNomad: boolean;
  startApp: boolean;
}

type Checked = 'type' | 'groups' | 'host';

const REASON_MAX = 250;
const HOST =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
const GROUP = /^sg-[0-9a-f]{8,17}$/;
const TYPE = /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/;

const CHECKS: Record<Checked, { isGood(text: string): boolean; say: string }> = {
  host: { isGood: (text) => HOST.test(text), say: 'A bare host name, for example ci2.example.com' },
  type: { isGood: (text) => TYPE.test(text), say: 'An instance type, for example m5.2xlarge' },
  groups: {
    isGood: (text) => groupsIn(text).every((id) => GROUP.test(id)),
    say: 'Ids like sg-0123456789abcdef0, separated by commas',
  },
};

/** What is wrong with the texts, by field, and what would be right. */
export function faultsIn(typed: Readonly<Record<Checked, string>>): Partial<Record<Checked, string>> {
  const faults: Partial<Record<Checked, string>> = {};
  for (const field of ['host', 'type', 'groups'] as const) {
    const text = oneLine(typed[field]);
    if (text !== '' && !CHECKS[field].isGood(text)) faults[field] = CHECKS[field].say;
  }
  return faults;
}

/** The choices that a plan is made from; undefined where the texts have faults, or the way is none. */
export function readChoices(typed: TypedChoices): RestoreChoices | undefined {
  const { way, subnetId } = typed;
  if (!isRestoreWay(way) || Object.keys(faultsIn(typed)).length > 0) return undefined;
  const type = oneLine(typed.type);
  const newHost = oneLine(typed.host).toLowerCase();
  return {
    way,
    securityGroupIds: way === 'test' ? groupsIn(oneLine(typed.groups)) : [],
    keepPrivateIp: typed.keepPrivateIp,
    cutOver: typed.cutOver ? 'planned' : 'asked',
    removeNomad: way !== 'in-place' && typed.removeNomad,
    startApp: way !== 'test' || typed.startApp,
    reason: cut(oneLine(typed.reason), REASON_MAX),
    ...(type === '' ? {} : { type }),
    ...(subnetId === undefined ? {} : { subnetId }),
    ...(newHost === '' ? {} : { newHost }),
  };
}

function groupsIn(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}
