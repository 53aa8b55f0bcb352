import type { App, BlockAction, BlockButtonAction, ViewSubmitAction } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Reply } from '../commands/base/reply.ts';
import { COMMAND, type CommandDeps } from '../commands/base/verb.ts';
import { type Answer, dispatch } from '../commands/dispatch.ts';
import type { Person } from '../core/model/person.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Metrics } from '../core/ports/metrics.ts';
import type { Redact } from '../core/text/redact.ts';
import { unescapeSlack, withAddresses } from '../core/text/text.ts';
import { durationInWords } from '../core/text/words.ts';
import { ACTIONS, OPTIONS } from './actions.ts';
import { createAnswers } from './answers.ts';
import { createDeduplicate } from './deduplicate.ts';
import { createFlood } from './flood.ts';
import { FORMS, formOf, insteadOfForm } from './forms.ts';
import type { Identity } from './identity.ts';
import { formValues } from './kit/form-values.ts';
import { type ActionHandler, type Click, type Handled, outOfDate } from './kit/handler.ts';
import { readMetadata } from './kit/metadata.ts';
import { createModals } from './kit/modals.ts';
import { isReadable } from './kit/payload.ts';
import type { Outbox } from './outbox/outbox.ts';

/** What every form remembers of itself. */
const whereFrom = z.object({ channelId: z.string() });

const PREFIX = /^circleci-backup:/;
/** Promise 7: something visible within 3 seconds; the rest of them are for the network. */
export const SAY_WAITING_AFTER_MS = 1_800;
/** Of that time, how much a click leaves to the edit that would be its answer. */
const EDIT_SHARE = 2 / 3;

export interface ListenDeps {
  commands: CommandDeps;
  client: WebClient;
  identity: () => Identity;
  metrics: Metrics;
  /** What people type is redacted at the door: a secret pasted by mistake goes no further. */
  redact: Redact;
  outbox: Pick<Outbox, 'shownAt'>;
  /** After how many wall ms an asker is told that it takes a moment. */
  sayWaitingAfterMs?: number | undefined;
  /** People type by the wall's clock, whatever clock the backups keep to. */
  wall: Clock;
  fetch: typeof fetch;
  /** Aborts once nothing comes from Slack any more. */
  closing: AbortSignal;
}

/**
 * All of Slack's payloads: each is acknowledged first, handled once however often it is delivered, and answered (of a
 * person's flood the first alone). Gives what resolves once all floods are written down.
 */
export function listen(app: App, deps: ListenDeps): () => Promise<void> {
  const { commands, client, metrics, identity, redact } = deps;
  const { clock, log } = commands;
  const once = createDeduplicate({ deliveries: commands.store.deliveries, clock, log });
  const flood = createFlood({ clock: deps.wall, signal: deps.closing, isTrusted, ended: noteFlood });
  const { sayWaitingAfterMs = SAY_WAITING_AFTER_MS } = deps;
  const answers = createAnswers({ client, log, metrics, redact, sayWaitingAfterMs, fetch: deps.fetch });
  const modals = createModals({ client, log, metrics, redact });
  const handling = {
    commands,
    modals,
    shownAt: (id: string) =>
      deps.outbox.shownAt(id, AbortSignal.timeout(Math.round(sayWaitingAfterMs * EDIT_SHARE))),
  };

  /**
   * Whose payload it is, for every kind of payload: a person of the bot's workspace, or of another one of its organization, where
   * Slack says that it is a member there and no stranger of a shared channel. One person has one team here, wherever they act.
   */
  async function personOf({ user, team }: Sender): Promise<Person | Refused> {
    const home = identity().teamId;
    if (team === home) return { userId: user, teamId: home };
    const account = await commands.members.accountOf(user);
    if (account === 'person') return { userId: user, teamId: home };
    log.warn({ user, team, account }, 'a payload of another workspace was refused');
    return {
      refused:
        account === 'unknown'
          ? 'Slack cannot confirm right now that you belong to the organization I was installed in. Nothing was done.'
          : 'I only work for people of the workspace I was installed in.',
    };
  }

  async function isTrusted({ userId }: Person): Promise<boolean> {
    const { targets, members } = commands;
    const named = [...new Set(targets.flatMap(({ operators, approvers }) => [...operators, ...approvers]))];
    return (await members.isOneOf(userId, named)) === 'yes';
  }

  async function noteFlood(person: Person, count: number): Promise<void> {
    const [only, ...others] = commands.targets;
    const about = only === undefined || others.length > 0 ? {} : { target: only.name };
    const detail = { code: 'too-many', count };
    await commands.store.audit
      .append({ at: clock.now(), kind: 'refusal', verb: 'commands', ...about, actor: person, detail })
      .catch((error) =>
        log.warn({ err: error, person, count }, 'a flood could not be written to the audit log'),
      );
  }

  /** Runs a handler and answers its asker, whatever happens. */
  async function answered(
    sender: Sender,
    where: Parameters<typeof answers.to>[0],
    handle: (person: Person) => Promise<Handled | 'quiet'>,
  ) {
    const startedAt = clock.now();
    const told = answers.to(where);
    const passage = await flood.pass({ userId: sender.user, teamId: sender.team ?? '' });
    if (passage.kind === 'dropped') return;
    if (passage.kind === 'refused') {
      log.warn(
        { sender, forMs: passage.forMs },
        'a person asks for too much at once, and is not listened to for a while',
      );
      await told.reply(tooMany(passage.forMs), identity());
      return;
    }
    const answer = await told.whileWaiting(
      personOf(sender).then((person) => ('refused' in person ? turnedAway(person) : handle(person))),
    );
    if (answer === 'quiet') return undefined;
    log.info({ verb: answer.verb, result: answer.result, user: sender.user, ...aboutOf(answer) }, 'answered');
    metrics.commandAnswered(answer.verb, answer.result, clock.now() - startedAt);
    // Who was told that it takes a moment waits for more than an edit.
    if (answer.isShown && !told.hasSaidWaiting()) return undefined;
    if (answer.reply.view !== 'form') await told.reply(answer.reply, identity());
    return answer.reply;
  }

  app.use(async ({ body, next }) => {
    if (isReadable(body)) return next();
    // Without an acknowledgement Slack tells the person that it did not work.
    log.warn({}, 'a Slack payload of an unknown form was not read');
  });

  app.command(COMMAND, async ({ ack, command }) => {
    await ack();
    if (!(await once(`command ${command.trigger_id}`))) return;
    const { text = '' } = command;
    const sender = { user: command.user_id, team: command.team_id };
    const where = { responseUrl: command.response_url, channel: command.channel_id, user: command.user_id };
    const reply = await answered(sender, where, (person) =>
      dispatch(
        {
          person,
          channelId: command.channel_id,
          text: redact(unescapeSlack(text)),
          addresses: redact(unescapeSlack(withAddresses(text))),
        },
        commands,
      ),
    );
    if (reply?.view === 'form') await openForm(command.trigger_id, reply, command.channel_id, where);
  });

  async function openForm(
    trigger: string,
    reply: Extract<Reply, { view: 'form' }>,
    channelId: string,
    where: Parameters<typeof answers.to>[0],
  ): Promise<void> {
    const { first, fill } = formOf(reply, channelId);
    const viewId = await modals.open(trigger, first);
    if (viewId === undefined) {
      const { reason, usage } = insteadOfForm(reply);
      await answers.to(where).reply({ view: 'refusal', reason, usage: `${COMMAND} ${usage}` }, identity());
      return;
    }
    if (fill !== undefined) await modals.update(viewId, await fill());
  }

  app.action<BlockAction>(PREFIX, async ({ ack, body, action }) => {
    await ack();
    const key = 'action_ts' in action ? action.action_ts : body.trigger_id;
    if (!(await once(`action ${body.team?.id} ${body.user.id} ${key} ${action.action_id}`))) return;
    const where = {
      responseUrl: body.response_url,
      channel: body.channel?.id ?? channelOf(body.view?.private_metadata ?? '', body.user.id),
      user: body.user.id,
    };
    const handler = handlerOf(action.action_id);
    await answered(senderOf(body), where, async (person) => {
      return handler === undefined ? outOfDate() : handler.handle(clickOf(person, body, action), handling);
    });
  });

  function clickOf(person: Person, body: BlockAction, action: BlockAction['actions'][number]): Click {
    const { view, message, channel } = body;
    return {
      person,
      actionId: action.action_id,
      value: chosenIn(action),
      trigger: body.trigger_id,
      ...(channel === undefined ? {} : { channel: channel.id }),
      ...(message === undefined ? {} : { messageTs: message.ts }),
      ...(view === undefined
        ? {}
        : {
            view: {
              id: view.id,
              hash: view.hash,
              values: formValues(view.state?.values, redact),
              metadata: view.private_metadata,
            },
          }),
    };
  }

  app.view<ViewSubmitAction>(
    { callback_id: PREFIX, type: 'view_submission' },
    async ({ ack, body, view }) => {
      const handler = FORMS.find(({ callbackId }) => callbackId === view.callback_id);
      const form = { values: formValues(view.state?.values, redact), metadata: view.private_metadata };
      const errors = handler?.check?.(form, handling);
      if (errors !== undefined) return ack({ response_action: 'errors', errors });
      await ack();
      if (!(await once(`view ${view.id} ${view.hash}`))) return;
      const where = { channel: channelOf(view.private_metadata, body.user.id), user: body.user.id };
      await answered(senderOf(body), where, async (person) =>
        handler === undefined ? outOfDate() : handler.handle({ ...form, person }, handling),
      );
    },
  );

  app.options<'block_suggestion'>(
    { type: 'block_suggestion', action_id: PREFIX },
    async ({ ack, body, payload }) => {
      const handler = OPTIONS.find(({ actionId }) => actionId === payload.action_id);
      const { view } = body;
      try {
        const person = await personOf(senderOf(body));
        const options =
          handler === undefined || 'refused' in person
            ? []
            : await handler.options(
                {
                  person,
                  text: payload.value,
                  metadata: view?.private_metadata ?? '',
                  values: formValues(view?.state?.values, redact),
                },
                handling,
              );
        await ack({ options });
      } catch (error) {
        log.warn({ err: error, action: payload.action_id }, 'the options of a menu could not be looked up');
        await ack({ options: [] });
      }
    },
  );

  app.error(async (error) => {
    log.error({ err: error }, 'a Slack payload could not be handled');
  });
  return () => flood.settled();
}

/** The run and the target of an answer, where it has them. */
function aboutOf({ reply, target }: Answer): { run?: string; target?: string } {
  const asked = reply.view === 'cleanup' ? reply.asked : reply.view === 'busy' ? reply.running.lock : reply;
  const run = asked !== undefined && 'runId' in asked ? asked.runId : undefined;
  const named = 'target' in reply ? reply.target : target;
  const name = typeof named === 'object' ? named.name : named;
  return { ...(run === undefined ? {} : { run }), ...(name === undefined ? {} : { target: name }) };
}

function tooMany(forMs: number): Extract<Reply, { view: 'refusal' }> {
  return {
    view: 'refusal',
    reason: `That was more than one person’s commands and clicks at once, so this one was not looked at. Nothing was done.`,
    next: `I do not listen to you for ${durationInWords(forMs)}, and do not answer you meanwhile. Then try again.`,
  };
}

/** Who sent a payload, as it says itself; without the sender's own team nobody vouches for them. */
interface Sender {
  user: string;
  team: string | undefined;
}

interface Refused {
  refused: string;
}

function turnedAway({ refused }: Refused): Handled {
  return { verb: 'unknown', result: 'refused', reply: { view: 'refusal', reason: refused } };
}

function senderOf(body: { user: { id: string; team_id?: string } }): Sender {
  return { user: body.user.id, team: body.user.team_id };
}

/** Of a button its value, of a menu the option that was chosen. */
function chosenIn(action: BlockAction['actions'][number]): string {
  if (isButton(action)) return action.value ?? '';
  return 'selected_option' in action ? (action.selected_option?.value ?? '') : '';
}

function handlerOf(actionId: string): ActionHandler | undefined {
  return ACTIONS.find(({ id }) => actionId === id || actionId.startsWith(`${id}:`));
}

function isButton(action: BlockAction['actions'][number]): action is BlockButtonAction['actions'][number] {
  return action.type === 'button';
}

/** A form of another version does not say it: its answer goes to the person directly. */
function channelOf(metadata: string, otherwise: string): string {
  return readMetadata(whereFrom, metadata)?.channelId ?? otherwise;
}
