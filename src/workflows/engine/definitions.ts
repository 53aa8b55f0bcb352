import type { z } from 'zod';
import { BACKUP, backupInput } from '../../runs/backup.ts';
import { CLEANUP, cleanupInput } from '../../runs/cleanup.ts';
import { DATASTORES, datastoresInput } from '../../runs/datastores.ts';
import { PRUNE, pruneInput } from '../../runs/prune.ts';
import { RELEASE, releaseInput } from '../../runs/release.ts';
import { REMOVAL, removalInput } from '../../runs/removal.ts';
import { RESTORE, restoreInput } from '../../runs/restore.ts';
import { backup } from '../backup/backup.ts';
import type { BackupContext } from '../backup/run.ts';
import { type CleanupContext, cleanup } from '../cleanup/cleanup.ts';
import { restoreDatastores } from '../datastores/restore.ts';
import { removal } from '../restore/remove-machine.ts';
import { restore } from '../restore/restore.ts';
import type { RestoreContext } from '../restore/run.ts';
import { prune } from '../retention/prune.ts';
import { release } from '../retention/release.ts';
import type { Steps } from '../run/stage.ts';

/** All that any workflow works with; each takes what it needs of it. */
export type WorkflowContext = BackupContext & CleanupContext & RestoreContext;

/** A durable workflow: its name, what it takes, and what it does. */
interface Definition<Input extends { runId: string }> {
  name: string;
  schema: z.ZodType<Input>;
  run(context: WorkflowContext, steps: Steps, input: Input): Promise<unknown>;
}

/** A definition whose input only it knows. */
export interface AnyDefinition {
  name: string;
  /** Reads an input as it was stored, once. Throws zod's error where it is not the workflow's. */
  bind(input: unknown): { runId: string; run(context: WorkflowContext, steps: Steps): Promise<unknown> };
}

/** All workflows of the bot; a new one is added here and nowhere else. */
export const DEFINITIONS: readonly AnyDefinition[] = [
  definition({ name: BACKUP, schema: backupInput, run: backup }),
  definition({ name: PRUNE, schema: pruneInput, run: prune }),
  definition({ name: RELEASE, schema: releaseInput, run: release }),
  definition({ name: CLEANUP, schema: cleanupInput, run: cleanup }),
  definition({ name: RESTORE, schema: restoreInput, run: restore }),
  definition({ name: REMOVAL, schema: removalInput, run: removal }),
  definition({ name: DATASTORES, schema: datastoresInput, run: restoreDatastores }),
];

function definition<Input extends { runId: string }>(one: Definition<Input>): AnyDefinition {
  return {
    name: one.name,
    bind(stored) {
      const input = one.schema.parse(stored);
      return { runId: input.runId, run: (context, steps) => one.run(context, steps, input) };
    },
  };
}
