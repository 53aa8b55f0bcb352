import type { Target } from '../../core/model/target.ts';
import type { RetentionPreview } from '../../core/retention/result.ts';
import { withoutGrace } from '../../core/retention/without-grace.ts';
import { askApproval } from '../approval/ask-approval.ts';
import type { Reply } from '../base/reply.ts';
import type { Needs, PlanDeps, Request, Verb } from '../base/verb.ts';
import { whichTarget } from '../base/which-target.ts';
import { pruneButton } from './prune-now.ts';
import { planOfPrune } from './prune-plan.ts';
import { preview } from './prune-preview.ts';

export const prune: Verb = {
  name: 'prune',
  summary: 'shows what retention would delete and keep now, and why; a button asks for it to be done',
  usage: 'prune [target] [--now]',
  examples: ['prune', 'prune --now'],
  details:
    'The plan of the schedule’s own run, made from what EC2 shows at this moment, with a button that asks for it to be done ' +
    'now: somebody else has to approve it. Retention runs by itself after each complete backup. --now asks for what would ' +
    'be deleted if neither DELETE_GRACE nor KEEP_FAILED were waited for.',
  permission: ({ flags }) => (flags.has('now') ? 'operator' : 'anyone'),
  openTo: 'prune',
  takesTarget: true,
  flags: { now: 'switch' },
  changes: true,
  async run(request, deps): Promise<Reply> {
    const { target, flags } = request.args;
    if (target === undefined) return whichTarget('prune', deps.targets);
    const usual = await preview(target, target, deps);
    if (!flags.has('now')) return shown(target, usual, deps);
    return now(request, target, usual, deps);
  },
};

async function now(
  { person }: Request,
  target: Target,
  usual: RetentionPreview,
  deps: PlanDeps & Needs<'ec2'>,
): Promise<Reply> {
  const wanted = await preview(target, withoutGrace(target), deps);
  if (!deletesMore(wanted, usual)) return shown(target, usual, deps);
  const request = { target, person, preview: wanted, usual, withoutGrace: true };
  return askApproval({ target, person, plan: await planOfPrune(request, deps) }, deps);
}

function shown(target: Target, usual: RetentionPreview, deps: Needs<'clock' | 'digest'>): Reply {
  const button = pruneButton(target, usual, deps);
  return {
    view: 'prune',
    target,
    preview: usual,
    now: deps.clock.now(),
    ...(button === undefined ? {} : { button }),
  };
}

/** Anything that the schedule's own run would not delete, or not yet. */
function deletesMore(wanted: RetentionPreview, usual: RetentionPreview): boolean {
  const known = new Set(usual.deleting.map(({ imageId }) => imageId));
  return wanted.deleting.some(({ imageId }) => !known.has(imageId));
}
