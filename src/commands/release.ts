import { findBackup, noSuchBackup, typedBackup } from './find-backup.ts';
import type { Reply } from './reply.ts';
import type { Verb } from './verb.ts';

export const release: Verb = {
  name: 'release',
  summary: 'says how to give a held backup back to retention, by hand',
  usage: 'release <backup>',
  examples: ['release bk-20261123-0314-x4qz'],
  details:
    'Whoever releases a backup lets retention delete it, which needs a second person’s approval. This version has no ' +
    'approvals: it releases nothing, and says which protection and which tag to remove in EC2.',
  permission: 'operator',
  takesTarget: false,
  flags: {},
  changes: true,
  async targetOf({ rest }, deps) {
    const found = await findBackup(typedBackup(rest).id, deps);
    return deps.targets.find((target) => target.name === found?.entry.target);
  },
  async run({ person, args }, deps): Promise<Reply> {
    const { id } = typedBackup(args.rest);
    const found = await findBackup(id, deps);
    if (found === undefined) return noSuchBackup(args.rest, release, deps);
    const { entry, region } = found;
    if (!entry.held && entry.isProtected !== true)
      return { view: 'refusal', reason: `${id} is not held. Nothing was done.` };
    await deps.store.audit.append({
      at: deps.clock.now(),
      kind: 'refusal',
      verb: 'release',
      target: entry.target,
      runId: id,
      actor: person,
      detail: { code: 'needs-approval' },
    });
    return { view: 'release', entry, region };
  },
};
