import { filePath } from '../formats/file-path.ts';
import { type Format, listOf, matching } from '../formats/format.ts';
import type { Setting } from './setting.ts';

const anyText: Format<string> = matching(/\S/, { what: 'is empty', use: 'Write something' });

const absolutePaths = listOf(
  /^\//,
  { what: 'is not an absolute path', use: 'Separate paths by commas; each begins with /' },
  /,/,
);

const files = { scope: 'target', later: 'the backup of files' } as const;

/** Settings of features that this version does not have: their form is checked, nothing reads them. */
export const LATER = {
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
