import type { Person } from '../core/model/person.ts';
import type { Target } from '../core/model/target.ts';
import { explain, ProblemError } from '../core/problems/problem.ts';
import type { AuditEntry } from '../core/run/audit.ts';
import type { Reply } from './base/reply.ts';
import {
  type Arguments,
  COMMAND,
  type CommandDeps,
  type Guarded,
  type Needs,
  type Permission,
  type Verb,
} from './base/verb.ts';
import { VERBS } from './index.ts';
import { parse } from './parse.ts';

export interface Answer {
  /** For logs and metrics: the verb, and `ok`, `refused` or `failed`. */
  verb: string;
  result: 'ok' | 'refused' | 'failed';
  reply: Reply;
  /** The target that was named, or is the only one. */
  target?: string;
}

/** From a person's text to the answer. Whatever happens, there is one. */
export async function dispatch(
  typed: {
    person: Person;
    channelId: string;
    text: string;
    /** The same text with addresses in place of the words that Slack shows for them. */
    addresses?: string;
  },
  deps: CommandDeps,
): Promise<Answer> {
  const seen = parse(typed.text, VERBS, deps.targets);
  const isOfAddresses = seen.kind === 'command' && seen.verb.readsAddresses === true;
  const parsed = isOfAddresses ? parse(typed.addresses ?? typed.text, VERBS, deps.targets) : seen;
  if (parsed.kind === 'reply') {
    const result = parsed.reply.view === 'refusal' ? 'refused' : 'ok';
    await noteQuietly(deps, parsed.verb?.name ?? 'unknown', typed.person, undefined, result);
    return { verb: parsed.verb?.name ?? (result === 'ok' ? 'help' : 'unknown'), result, reply: parsed.reply };
  }
  const { args } = parsed;
  const verb = { ...parsed.verb, permission: permissionOf(parsed.verb, args) };
  const target = async () => args.target ?? (await verb.targetOf?.(args, deps));
  const answer = await guarded(verb, target, typed.person, deps, () =>
    verb.run({ person: typed.person, channelId: typed.channelId, args }, deps),
  );
  return args.target === undefined ? answer : { ...answer, target: args.target.name };
}

/** Checks the permission, runs, and turns what goes wrong into words; buttons and forms go through it as well. */
export async function guarded(
  verb: Guarded,
  targetOf: () => Promise<Target | undefined>,
  person: Person,
  deps: Needs<'clock' | 'log' | 'members' | 'store' | 'targets'>,
  run: () => Promise<Reply>,
): Promise<Answer> {
  try {
    const target = verb.permission === 'anyone' ? undefined : await targetOf();
    const refusal = await permissionRefusal(verb, target, person, deps);
    if (refusal !== undefined) {
      await note(
        deps,
        { verb: verb.name, kind: 'refusal', actor: person, detail: { code: 'not-an-operator' } },
        target,
      );
      return { verb: verb.name, result: 'refused', reply: refusal };
    }
    const reply = await run();
    const result = isRefused(reply) ? 'refused' : 'ok';
    // A verb that changes something writes its own rows, in one transaction with what it does.
    if (!verb.changes) await noteQuietly(deps, verb.name, person, undefined, result);
    return { verb: verb.name, result, reply };
  } catch (error) {
    if (error instanceof ProblemError) {
      deps.log.warn({ err: error, verb: verb.name }, 'a command was refused');
      const { reason, next } = explain(error.problem);
      return {
        verb: verb.name,
        result: 'refused',
        reply: { view: 'refusal', reason: `${reason} Nothing was done.`, next },
      };
    }
    deps.log.error({ err: error, verb: verb.name }, 'a command failed unexpectedly');
    return {
      verb: verb.name,
      result: 'failed',
      reply: {
        view: 'refusal',
        reason: 'Something the bot does not know went wrong; its log has the details.',
        next: `See ${COMMAND} status before you try again.`,
      },
    };
  }
}

function isRefused(reply: Reply): boolean {
  const { view } = reply;
  return view === 'refusal' || view === 'busy' || (view === 'cleanup' && reply.asked === undefined);
}

/** A verb that both shows and changes says which it is for these arguments. */
export function permissionOf({ permission }: Verb, args: Arguments): Permission {
  return typeof permission === 'function' ? permission(args) : permission;
}

/** Fails closed: where Slack cannot confirm a group, nobody but the people named by id may act. */
async function permissionRefusal(
  verb: Guarded,
  target: Target | undefined,
  person: Person,
  deps: Needs<'members' | 'targets'>,
): Promise<Reply | undefined> {
  if (verb.permission === 'anyone') return undefined;
  const operators = target?.operators ?? [...new Set(deps.targets.flatMap((t) => t.operators))];
  const answer = await deps.members.isOneOf(person.userId, operators);
  if (answer === 'yes') return undefined;

  return {
    view: 'refusal',
    reason:
      answer === 'unknown'
        ? `Slack cannot confirm right now whether you are an operator, so “${verb.name}” was not done.`
        : `“${verb.name}” is for operators${target === undefined ? '' : ` of ${target.name}`}, and you are not one. Nothing was done.`,
    next: answer === 'unknown' ? 'Try again in a minute.' : 'Ask one of them:',
    ...(answer === 'unknown' ? {} : { people: operators }),
  };
}

/** Looking around goes on when it cannot be written down; the health check tells of the database. */
async function noteQuietly(
  deps: Needs<'clock' | 'log' | 'store'>,
  verb: string,
  actor: Person,
  target: Target | undefined,
  result: string,
): Promise<void> {
  await note(deps, { verb, kind: 'read', actor, detail: { result } }, target).catch((error) =>
    deps.log.warn({ err: error, verb }, 'a request could not be written to the audit log'),
  );
}

async function note(
  deps: Needs<'clock' | 'store'>,
  entry: Omit<AuditEntry, 'at' | 'target'>,
  target: Target | undefined,
): Promise<void> {
  await deps.store.audit.append({
    ...entry,
    at: deps.clock.now(),
    ...(target === undefined ? {} : { target: target.name }),
  });
}
