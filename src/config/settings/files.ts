import { folders } from '../formats/folders.ts';
import { oneOf } from '../formats/format.ts';
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
} as const satisfies Record<string, Setting<unknown>>;
