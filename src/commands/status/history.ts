import type { AuditKind } from '../../core/run/audit.ts';
import { type AuditWords, auditInWords, readAuditPlace } from '../../core/run/audit-report.ts';
import type { Audit } from '../../core/store/audit.ts';
import type { Store } from '../../core/store/store.ts';
import { pageOf } from '../base/pages.ts';
import type { Reply } from '../base/reply.ts';
import { COMMAND, type Verb } from '../base/verb.ts';

const HISTORY_PAGE = 15;
const TOLD: AuditKind[] = ['request', 'refusal', 'vote', 'expiry', 'start', 'result', 'cancel'];

export const history: Verb = {
  name: 'history',
  summary: 'shows who did what, when, with which result',
  usage: 'history [target] [--page N] | history --verify [--logged NUMBER:HASH]',
  examples: ['history', 'history --page 2', 'history --verify'],
  details:
    'Reads the bot’s own log of requests, refusals and results, newest first. It can be added to, never changed: --verify reads ' +
    'its whole chain of hashes, archives too, and --logged compares it with a row as the bot’s log named it.',
  permission: 'anyone',
  takesTarget: true,
  flags: { page: 'value', verify: 'switch', logged: 'value' },
  changes: false,
  async run(request, deps) {
    const { flags } = request.args;
    if (flags.has('verify') || flags.has('logged')) return verified(flags.get('logged'), deps.store);
    const filter = {
      kinds: TOLD,
      ...(request.args.target === undefined ? {} : { target: request.args.target.name }),
    };
    const total = await deps.store.audit.count(filter);
    const page = pageOf(flags, total, HISTORY_PAGE);
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

async function verified(logged: string | undefined, store: Store): Promise<Reply> {
  const audit = await verifyAudit(store, logged);
  return audit === undefined
    ? {
        view: 'refusal',
        reason:
          '--logged takes a row’s number and its hash, as the bot’s log names them: 17:3b5d…, with 64 digits.',
        usage: `${COMMAND} ${history.usage}`,
      }
    : { view: 'audit', audit };
}

/** Reads the audit's chain; undefined where `logged` is no row as the log names one. */
export async function verifyAudit(
  store: { audit: Pick<Audit, 'verify'> },
  logged?: string,
): Promise<AuditWords | undefined> {
  const place = logged === undefined ? undefined : readAuditPlace(logged);
  if (logged !== undefined && place === undefined) return undefined;
  return auditInWords(await store.audit.verify(place), place);
}
