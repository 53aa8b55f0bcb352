import { newestFirst } from '../core/catalogue.ts';
import type { Target } from '../core/model.ts';
import { pageOf } from './pages.ts';
import { namesInWords } from './parse.ts';
import { readingOptions } from './reading.ts';
import { COMMAND, type Verb } from './verb.ts';

const LIST_PAGE = 10;

export const list: Verb = {
  name: 'list',
  summary: 'shows the backups, newest first',
  usage: 'list [target] [--page N]',
  examples: ['list', 'list --page 2'],
  details:
    'Reads the tags in EC2, so it is right even when the bot’s own database is new. A backup without an outcome is being ' +
    'made, or its run ended before it could be checked: do not rely on it.',
  permission: 'anyone',
  takesTarget: true,
  flags: { page: 'value' },
  changes: false,
  async run(request, deps) {
    const target = request.args.target;
    if (target === undefined) return whichTarget('list', deps.targets);
    const all = await deps.ec2(target.region).catalogue(readingOptions());
    const mine = newestFirst(all.filter((entry) => entry.target === target.name));
    const page = pageOf(request.args.flags, mine.length, LIST_PAGE);
    if (!page.ok) return { view: 'refusal', reason: page.reason, usage: `${COMMAND} ${list.usage}` };
    return {
      view: 'list',
      target,
      entries: mine.slice(page.from, page.from + LIST_PAGE),
      page: page.page,
      pages: page.pages,
      total: mine.length,
      now: deps.clock.now(),
    };
  },
};

/** With many targets, a verb about one of them asks which. */
function whichTarget(verb: string, targets: readonly Target[]) {
  const names = targets.map((t) => t.name);
  return {
    view: 'refusal',
    reason: `Which target? There are ${names.length}: ${namesInWords(names)}.`,
    usage: `${COMMAND} ${verb} ${names[0] ?? 'target'}`,
  } as const;
}
