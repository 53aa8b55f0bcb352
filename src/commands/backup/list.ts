import { type CatalogueEntry, provenFirst } from '../../core/catalogue/entry.ts';
import { unprovenInWords } from '../../core/catalogue/proof.ts';
import { targetNamed } from '../../core/model/target.ts';
import { judgeBackups } from '../../runs/own-backups.ts';
import { readingOptions } from '../base/call-options.ts';
import { regionsOf } from '../base/find-backup.ts';
import { pageOf } from '../base/pages.ts';
import type { Reply } from '../base/reply.ts';
import { COMMAND, type Needs, type Request, type Verb } from '../base/verb.ts';
import { whichTarget } from '../base/which-target.ts';
import { passes, readListFilter } from './list-filter.ts';

const LIST_PAGE = 10;

export const list: Verb = {
  name: 'list',
  summary: 'shows the backups, newest first',
  usage: 'list [target] [--held] [--partial] [--before 2026-10-01] [--no-target] [--page N]',
  examples: ['list', 'list --page 2', 'list --held', 'list --partial --before 2026-10-01'],
  details:
    'Reads the tags in EC2, so it is right even when the bot’s own database is new. A backup without an outcome is being ' +
    'made, or its run ended before it could be checked: do not rely on it. --no-target shows backups whose target is no ' +
    'longer configured: they are never deleted.',
  permission: 'anyone',
  takesTarget: true,
  flags: { page: 'value', held: 'switch', partial: 'switch', before: 'value', 'no-target': 'switch' },
  changes: false,
  async run(request, deps): Promise<Reply> {
    const { target, flags } = request.args;
    if (flags.has('no-target')) return withoutTarget(request, deps);
    if (target === undefined) return whichTarget('list', deps.targets);
    const ec2 = deps.ec2(target.region);
    const all = await ec2.catalogue(readingOptions());
    const own = await judgeBackups(target, all, { ec2, store: deps.store }, readingOptions());
    const strays = all.filter((entry) => isStray(entry, deps)).length;
    const unproven = unprovenInWords(target.name, own.entries, own.machines);
    return onePage(request, deps, own.entries, { target, timezone: target.timezone, strays, unproven });
  },
};

async function withoutTarget(request: Request, deps: Needs<'clock' | 'ec2' | 'targets'>): Promise<Reply> {
  const all = await Promise.all(
    regionsOf(deps).map((region) => deps.ec2(region).catalogue(readingOptions())),
  );
  const strays = all.flat().filter((entry) => isStray(entry, deps));
  return onePage(request, deps, strays, { timezone: 'UTC', strays: 0, unproven: [] });
}

function isStray(entry: CatalogueEntry, { targets }: Needs<'targets'>): boolean {
  return targetNamed(targets, entry.target) === undefined;
}

function onePage(
  { args: { flags } }: Request,
  deps: Needs<'clock' | 'targets'>,
  entries: readonly CatalogueEntry[],
  about: Pick<Extract<Reply, { view: 'list' }>, 'target' | 'strays' | 'unproven'> & { timezone: string },
): Reply {
  const { timezone, ...rest } = about;
  const usage = `${COMMAND} ${list.usage}`;
  const read = readListFilter(flags, timezone);
  if (!read.ok) return { view: 'refusal', reason: read.reason, usage };
  const found = provenFirst(entries.filter((entry) => passes(entry, read.filter)));
  const page = pageOf(flags, found.length, LIST_PAGE);
  if (!page.ok) return { view: 'refusal', reason: page.reason, usage };
  return {
    view: 'list',
    ...rest,
    filter: read.filter,
    regions: rest.target === undefined ? regionsOf(deps) : [rest.target.region],
    entries: found.slice(page.from, page.from + LIST_PAGE),
    page: page.page,
    pages: page.pages,
    total: found.filter(({ doubts }) => doubts.length === 0).length,
    now: deps.clock.now(),
  };
}
