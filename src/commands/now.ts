import type { Target } from '../core/model.ts';
import type { Reply } from './reply.ts';
import { recordRequest, startRecorded } from './request-backup.ts';
import { runningRun } from './running.ts';
import type { CommandDeps, Request, Verb } from './verb.ts';

export const now: Verb = {
  name: 'now',
  summary: 'makes a backup of the Services machine, without rebooting it',
  usage: 'now [target] [note]',
  examples: ['now', 'now before the upgrade to 2.19'],
  details:
    'Creates an AMI of the running machine with snapshots of all its volumes, waits until EC2 has finished, checks that ' +
    'every volume is in it, and says so. The machine is not rebooted; files being written at that moment may be caught ' +
    'half-written. One changing run a target at a time.',
  permission: 'operator',
  takesTarget: true,
  flags: {},
  changes: true,
  async run(request, deps): Promise<Reply> {
    const { target, rest } = request.args;
    if (target === undefined) return { view: 'form', form: 'now', targets: deps.targets, note: rest };
    return startBackup(request, target, rest, deps);
  },
};

/** Takes the target's lock and starts the run; the form uses it as well. */
export async function startBackup(
  request: Pick<Request, 'person'>,
  target: Target,
  typedNote: string,
  deps: CommandDeps,
): Promise<Reply> {
  const { person } = request;
  const asked = { target, requestedBy: person, alert: [person.userId], note: typedNote, quiet: false };
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
