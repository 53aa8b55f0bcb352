import { type Target, targetNamed } from '../../core/model/target.ts';
import { cut, oneLine } from '../../core/text/text.ts';
import type { Reply } from '../base/reply.ts';
import { type Arguments, COMMAND, type Needs, type Request, type Verb } from '../base/verb.ts';
import { whichTarget } from '../base/which-target.ts';

const TEST = 'test';

export const notify: Verb = {
  name: 'notify',
  summary: 'shows what a failure would look like, and where it goes',
  usage: 'notify test [target]',
  examples: ['notify test'],
  details:
    'Posts a message marked TEST to the target’s channel, which calls the same people as a failure. Nothing is backed up, ' +
    'and PING_URL is left alone. Best tried before the first night.',
  permission: 'operator',
  takesTarget: false,
  flags: {},
  changes: true,
  async targetOf(args, { targets }) {
    return understood(args, targets).target;
  },
  async run(request, deps): Promise<Reply> {
    const { action, target, rest } = understood(request.args, deps.targets);
    if (action !== TEST) {
      const reason =
        action === '' ? `Type ${COMMAND} notify test.` : `I do not know “notify ${shown(action)}”.`;
      return {
        view: 'refusal',
        reason: `${reason} Nothing was posted.`,
        usage: `${COMMAND} ${notify.usage}`,
      };
    }
    if (rest !== '') {
      const reason =
        target === undefined
          ? `There is no target named “${shown(rest)}”.`
          : `“${shown(rest)}” means nothing here.`;
      return {
        view: 'refusal',
        reason: `${reason} Nothing was posted.`,
        usage: `${COMMAND} ${notify.usage}`,
      };
    }
    return target === undefined ? whichTarget('notify test', deps.targets) : test(request, target, deps);
  },
};

function understood(
  { rest }: Arguments,
  targets: readonly Target[],
): { action: string; target?: Target; rest: string } {
  const [action = '', name, ...more] = rest.split(/\s+/).filter(Boolean);
  const named = targetNamed(targets, name?.toLowerCase());
  const [only] = targets;
  const target = named ?? (name === undefined && targets.length === 1 ? only : undefined);
  return {
    action: action.toLowerCase(),
    ...(target === undefined ? {} : { target }),
    rest: (named === undefined && name !== undefined ? [name, ...more] : more).join(' '),
  };
}

async function test(
  { person }: Request,
  target: Target,
  deps: Needs<'clock' | 'members' | 'notifier' | 'pings' | 'store'>,
): Promise<Reply> {
  const { store, clock, members, notifier, pings } = deps;
  const isMember = await members.botIsIn(target.channel);
  const at = clock.now();
  const view = { kind: 'test', target: target.name, mentions: target.operators, requester: person } as const;
  await store.transaction(async (tx) => {
    await tx.audit.append({
      at,
      kind: 'request',
      verb: 'notify',
      target: target.name,
      actor: person,
      detail: { action: TEST, posted: isMember !== 'no' },
    });
    // It would wait in the outbox until the bot is invited, and then call people about nothing.
    if (isMember === 'no') return;
    await tx.messages.put(
      { id: `notify/${target.name}/${at}`, channel: target.channel, broadcast: false, final: true, view },
      at,
    );
  });
  notifier.wake();
  return { view: 'notified', target, isMember, pings };
}

function shown(text: string): string {
  return cut(oneLine(text), 60);
}
