import type { Reply } from '../commands/base/reply.ts';
import { COMMAND, type CommandDeps } from '../commands/base/verb.ts';
import { whichTarget } from '../commands/base/which-target.ts';
import { type Answer, dispatch, permissionOf } from '../commands/dispatch.ts';
import { VERBS } from '../commands/index.ts';
import { parse } from '../commands/parse.ts';
import { countOf } from '../core/doctor/line.ts';
import { personOnCommandLine } from '../core/model/person.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { RunView } from '../core/run/run-view.ts';
import { counted } from '../core/text/words.ts';
import { BACKUP, backupInput } from '../runs/backup.ts';
import { toJson } from './json.ts';
import { EXIT, type Order, type Told } from './protocol.ts';
import { pieces } from './replies.ts';
import { ending, type Followed, follow } from './run/follow.ts';
import { type Piece, print } from './text.ts';

export interface AnswerDeps {
  commands: CommandDeps;
  /** Slack ids by users of the operating system. */
  users: Readonly<Record<string, string>>;
  /** No bot runs: this process has its folder, reads, and makes live backups. */
  isAlone: boolean;
  wall: Clock;
}

const OWN = { '--json': 'json', '--wait': 'wait' } as const;

/** Carries out a command line: data for standard output, all else beside it. Gives the exit code. */
export async function answer(
  order: Pick<Order, 'args' | 'osUser' | 'width' | 'color'>,
  tell: (told: Told) => void,
  deps: AnswerDeps,
  signal: AbortSignal,
): Promise<number> {
  const { args, given } = withoutOwn(order.args);
  const say = (all: readonly Piece[]) => asTyped(print(all, order));
  const typed = await dispatched(args.join(' '), order.osUser, deps);
  const { answered, shown } = await inPieces(typed, deps);
  const { reply, result } = answered;
  const isRun =
    result === 'ok' && 'runId' in reply && reply.view !== 'withdrawn' && reply.view !== 'canceling';
  let exit = result === 'ok' && !saysNo(reply) ? EXIT.done : EXIT.failed;
  let last: readonly Piece[] = shown;
  let run: RunView | undefined;
  // Where nobody else would go on with it, whoever asks waits.
  if (isRun && (given.has('wait') || deps.isAlone)) {
    tell({ err: say(shown) });
    const waiting = { store: deps.commands.store, wall: deps.wall, whole: deps.isAlone, signal };
    const followed = await follow(reply.runId, waiting, (piece) => tell({ err: say([piece]) }));
    ({ exit, pieces: last, run } = endOf(followed));
  }
  if (given.has('json')) tell({ out: toJson(answered, exit, run) });
  else tell(result === 'ok' ? { out: say(last) } : { err: say(last) });
  return exit;
}

/** What was asked for was found to be wrong. */
function saysNo(reply: Reply): boolean {
  if (reply.view === 'doctor') return countOf(reply.lines).failure > 0;
  return reply.view === 'audit' && !reply.audit.isWhole;
}

/** Messages name the slash command; here the program has its name without the slash. */
function asTyped(text: string): string {
  return text.replaceAll(COMMAND, COMMAND.slice(1));
}

function endOf(followed: Followed): { exit: number; pieces: Piece[]; run?: RunView } {
  if ('run' in followed) return { ...ending(followed.run), run: followed.run };
  const text = `The request ended without a run: ${followed.state}. Nothing was done.`;
  return { exit: EXIT.failed, pieces: [{ tone: 'bad', text }] };
}

/** Without the program's own options; what stands behind a lone `--` is text. */
function withoutOwn(args: readonly string[]): { args: string[]; given: Set<string> } {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const own = args
    .slice(0, end)
    .flatMap((arg) => Object.entries(OWN).flatMap(([flag, name]) => (flag === arg ? [name] : [])));
  return { args: args.filter((arg, at) => at >= end || !Object.hasOwn(OWN, arg)), given: new Set(own) };
}

async function dispatched(text: string, osUser: string, deps: AnswerDeps): Promise<Answer> {
  const person = personOnCommandLine(osUser, deps.users[osUser]);
  const { commands } = deps;
  const parsed = parse(text, VERBS, commands.targets);
  if (deps.isAlone && parsed.kind === 'command') {
    const { verb, args } = parsed;
    const reads = permissionOf(verb, args) === 'anyone';
    const isLive = verb.name === 'now' && args.flags.size === 0;
    const reply = reads ? undefined : isLive ? await unfinished(commands.store) : needsBot(verb.name);
    if (reply !== undefined) return { verb: verb.name, result: 'refused', reply };
  }
  // Whoever opens the socket is the bot's own user, and could act without it: what Slack does not confirm is no bar to what one
  // person may do alone. Whom Slack knows to be no operator is.
  const members: CommandDeps['members'] = {
    ...commands.members,
    async isOneOf(userId, ids) {
      if (userId !== person.userId) return commands.members.isOneOf(userId, ids);
      if (userId === person.teamId) return 'yes';
      const said = await commands.members.isOneOf(userId, ids);
      return said === 'unknown' ? 'yes' : said;
    },
  };
  return dispatch({ person, channelId: '', text }, { ...commands, members });
}

function needsBot(verb: string): Reply {
  return {
    view: 'refusal',
    reason: `No bot is running, and “${verb}” needs one. Nothing was done.`,
    next: 'Start it. Without it there are: status, list, history, schedule, prune, doctor, now, and restore --by-hand.',
  };
}

/** Whoever makes a backup goes on with all that was interrupted. Of what was approved, Slack is asked again first. */
async function unfinished(store: CommandDeps['store']): Promise<Reply | undefined> {
  const found = (await store.locks.all()).find(
    ({ workflow, input }) => workflow !== BACKUP || backupInput.safeParse(input).data?.mode !== 'live',
  );
  if (found === undefined) return undefined;
  return {
    view: 'refusal',
    reason: `${found.runId} of ${found.target} is not finished, and this process would go on with it. Nothing was done.`,
    next: 'Start the bot: it needs no Slack for that where a schedule is set.',
  };
}

/** Slack's forms ask what the command did not say; here it is said what to type. */
async function inPieces(
  typed: Answer,
  { commands }: AnswerDeps,
): Promise<{ answered: Answer; shown: Piece[] }> {
  const { reply } = typed;
  const refused = (refusal: Extract<Reply, { view: 'refusal' }>) => ({
    answered: { ...typed, result: 'refused' as const, reply: refusal },
    shown: pieces(refusal),
  });
  if (reply.view === 'help') return { answered: typed, shown: [`${COMMAND} help shows what there is.`] };
  if (reply.view !== 'form') return { answered: typed, shown: pieces(reply) };
  if (reply.form === 'now') return refused(whichTarget('now', commands.targets));
  if (reply.form === 'restore')
    return refused({
      view: 'refusal',
      reason: 'A restore is asked for in a form, which Slack alone can show. Nothing was done.',
      next: `Type “restore” there. Here, “restore ${reply.backupId ?? '[backup]'} --by-hand” spells the steps out.`,
    });
  const found = await reply.load();
  if ('trouble' in found) return refused({ view: 'refusal', reason: found.trouble });
  const { builds, beforeIs } = found;
  const shown: Piece[] = [
    `${counted(builds.length, 'build')} of ${reply.target} that CircleCI lists as running, begun before the time ${beforeIs}.`,
    { items: builds.map(({ build }) => build.url) },
    `To have some of them cleaned up: ${COMMAND} cleanup, and their addresses.`,
  ];
  return { answered: { ...typed, reply: { ...reply, load: async () => found } }, shown };
}
