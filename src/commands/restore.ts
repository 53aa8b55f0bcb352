import { findBackup, noSuchBackup, typedBackup } from './find-backup.ts';
import type { Verb } from './verb.ts';

export const restore: Verb = {
  name: 'restore',
  summary: 'shows how to restore a backup by hand, with its own values filled in',
  usage: 'restore <backup>',
  examples: ['restore bk-20261123-0314-x4qz'],
  details:
    'This version does not restore by itself: it reads the backup’s tags and spells the steps out, from the launch of ' +
    'the machine to the addresses to change. It changes nothing.',
  permission: 'anyone',
  takesTarget: false,
  flags: {},
  changes: false,
  async run(request, deps) {
    const { id } = typedBackup(request.args.rest);
    const found = await findBackup(id, deps);
    if (found === undefined) return noSuchBackup(request.args.rest, restore, deps);
    return { view: 'restore', ...found, now: deps.clock.now() };
  },
};
