import type { Target } from '../core/model.ts';
import { newRunId } from '../core/run-id.ts';
import { newBackupView } from '../core/run-view.ts';
import type { Lock } from '../core/store.ts';
import { cut, oneLine } from '../core/text.ts';
import { BACKUP, type BackupInput } from '../workflows/specs.ts';
import type { Reply } from './reply.ts';
import { runningRun } from './running.ts';
import type { CommandDeps, Request, Verb } from './verb.ts';

/** What fits into EC2's tag and a line of the message. */
const NOTE_MAX = 250;

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

/** A fleet starts hundreds of runs in one minute: now and then two of them draw the same four characters. */
async function freeRunId(at: number, { store, random }: CommandDeps): Promise<string> {
  let id = newRunId('bk', at, random);
  for (let draws = 1; draws < 10 && (await store.messages.get(`run/${id}`)) !== undefined; draws += 1) {
    id = newRunId('bk', at, random);
  }
  return id;
}

/** Takes the target's lock and starts the run; the form uses it as well. */
export async function startBackup(
  request: Pick<Request, 'person'>,
  target: Target,
  typedNote: string,
  deps: CommandDeps,
): Promise<Reply> {
  const at = deps.clock.now();
  const note = cut(oneLine(typedNote), NOTE_MAX);
  const input: BackupInput = {
    runId: await freeRunId(at, deps),
    target: target.name,
    region: target.region,
    instance: target.instance,
    channel: target.channel,
    mode: 'live',
    requestedBy: request.person,
    requestedAt: at,
    deadlineMs: target.deadlineMs,
    ...(note === '' ? {} : { note }),
    ...(target.circleciUrl === undefined ? {} : { hostname: new URL(target.circleciUrl).hostname }),
  };
  const lock: Lock = {
    target: target.name,
    runId: input.runId,
    holder: request.person,
    since: at,
    workflow: BACKUP,
    input,
  };
  const observe = (step: string, phase: 'started' | 'done') =>
    deps.observe({ runId: input.runId, step, phase });
  observe('request', 'started');
  const busy = await deps.store.transaction(async (store) => {
    const taken = await store.locks.acquire(lock);
    const about = { at, verb: 'now', target: target.name, actor: request.person };
    if (!taken.taken) {
      await store.audit.append({
        ...about,
        kind: 'refusal',
        runId: taken.by.runId,
        detail: { code: 'target-busy' },
      });
      return taken.by;
    }
    await store.messages.put(
      {
        id: `run/${input.runId}`,
        channel: target.channel,
        broadcast: false,
        final: false,
        view: { kind: 'run', run: viewOf(input) },
      },
      at,
    );
    await store.audit.append({
      ...about,
      kind: 'request',
      runId: input.runId,
      detail: { mode: input.mode, ...(input.note === undefined ? {} : { note: input.note }) },
    });
    return undefined;
  });
  if (busy !== undefined) {
    return { view: 'busy', running: await runningRun(busy, deps.store), target: target.name, now: at };
  }
  observe('request', 'done');
  deps.notifier.wake();
  const started = { view: 'started', runId: input.runId, target, mode: input.mode } as const;
  try {
    observe('handover', 'started');
    const engineId = await deps.engine.start(BACKUP, input, input.runId);
    observe('handover', 'done');
    await deps.store.locks.setEngineId(input.runId, engineId);
    return started;
  } catch (error) {
    // The lock stands, so the bot's own check starts the run as soon as the engine works again.
    deps.log.error({ err: error, run: input.runId, target: target.name }, 'the engine did not start a run');
    return {
      ...started,
      delayed: 'The bot’s engine did not answer; it starts the run by itself when it does.',
    };
  }
}

function viewOf({ runId, target, region, mode, requestedBy, requestedAt, note }: BackupInput) {
  return newBackupView({
    runId,
    target,
    region,
    mode,
    requestedBy,
    requestedAt,
    ...(note === undefined ? {} : { note }),
  });
}
