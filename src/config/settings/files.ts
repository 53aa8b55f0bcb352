import { duration } from '../formats/duration.ts';
import { filePath } from '../formats/file-path.ts';
import { folders } from '../formats/folders.ts';
import { matching, oneOf, wholeNumber } from '../formats/format.ts';
import { repository } from '../formats/repository.ts';
import { openWebAddress } from '../formats/url.ts';
import type { Setting } from './setting.ts';

const STORAGES = ['external'] as const;

/** Where CircleCI's large objects are: in an object store, or in folders of the Services machine. */
export const FILES = {
  FILES_PATHS: {
    format: folders,
    scope: 'target',
    help: 'Folders of the Services machine in which CircleCI keeps its large objects, separated by commas. Each backup says where they lie and whether it covers them. It needs SSH_PRIVATE_KEY_FILE.',
    example: '/data/circle/objects,/mnt/artifacts',
  },
  STORAGE: {
    format: oneOf(STORAGES, { what: 'is not known here', use: 'Use external, or remove it' }),
    scope: 'target',
    help: 'Set to external: your word that CircleCI keeps its large objects in an object store (S3), which no backup of the machine holds. The bot passes it on as your word.',
    example: 'external',
  },
  RESTIC_REPOSITORY: {
    format: repository,
    scope: 'target',
    help: 'Where restic keeps the files of FILES_PATHS, as restic itself writes it. It is made where it is not there. It needs RESTIC_PASSWORD_FILE.',
    example: 's3:https://s3.us-east-1.amazonaws.com/acme-circleci-files',
  },
  RESTIC_PASSWORD_FILE: {
    format: filePath,
    scope: 'target',
    secretFile: true,
    help: 'The file with the password of that repository, beside the bot. Without it nothing in the repository can be read again: keep a copy elsewhere.',
    example: '/run/secrets/restic_password',
  },
  RESTIC_CREDENTIALS_FILE: {
    format: filePath,
    scope: 'target',
    secretFile: true,
    help: 'A file of lines NAME=value that the repository’s own server asks for, such as AWS_ACCESS_KEY_ID; without it restic uses the role of the machine.',
    example: '/run/secrets/restic_credentials',
  },
  RESTIC_PATH: {
    format: matching(/^[\w./+-]{1,200}$/, { what: 'is not a path', use: 'Name a program' }),
    scope: 'target',
    fallback: 'restic',
    help: 'The program restic (0.17.1 or newer) on the Services machine.',
    example: '/opt/restic/restic',
  },
  RESTIC_DOWNLOAD_URL: {
    format: openWebAddress,
    scope: 'target',
    help: 'Where you keep a static build of restic, for the message that says how to install it. The bot itself does not download it.',
    example: 'https://mirror.example.com/restic_linux_amd64.bz2',
  },
  RESTIC_DOWNLOAD_SHA256: {
    format: matching(/^[0-9a-f]{64}$/, { what: 'is not a SHA-256', use: 'Use its 64 hex digits' }),
    scope: 'target',
    help: 'The SHA-256 of what is there.',
    example: '5097faeda6aa13167aae6e36efdba636637f8741fed89bbf015678334632d4d3',
  },
  FILES_TIMEOUT: {
    format: duration('1m', '2w'),
    scope: 'target',
    fallback: '12h',
    help: 'How long restic may take for one backup or restore of the files; then it is ended.',
    example: '24h',
  },
  FILES_PRUNE_EVERY: {
    format: duration('1h', '52w'),
    scope: 'target',
    fallback: '7d',
    help: 'How often, after a complete backup, what no snapshot needs any more is removed from the repository.',
    example: '30d',
  },
  FILES_CHECK_WITHIN: {
    format: duration('1d', '52w'),
    scope: 'target',
    fallback: '30d',
    help: 'Within which time all that is in the repository is read again: a part of it after each complete backup.',
    example: '14d',
  },
  FILES_UPLOAD_LIMIT: {
    format: wholeNumber(1, 100_000_000),
    scope: 'target',
    help: 'The most KiB a second that restic sends to the repository; no limit when not set.',
    example: '20480',
  },
} as const satisfies Record<string, Setting<unknown>>;
