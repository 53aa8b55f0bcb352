import { duration } from '../formats/duration.ts';
import { oneOf, wholeNumber } from '../formats/format.ts';
import { peopleIds } from '../formats/slack-id.ts';
import type { Setting } from './setting.ts';

const TYPED = ['yes', 'no'] as const;

/** Who approves what cannot be undone: restores, clean-ups, backups that stop the application, and the release of a hold. */
export const APPROVALS = {
  APPROVERS: {
    format: peopleIds,
    scope: 'target',
    help: 'Who may approve: ids of people and user groups, as in OPERATORS, who approve when not set. Nobody approves their own request.',
    example: 'S0123456789',
  },
  APPROVALS_REQUIRED: {
    format: wholeNumber(1, 10),
    scope: 'target',
    fallback: '1',
    help: 'How many people must approve.',
    example: '2',
  },
  APPROVAL_EXPIRES: {
    format: duration('1m', '2w'),
    scope: 'target',
    fallback: '1h',
    help: 'How long a request waits for its approval; people are reminded at half time.',
    example: '4h',
  },
  RESTORE_TYPE_TARGET: {
    format: oneOf(TYPED, { what: 'is neither yes nor no', use: 'Use one of the two' }),
    scope: 'target',
    fallback: 'no',
    help: 'Whether whoever approves a restore has to type the name of the target: yes or no.',
    example: 'yes',
  },
} as const satisfies Record<string, Setting<unknown>>;
