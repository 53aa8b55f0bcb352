import { parseBuildUrls } from '../../core/cleanup/builds.ts';
import { type Target, targetNamed } from '../../core/model/target.ts';
import { cut, oneLine } from '../../core/text/text.ts';
import { nameWord } from '../../core/text/typed-word.ts';
import { listInWords } from '../../core/text/words.ts';
import { localTimeMs } from '../../core/time/wall-time.ts';
import type { Reply } from '../base/reply.ts';
import {
  type Arguments,
  COMMAND,
  type Guarded,
  type Needs,
  type PlanDeps,
  type Request,
  type Verb,
} from '../base/verb.ts';
import { whichTarget } from '../base/which-target.ts';
import { namesInWords } from '../parse.ts';
import { cleanable, requestCleanup } from './request-cleanup.ts';
import { loadStuck } from './stuck-list.ts';

const STUCK = 'stuck';

export const cleanup: Verb = {
  name: 'cleanup',
  summary: 'deletes the records of builds that show as running for ever, once somebody else has approved it',
  usage: 'cleanup [target] <build addresses>, or cleanup stuck [target] [--before 2026-10-01]',
  examples: [
    'cleanup https://ci.example.com/gh/acme/web/1234 https://ci.example.com/gh/acme/web/1240',
    'cleanup stuck',
    'cleanup stuck prod --before 2026-10-01T03:14',
  ],
  details:
    'A build that was half done when the backup was made may show as running for ever after a restore. Name such builds by ' +
    'their addresses, or let the bot find them: those that run without an end and began before the backup was made. A plan ' +
    'lists them, somebody else approves it, and the bot deletes them one by one at CircleCI’s dev-console. It looks before ' +
    'and after, and leaves alone what has ended.',
  permission: 'operator',
  takesTarget: false,
  readsAddresses: true,
  flags: { before: 'value' },
  changes: true,
  async targetOf(args, { targets }) {
    const typed = typedIn(args, targets);
    return 'refusal' in typed ? undefined : typed.target;
  },
  async run({ person, args }, deps) {
    const typed = typedIn(args, deps.targets);
    if ('refusal' in typed) return typed.refusal;
    return typed.addresses === undefined
      ? pickStuck(person, typed.target, { typedBefore: args.flags.get('before') }, deps)
      : byAddress(person, typed.target, typed.addresses, args, deps);
  },
};

type Typed = { target: Target; addresses?: string } | { refusal: Reply };

function typedIn({ rest }: Pick<Arguments, 'rest'>, targets: readonly Target[]): Typed {
  const words = rest.split(/\s+/).filter(Boolean);
  const isStuck = nameWord(words[0] ?? '') === STUCK;
  const others = isStuck ? words.slice(1) : words;
  const named = targetNamed(targets, nameWord(others[0] ?? ''));
  const more = named === undefined ? others : others.slice(1);
  const target = named ?? (targets.length === 1 ? targets[0] : undefined);
  if (isStuck) {
    if (more.length > 0) return { refusal: notATarget(more.join(' '), targets) };
    return target === undefined ? { refusal: whichTarget(`cleanup ${STUCK}`, targets) } : { target };
  }
  const addresses = more.join(' ');
  if (addresses === '') return { refusal: usage('Which builds? Give their addresses, or “stuck”.') };
  return target === undefined ? byHost(addresses, targets) : { target, addresses };
}

/** The target at whose CircleCI the builds are; of several, the one that most of them are at. */
function byHost(addresses: string, targets: readonly Target[]): Typed {
  const found = targets
    .flatMap((target) => {
      const { circleciUrl } = target;
      const n = circleciUrl === undefined ? 0 : parseBuildUrls(addresses, circleciUrl).builds.length;
      return n === 0 ? [] : [{ target, n }];
    })
    .sort((a, b) => b.n - a.n);
  const [most] = found;
  if (most === undefined) return { refusal: atNoTarget(targets) };
  const same = found.filter(({ target }) => target.circleciUrl === most.target.circleciUrl);
  return same.length > 1
    ? {
        refusal: whichTarget(
          'cleanup',
          same.map(({ target }) => target),
        ),
      }
    : { target: most.target, addresses };
}

function atNoTarget(targets: readonly Target[]): Reply {
  const hosts = [...new Set(targets.flatMap(({ circleciUrl }) => circleciUrl ?? []))];
  const where = hosts.length === 0 ? '' : ` Those are at ${listInWords(hosts.slice(0, 10))}.`;
  return usage(`None of this is the address of a build of any target.${where}`);
}

function notATarget(text: string, targets: readonly Target[]): Reply {
  const names = namesInWords(targets.map(({ name }) => name));
  return usage(
    `There is no target named “${cut(oneLine(text), 60)}”. ${targets.length === 1 ? 'The only target is' : 'The targets are'} ${names}.`,
  );
}

function usage(reason: string): Reply {
  return { view: 'refusal', reason: `${reason} Nothing was done.`, usage: `${COMMAND} ${cleanup.usage}` };
}

async function byAddress(
  person: Request['person'],
  target: Target,
  addresses: string,
  { flags }: Arguments,
  deps: PlanDeps & Needs<'buildsApi' | 'ec2' | 'log' | 'timeLimit'>,
): Promise<Reply> {
  if (flags.has('before')) return usage('--before goes with “stuck” alone.');
  const at = cleanable(target);
  if ('refusal' in at) return at.refusal;
  const { builds, refused, duplicates } = parseBuildUrls(addresses, at.circleciUrl);
  const chosen = builds.map((build) => ({ build }));
  return requestCleanup({ target, person, builds: chosen, refused, duplicates }, deps);
}

/** Forms and buttons of the clean-up are for operators, as the verb is. */
export const cleaning: Guarded = { name: 'cleanup', changes: true, permission: 'operator' };

/** The form of builds to pick from. `typedBefore` is a date as it was typed; without one the last restore decides. */
export async function pickStuck(
  person: Request['person'],
  target: Target,
  { typedBefore }: { typedBefore?: string | undefined },
  deps: Needs<'buildsApi' | 'clock' | 'ec2' | 'log' | 'store' | 'timeLimit'>,
): Promise<Reply> {
  const at = cleanable(target);
  if ('refusal' in at) return at.refusal;
  if (deps.buildsApi(target) === undefined) {
    return {
      view: 'refusal',
      reason: `Builds of ${target.name} that are stuck cannot be looked up: CIRCLECI_TOKEN is not set. Nothing was done.`,
      next: 'Make a token in CircleCI’s account settings, set it, and start the bot again; or name the builds by their addresses.',
      usage: `${COMMAND} cleanup <build addresses>`,
    };
  }
  const before = readBefore(typedBefore, target, deps.clock.now());
  if (typeof before === 'string') return usage(before);
  return {
    view: 'form',
    form: 'cleanup',
    target: target.name,
    load: () => loadStuck({ target, person, ...before }, deps),
  };
}

/** A day begins where the target is; what lies ahead would take real builds for stuck ones. */
function readBefore(
  typed: string | undefined,
  { timezone }: Target,
  now: number,
): { before?: number } | string {
  if (typed === undefined) return {};
  const text = cut(oneLine(typed), 60);
  const [, date, time] = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d))?$/.exec(text) ?? [];
  const before = date === undefined ? undefined : localTimeMs(date, time ?? '00:00', timezone);
  if (before === undefined)
    return `“${text}” is not a date. Write it as 2026-10-01, or with the time as 2026-10-01T03:14 (${timezone}).`;
  return before > now ? `${text} lies ahead, so that real builds would be taken for stuck ones.` : { before };
}
