import { z } from 'zod';
import { DATASTORE_KINDS } from '../core/model/datastore.ts';
import { instance, person } from './schemas.ts';

/** A restore of datastores, as it was approved: names and ids only. */
export const datastoresInput = z.object({
  runId: z.string(),
  target: z.string(),
  region: z.string(),
  channel: z.string(),
  requester: person,
  /** ms since epoch. */
  requestedAt: z.number(),
  reason: z.string(),
  backup: z.object({ backupId: z.string(), createdAt: z.number() }),
  instance,
  repository: z.string(),
  stores: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(DATASTORE_KINDS).exclude(['rds']),
      host: z.string().optional(),
      hostKeys: z.array(z.string()).optional(),
      server: z.string().optional(),
      parts: z.array(
        z.object({
          form: z.enum(['custom', 'globals', 'archive', 'folder']),
          what: z.string(),
          snapshotId: z.string(),
          at: z.number(),
          bytes: z.number(),
          file: z.string().optional(),
          database: z.string().optional(),
          folder: z.string().optional(),
        }),
      ),
      missing: z.array(z.string()),
    }),
  ),
});

export const DATASTORES = 'datastores';

/** What to type for another plan of it, without the slash command. */
export function againOf({
  stores,
  backup,
}: Pick<z.infer<typeof datastoresInput>, 'stores' | 'backup'>): string {
  const [only, ...more] = stores;
  const name = only === undefined || more.length > 0 ? 'all' : only.name;
  return `restore --datastore ${name} ${backup.backupId}`;
}
