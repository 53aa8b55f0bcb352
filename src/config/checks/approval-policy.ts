import { counted } from '../../core/text/words.ts';
import type { Texts } from '../settings/raw-settings.ts';
import { value } from '../settings/read-setting.ts';
import type { Finding } from './issue.ts';

const OWN = ['OPERATORS', 'APPROVERS', 'APPROVALS_REQUIRED'] as const;

/** Whether anything of the policy stands here. */
export function hasApprovalPolicy(texts: Texts): boolean {
  return OWN.some((name) => texts[name] !== undefined);
}

/** Who may approve: whom APPROVERS names, else the operators. */
export function approversOf(texts: Texts): string[] {
  return value(texts, 'APPROVERS') ?? value(texts, 'OPERATORS') ?? [];
}

/**
 * A policy nobody can satisfy: whoever may ask, there are not as many others who could approve. How many people a user
 * group has is not known here, so one group is taken to be enough.
 */
export function checkApprovals(texts: Texts, where?: (at: string) => string): Finding[] {
  const operators = value(texts, 'OPERATORS');
  const required = value(texts, 'APPROVALS_REQUIRED');
  const approvers = approversOf(texts);
  // What cannot be read, or is not there, is told as that.
  if (operators === undefined || required === undefined || approvers.length === 0) return [];
  if (approvers.some(isGroup)) return [];
  const others = operators.some((id) => isGroup(id) || !approvers.includes(id))
    ? approvers.length
    : approvers.length - 1;
  if (others >= required) return [];
  const at = texts.APPROVERS === undefined ? 'OPERATORS' : 'APPROVERS';
  const who = counted(approvers.length, 'person', 'people');
  return [
    {
      at,
      isWarning: true,
      ...(where === undefined ? {} : { where: where(at) }),
      text:
        `${texts.APPROVERS === undefined ? `names ${who}, and without APPROVERS the operators approve` : `names ${who}`}; ` +
        `nobody approves their own request, so no request can get its ${counted(required, 'approval')}: restores and all else that needs one are refused, backups are made. ` +
        `${remedy(required)} for example APPROVERS=S0123456789`,
    },
  ];
}

function remedy(required: number): string {
  return required === 1
    ? 'Set APPROVERS to the id of somebody else or of a user group,'
    : 'Set APPROVERS to more people or to a user group (the safer way), or a smaller APPROVALS_REQUIRED,';
}

function isGroup(id: string): boolean {
  return id.startsWith('S');
}
