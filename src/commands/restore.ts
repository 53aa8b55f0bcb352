import { isRunId } from '../core/run-id.ts';
import { cut, oneLine } from '../core/text.ts';
import { readingOptions } from './reading.ts';
import { COMMAND, type Verb } from './verb.ts';

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
    const id = oneLine(request.args.rest).toLowerCase();
    const usage = `${COMMAND} ${restore.usage}`;
    if (!isRunId(id)) {
      const what = id === '' ? 'Which backup?' : `“${cut(id, 60)}” is not a backup’s id.`;
      return { view: 'refusal', reason: `${what} ${COMMAND} list shows them.`, usage };
    }
    const regions = [...new Set(deps.targets.map((t) => t.region))];
    for (const region of regions) {
      const entry = (await deps.ec2(region).catalogue(readingOptions())).find((e) => e.backupId === id);
      if (entry !== undefined) return { view: 'restore', entry, region, now: deps.clock.now() };
    }
    return {
      view: 'refusal',
      reason: `There is no backup ${id} in ${regions.join(', ')}.`,
      usage: `${COMMAND} list`,
    };
  },
};
