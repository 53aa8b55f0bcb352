import { datastores } from '../formats/datastores.ts';
import { duration } from '../formats/duration.ts';
import type { Setting } from './setting.ts';

/** The databases of an installation with external datastores, which are in no image of its machine. */
export const DATASTORES = {
  DATASTORES: {
    format: datastores,
    scope: 'target',
    help: 'External datastores, as a list in YAML: kind postgres, mongodb, vault, keys or rds, and what each needs (README). Passwords stay in files on their hosts. All but rds need RESTIC_REPOSITORY.',
    example:
      '[{name: pg, kind: postgres, passfile: /root/.pgpass}, {name: vault, kind: vault, folder: /data/circle/contexts-vault}]',
  },
  DATASTORE_TIMEOUT: {
    format: duration('1m', '2d'),
    scope: 'target',
    fallback: '4h',
    help: 'How long the dumps of all of DATASTORES may take, and as long again to read them to their end.',
    example: '90m',
  },
} as const satisfies Record<string, Setting<unknown>>;
