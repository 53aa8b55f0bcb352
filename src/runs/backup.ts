import { z } from 'zod';
import { instance, person, plannedMachine } from './schemas.ts';

/**
 * All a backup needs of its target, as it was when the backup was asked for: a run that goes on after a restart does
 * not depend on what the configuration says by then.
 */
export const backupInput = z.object({
  runId: z.string(),
  target: z.string(),
  region: z.string(),
  instance,
  channel: z.string(),
  hostname: z.string().optional(),
  mode: z.enum(['live', 'quiesced', 'reboot']),
  requester: z.union([person, z.object({ schedule: z.string(), slot: z.number() })]),
  /** User and user-group ids who are called when it goes wrong. */
  alert: z.array(z.string()),
  /** ms since epoch. */
  requestedAt: z.number(),
  deadlineMs: z.number(),
  note: z.string().optional(),
  /** Of a backup that is not live, as its plan names it. */
  machine: plannedMachine.optional(),
  /** What the target's settings say of its data; missing in a run that an older version began. */
  data: z
    .object({
      ssh: z.boolean(),
      paths: z.array(z.string()),
      storage: z.literal('external').optional(),
    })
    .optional(),
  /** Names of the external datastores that belong to it, in their order. */
  datastores: z.array(z.string()).optional(),
  /** On what the backup makes in EC2. */
  extraTags: z.record(z.string(), z.string()).optional(),
  /** Folders of the machine that are backed up beside its image. */
  files: z.array(z.string()).optional(),
  /** Of a backup that is not live: how the bot can see that CircleCI is up again, as the plan said it. */
  app: z
    .object({
      ssh: z.boolean(),
      /** Where people open CircleCI. */
      url: z.string().optional(),
    })
    .optional(),
});

export type BackupInput = z.infer<typeof backupInput>;

export const BACKUP = 'backup';

/** What to type for another plan of it, without the slash command. */
export function againOf({ target, mode }: Pick<BackupInput, 'target' | 'mode'>): string {
  return `now ${target}${mode === 'live' ? '' : mode === 'quiesced' ? ' --quiesce' : ' --reboot'}`;
}

/** Whether the bot works on the machine for it. */
export function logsIn({ data, app }: Pick<BackupInput, 'data' | 'app'>): boolean {
  return data?.ssh ?? app?.ssh ?? false;
}
