import type { AuditKind } from '../../core/run/audit.ts';
import { pageOf } from '../base/pages.ts';
import { COMMAND, type Verb } from '../base/verb.ts';

const HISTORY_PAGE = 15;
const TOLD: AuditKind[] = ['request', 'refusal', 'vote', 'expiry', 'start', 'result', 'cancel'];

export const history: Verb = {
  name: 'history',
  summary: 'shows who did what, when, with which result',
  usage: 'history [target] [--page N]',
  examples: ['history', 'history --page 2'],
  details:
    'Reads the bot’s own log of requests, refusals and results, newest first. It can be added to, never changed.',
  permission: 'anyone',
  takesTarget: true,
  flags: { page: 'value' },
  changes: false,
  async run(request, deps) {
    const filter = {
      kinds: TOLD,
      ...(request.args.target === undefined ? {} : { target: request.args.target.name }),
    };
    const total = await deps.store.audit.count(filter);
    const page = pageOf(request.args.flags, total, HISTORY_PAGE);
    if (!page.ok) return { view: 'refusal', reason: page.reason, usage: `${COMMAND} ${history.usage}` };
    return {
      view: 'history',
      rows: await deps.store.audit.list({ ...filter, limit: HISTORY_PAGE, offset: page.from }),
      page: page.page,
      pages: page.pages,
      total,
      ...(filter.target === undefined ? {} : { target: filter.target }),
    };
  },
};
