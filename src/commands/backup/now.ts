import type { Target } from '../../core/model/target.ts';
import type { RunDeps } from '../../runs/request.ts';
import { recordRequest, startRecorded } from '../../runs/request-backup.ts';
import { askApproval } from '../approval/ask-approval.ts';
import type { Reply } from '../base/reply.ts';
import { runningRun } from '../base/running.ts';
import { type CatalogueDeps, COMMAND, type PlanDeps, type Request, type Verb } from '../base/verb.ts';
import { whichTarget } from '../base/which-target.ts';
import { type AwayMode, planOfAway } from './quiesced-plan.ts';

export const now: Verb = {
  name: 'now',
  summary: 'makes a backup of the Services machine; without a flag it neither stops nor restarts anything',
  usage: 'now [target] [--quiesce | --reboot] [note]',
  examples: ['now', 'now before the upgrade to 2.19', 'now --quiesce before the upgrade to 2.19'],
  details:
    'Creates an AMI of the running machine with snapshots of all its volumes, waits until EC2 has finished, checks that ' +
    'every volume is in it, and says so. The machine is not rebooted; files being written at that moment may be caught ' +
    'half-written. One changing run a target at a time. --quiesce stops CircleCI until the snapshots have begun; --reboot ' +
    'has EC2 restart the machine. For both CircleCI is away for some minutes, so somebody else has to approve the plan.',
  permission: 'operator',
  takesTarget: true,
  takesText: true,
  flags: { quiesce: 'switch', reboot: 'switch' },
  changes: true,
  async run(request, deps): Promise<Reply> {
    const { target, rest, flags } = request.args;
    const mode = flags.has('quiesce') ? 'quiesced' : flags.has('reboot') ? 'reboot' : undefined;
    if (flags.has('quiesce') && flags.has('reboot')) return BOTH;
    if (mode !== undefined) return away(request, mode, deps);
    if (target === undefined) return { view: 'form', form: 'now', targets: deps.targets, note: rest };
    return startBackup(request, target, rest, deps);
  },
};

const BOTH: Reply = {
  view: 'refusal',
  reason:
    '--quiesce stops CircleCI and leaves the machine running, --reboot restarts the machine: name one of the two. Nothing was done.',
  usage: `${COMMAND} now [target] [--quiesce | --reboot] [note]`,
};

/** Puts the plan of a backup for which CircleCI is away before those who may approve it. */
async function away(
  { person, args }: Request,
  mode: AwayMode,
  deps: PlanDeps & CatalogueDeps,
): Promise<Reply> {
  const { target, rest: note } = args;
  if (target === undefined) return whichTarget('now', deps.targets);
  if (mode === 'quiesced' && target.ssh === undefined) {
    return {
      view: 'refusal',
      reason: `The bot cannot log in to the machine of ${target.name}, so it can neither stop CircleCI nor start it again. Nothing was done.`,
      next: 'Set SSH_USER and SSH_PRIVATE_KEY_FILE, and start the bot again. A backup beside the running CircleCI needs neither: type “now” alone.',
    };
  }
  const by = await deps.store.locks.ofTarget(target.name);
  if (by !== undefined) {
    return {
      view: 'busy',
      running: await runningRun(by, deps.store),
      target: target.name,
      now: deps.clock.now(),
    };
  }
  const plan = await planOfAway({ target, person, mode, note }, deps);
  return askApproval({ target, person, plan, reason: note }, deps);
}

/** Takes the target's lock and starts the run; the form uses it as well. */
export async function startBackup(
  request: Pick<Request, 'person'>,
  target: Target,
  note: string,
  deps: RunDeps,
): Promise<Reply> {
  const { person } = request;
  const asked = { target, requester: person, alert: [person.userId], note, quiet: false };
  const recorded = await recordRequest(asked, deps);
  if (!recorded.taken) {
    await deps.store.audit.append({
      at: deps.clock.now(),
      kind: 'refusal',
      verb: 'now',
      target: target.name,
      runId: recorded.by.runId,
      actor: person,
      detail: { code: 'target-busy' },
    });
    const running = await runningRun(recorded.by, deps.store);
    return { view: 'busy', running, target: target.name, now: deps.clock.now() };
  }
  const { runId, mode } = recorded.input;
  const started = { view: 'started', runId, target, mode } as const;
  return (await startRecorded(recorded.input, deps))
    ? started
    : { ...started, delayed: 'The bot’s engine did not answer; it starts the run by itself when it does.' };
}
