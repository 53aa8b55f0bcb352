import { credential } from './credential.ts';
import { duration } from './duration.ts';
import { filePath } from './file-path.ts';
import { type Format, listOf, matching, wholeNumber } from './format.ts';
import type { Setting } from './setting.ts';
import { peopleIds } from './slack-id.ts';

const anyText: Format<string> = matching(/\S/, { what: 'is empty', use: 'Write something' });

const absolutePaths = listOf(
  /^\//,
  { what: 'is not an absolute path', use: 'Separate paths by commas; each begins with /' },
  /,/,
);

const hostKey: Format<string> = matching(
  /^(SHA256:[A-Za-z0-9+/]{43}=?|(ssh|ecdsa)-[\w@.-]+ [A-Za-z0-9+/]{40,}=*( .*)?)$/,
  {
    what: 'is not a host key',
    use: 'Use the fingerprint that `ssh-keygen -lf` prints, or the whole public key',
  },
);

const approvals = { scope: 'target', later: 'approvals' } as const;
const ssh = { scope: 'target', later: 'the restore' } as const;
const files = { scope: 'target', later: 'the backup of files' } as const;

/** Settings of features that this version does not have: their form is checked, nothing reads them. */
export const LATER = {
  APPROVERS: {
    ...approvals,
    format: peopleIds,
    help: 'Who may approve: ids of people and user groups, as in OPERATORS.',
    example: 'S0123456789',
  },
  APPROVALS_REQUIRED: {
    ...approvals,
    format: wholeNumber(1, 10),
    fallback: '1',
    help: 'How many people must approve.',
    example: '2',
  },
  APPROVAL_EXPIRES: {
    ...approvals,
    format: duration('1m', '2w'),
    fallback: '1h',
    help: 'How long a request waits for its approval.',
    example: '4h',
  },
  SSH_USER: {
    ...ssh,
    format: matching(/^[a-z_][a-z0-9_.-]{0,31}$/i, { what: 'is not a user name', use: 'Use the login name' }),
    help: 'The user on the Services machine.',
    example: 'ubuntu',
  },
  SSH_PRIVATE_KEY_FILE: {
    ...ssh,
    format: filePath,
    secretFile: true,
    help: 'The file with the private key for it.',
    example: '/run/secrets/services_key',
  },
  SSH_PORT: {
    ...ssh,
    format: wholeNumber(1, 65_535),
    fallback: '22',
    help: 'Its SSH port.',
    example: '2222',
  },
  SSH_HOST_KEY: {
    ...ssh,
    format: hostKey,
    help: 'Its host key, or the fingerprint of it.',
    example: 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU',
  },
  DEV_CONSOLE_COMMAND: {
    scope: 'target',
    later: 'the clean-up of builds',
    format: anyText,
    help: 'How the dev-console is opened there.',
    example: 'replicated admin --no-tty dev-console',
  },
  CIRCLECI_TOKEN: {
    scope: 'target',
    later: 'the clean-up of builds',
    format: credential,
    secret: 'whole',
    help: 'A token for CircleCI’s API, to find builds that are stuck.',
    example: 'copied-from-circleci',
  },
  FILES_PATHS: {
    ...files,
    format: absolutePaths,
    help: 'Folders on the Services machine to back up besides its volumes, separated by commas.',
    example: '/data/circle/objects',
  },
  RESTIC_REPOSITORY: {
    ...files,
    format: anyText,
    help: 'The restic repository for them.',
    example: 's3:s3.amazonaws.com/backups-of-circleci',
  },
  RESTIC_PASSWORD_FILE: {
    ...files,
    format: filePath,
    secretFile: true,
    help: 'The file with its password.',
    example: '/run/secrets/restic_password',
  },
} as const satisfies Record<string, Setting<unknown>>;
