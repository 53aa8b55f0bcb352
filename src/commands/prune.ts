import { previewRetention } from '../core/retention-reading.ts';
import { readingOptions } from './reading.ts';
import type { Reply } from './reply.ts';
import type { Verb } from './verb.ts';
import { whichTarget } from './which-target.ts';

export const prune: Verb = {
  name: 'prune',
  summary: 'shows what retention would delete and keep now, and why',
  usage: 'prune [target]',
  examples: ['prune'],
  details:
    'The plan of the schedule’s own run, made from what EC2 shows at this moment. It deletes nothing: retention runs by ' +
    'itself after each complete backup. To delete by hand needs an approval, which this version does not have.',
  permission: 'anyone',
  takesTarget: true,
  flags: {},
  changes: false,
  async run({ args: { target } }, deps): Promise<Reply> {
    if (target === undefined) return whichTarget('prune', deps.targets);
    const lock = await deps.store.locks.ofTarget(target.name);
    const now = deps.clock.now();
    const preview = await previewRetention(deps.ec2(target.region), target, {
      now,
      running: new Set(lock === undefined ? [] : [lock.runId]),
      call: readingOptions(),
    });
    return { view: 'prune', target, preview, now };
  },
};
