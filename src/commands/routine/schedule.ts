import { defined } from '../../core/model/defined.ts';
import { policyInWords } from '../../core/model/keep-policy.ts';
import { type Target, targetNamed } from '../../core/model/target.ts';
import type { Store } from '../../core/store/store.ts';
import { parsePause } from '../../core/time/pause.ts';
import { scheduleInWords } from '../../core/time/schedule-words.ts';
import { nextSlots } from '../../core/time/slots.ts';
import { noteMessage } from '../../runs/note.ts';
import type { Reply, TargetSchedules } from '../base/reply.ts';
import { COMMAND, type Needs, type Request, type Verb } from '../base/verb.ts';

const NEXT_SHOWN = 3;

export const schedule: Verb = {
  name: 'schedule',
  summary: 'shows when backups are made; pauses and resumes them',
  usage: 'schedule [target] | schedule pause [target] [for 2h] | schedule resume [target]',
  examples: ['schedule', 'schedule pause for 2h', 'schedule pause until 2026-12-01', 'schedule resume'],
  details:
    'A pause holds for all schedules of a target and always has an end (24 hours if you name none, 14 days at most). The ' +
    'channel is reminded of it each day. Neither its end nor resume starts a backup: the next slot does. Pausing and ' +
    'resuming are for operators; backups by hand go on meanwhile.',
  permission: ({ rest }) => (actionOf(rest) === 'show' ? 'anyone' : 'operator'),
  openTo: 'schedule',
  takesTarget: false,
  flags: {},
  changes: true,
  async targetOf({ rest }, { targets }) {
    return targetOf(rest.split(' ').filter(Boolean).slice(1), targets).target;
  },
  async run(request, deps): Promise<Reply> {
    const action = actionOf(request.args.rest);
    const words = request.args.rest.split(' ').filter(Boolean);
    const { target, rest } = targetOf(action === 'show' ? words : words.slice(1), deps.targets);
    if (action === 'show') {
      if (rest !== '') return refusal(`There is no target named “${rest}”.`, deps);
      const shown = target === undefined ? deps.targets : [target];
      const targets = await Promise.all(shown.map((t) => schedulesOf(t, deps)));
      return { view: 'schedule', targets, now: deps.clock.now() };
    }
    if (target === undefined) return refusal('Which target?', deps);
    return action === 'pause' ? pause(request, target, rest, deps) : resume(request, target, rest, deps);
  },
};

function actionOf(text: string): 'show' | 'pause' | 'resume' {
  const [word] = text.trim().toLowerCase().split(/\s+/);
  return word === 'pause' || word === 'resume' ? word : 'show';
}

function targetOf(words: string[], targets: readonly Target[]): { target?: Target; rest: string } {
  const named = targetNamed(targets, words[0]?.toLowerCase());
  if (named !== undefined) return { target: named, rest: words.slice(1).join(' ') };
  const [only] = targets;
  return { ...(targets.length === 1 && only !== undefined ? { target: only } : {}), rest: words.join(' ') };
}

async function schedulesOf(
  target: Target,
  { store, clock }: Needs<'clock' | 'store'>,
): Promise<TargetSchedules> {
  const paused = await store.schedules.pauseOf(target.name);
  const now = clock.now();
  const isPaused = paused !== undefined && paused.until > now;
  return {
    target,
    schedules: target.schedules.map((one) => ({
      name: one.name,
      words: scheduleInWords(one.schedule),
      next: nextSlots(one.schedule, isPaused ? paused.until : now, NEXT_SHOWN),
      ...(one.keep === undefined ? {} : { keep: policyInWords(one.keep) }),
    })),
    ...(isPaused ? { pause: paused } : {}),
  };
}

async function pause(
  request: Request,
  target: Target,
  text: string,
  deps: Needs<'clock' | 'notifier' | 'store' | 'targets'>,
): Promise<Reply> {
  if (target.schedules.length === 0)
    return refusal(`${target.name} has no schedule. BACKUP_SCHEDULE gives it one.`, deps);
  const at = deps.clock.now();
  const read = parsePause(text, { nowMs: at, timezone: target.timezone });
  if (!read.ok)
    return {
      view: 'refusal',
      reason: `${read.problem} Nothing was done.`,
      usage: `${COMMAND} ${schedule.usage}`,
    };
  const note = `paused the schedules of ${target.name} until`;
  await deps.store.transaction(async (store) => {
    await store.schedules.setPause({ target: target.name, until: read.untilMs, by: request.person, at });
    await store.audit.append({
      ...about(request, target, at),
      detail: { action: 'pause', until: read.untilMs },
    });
    await tellChannel(store, target, request, note, at, read.untilMs);
  });
  deps.notifier.wake();
  return { view: 'paused', target: target.name, until: read.untilMs, channel: target.channel };
}

async function resume(
  request: Request,
  target: Target,
  text: string,
  deps: Needs<'clock' | 'notifier' | 'store' | 'targets'>,
): Promise<Reply> {
  if (text !== '') return refusal(`“${text}” means nothing to resume.`, deps);
  const at = deps.clock.now();
  const resumed = await deps.store.transaction(async (store) => {
    const paused = await store.schedules.pauseOf(target.name);
    if (paused === undefined || paused.until <= at) return false;
    // Set to now, not removed: the slots that the pause has covered stay covered.
    await store.schedules.setPause({ ...paused, until: at });
    await store.audit.append({ ...about(request, target, at), detail: { action: 'resume' } });
    await tellChannel(store, target, request, `resumed the schedules of ${target.name}.`, at);
    return true;
  });
  if (!resumed)
    return { view: 'refusal', reason: `The schedules of ${target.name} are not paused. Nothing was done.` };
  deps.notifier.wake();
  const next = target.schedules.flatMap((one) => nextSlots(one.schedule, at, 1)).sort((a, b) => a - b)[0];
  return {
    view: 'resumed',
    target: target.name,
    channel: target.channel,
    ...(next === undefined ? {} : { next }),
  };
}

function about(request: Request, target: Target, at: number) {
  return { at, kind: 'request', verb: 'schedule', target: target.name, actor: request.person } as const;
}

async function tellChannel(
  store: Store,
  target: Target,
  { person }: Request,
  text: string,
  at: number,
  until?: number,
): Promise<void> {
  const note = noteMessage(
    { id: `pause/${target.name}/${at}`, channel: target.channel },
    { tone: 'info', mentions: [person.userId], text, ...defined({ until }) },
  );
  await store.messages.put(note, at);
}

function refusal(reason: string, { targets }: Needs<'targets'>): Reply {
  const names = targets
    .map((t) => t.name)
    .slice(0, 20)
    .join(', ');
  return {
    view: 'refusal',
    reason: `${reason} The targets are ${names}. Nothing was done.`,
    usage: `${COMMAND} ${schedule.usage}`,
  };
}
