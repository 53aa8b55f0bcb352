import type { App, BlockAction, BlockButtonAction, ViewSubmitAction } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { cancel, cancelRun, targetOfRun } from '../commands/cancel.ts';
import { type Answer, dispatch, guarded } from '../commands/dispatch.ts';
import { now, startBackup } from '../commands/now.ts';
import type { Reply } from '../commands/reply.ts';
import { COMMAND, type CommandDeps } from '../commands/verb.ts';
import type { Clock } from '../core/clock.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Person } from '../core/model.ts';
import type { Redact } from '../core/redact.ts';
import { unescapeSlack } from '../core/text.ts';
import { createAnswers } from './answers.ts';
import { permalink } from './blocks.ts';
import { callSlack } from './calls.ts';
import type { Identity } from './identity.ts';
import { createOnce } from './once.ts';
import { NOW_FORM, NOW_NOTE, NOW_TARGET, nowForm } from './views/now.ts';
import { CANCEL_RUN, replaced } from './views/run.ts';

const PREFIX = /^circleci-backup:/;

export interface ListenDeps {
  commands: CommandDeps;
  client: WebClient;
  identity: () => Identity;
  metrics: Metrics;
  /** What people type is redacted at the door: a secret pasted by mistake goes no further. */
  redact: Redact;
  /** Replays come by the wall's clock, whatever clock the backups keep to. */
  wall: Pick<Clock, 'now'>;
}

/**
 * All of Slack's payloads: each is acknowledged first, handled once however often it is delivered, and answered.
 */
export function listen(app: App, deps: ListenDeps): void {
  const { commands, client, metrics, identity, redact } = deps;
  const { clock, log } = commands;
  const once = createOnce(deps.wall);
  const answers = createAnswers({ client, log, metrics, redact });

  /** Runs a handler and answers its asker, whatever happens. */
  async function answered(
    person: Person,
    where: Parameters<typeof answers.to>[0],
    handle: () => Promise<Answer>,
  ) {
    const startedAt = clock.now();
    const told = answers.to(where);
    if (person.teamId !== identity().teamId) {
      log.warn({ person }, 'a payload of another workspace was refused');
      await told.reply(
        { view: 'refusal', reason: 'I only work for people of the workspace I was installed in.' },
        identity(),
      );
      return;
    }
    const answer = await told.whileWaiting(handle());
    log.info({ verb: answer.verb, result: answer.result, person }, 'answered');
    metrics.commandAnswered(answer.verb, answer.result, clock.now() - startedAt);
    if (answer.reply.view !== 'form') await told.reply(answer.reply, identity());
    return answer.reply;
  }

  app.command(COMMAND, async ({ ack, command }) => {
    await ack();
    if (!once(`command ${command.trigger_id}`)) return;
    const person = { userId: command.user_id, teamId: command.team_id };
    const where = { responseUrl: command.response_url, channel: command.channel_id, user: command.user_id };
    const reply = await answered(person, where, () =>
      dispatch(
        { person, channelId: command.channel_id, text: redact(unescapeSlack(command.text)) },
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
    const opened = await answers.open(trigger, nowForm(reply.targets, reply.note, channelId));
    if (opened) return;
    const names = reply.targets.map((t) => t.name).slice(0, 20);
    await answers.to(where).reply(
      {
        view: 'refusal',
        reason: `Slack did not open the form. Name the target instead: ${names.join(', ')}.`,
        usage: `${COMMAND} ${now.usage}`,
      },
      identity(),
    );
  }

  app.action<BlockAction>(PREFIX, async ({ ack, body, action }) => {
    await ack();
    const key = 'action_ts' in action ? action.action_ts : '';
    if (!once(`action ${body.team?.id} ${body.user.id} ${key} ${action.action_id}`)) return;
    const person = { userId: body.user.id, teamId: body.user.team_id ?? body.team?.id ?? '' };
    const where = {
      responseUrl: body.response_url,
      channel: body.channel?.id ?? body.user.id,
      user: body.user.id,
    };
    void adopt(body);
    await answered(person, where, async () => {
      if (action.action_id !== CANCEL_RUN || !isButton(action)) return outOfDate();
      const runId = action.value ?? '';
      const target = () => targetOfRun(runId, commands);
      return guarded(cancel, target, person, commands, () => cancelRun({ person }, runId, commands));
    });
  });

  /**
   * A click proves that a message stands in Slack, also when its post was never confirmed. It becomes the run's
   * message, or, where another one already took its place, it says so.
   */
  async function adopt(body: BlockAction): Promise<void> {
    const [action] = body.actions;
    const { message: clicked, channel } = body;
    if (clicked === undefined || channel === undefined || action === undefined || !isButton(action)) return;
    const { messages } = commands.store;
    const id = `run/${action.value ?? ''}`;
    try {
      await messages.adopt(id, clicked.ts);
      commands.notifier.wake();
      const { ts, channel: home } = (await messages.get(id)) ?? {};
      if (ts === undefined || ts === clicked.ts || home !== channel.id) return;
      const place = permalink(identity().url, { channel: home, ts });
      const result = await callSlack(() =>
        client.chat.update({ channel: home, ts: clicked.ts, ...replaced(place) }),
      );
      metrics.slackCalled('chat.update', result.kind);
      log.info(
        { message: id, result: result.kind },
        'a message that was not confirmed points to its successor',
      );
    } catch (error) {
      log.warn({ err: error, message: id }, 'a message could not be adopted');
    }
  }

  app.view<ViewSubmitAction>(
    { callback_id: NOW_FORM, type: 'view_submission' },
    async ({ ack, body, view }) => {
      await ack();
      if (!once(`view ${view.id} ${view.hash}`)) return;
      const person = { userId: body.user.id, teamId: body.user.team_id ?? body.team?.id ?? '' };
      const values = view.state.values;
      const name = values[NOW_TARGET]?.[NOW_TARGET]?.selected_option?.value;
      const note = redact(values[NOW_NOTE]?.[NOW_NOTE]?.value ?? '');
      const target = commands.targets.find((t) => t.name === name);
      await answered(
        person,
        { channel: channelOf(view.private_metadata, body.user.id), user: body.user.id },
        async () => {
          if (target === undefined) return outOfDate();
          return guarded(
            now,
            async () => target,
            person,
            commands,
            () => startBackup({ person }, target, note, commands),
          );
        },
      );
    },
  );

  app.error(async (error) => {
    log.error({ err: error }, 'a Slack payload could not be handled');
  });
}

function outOfDate(): Answer {
  const reason = 'This button or form is out of date. Nothing was done.';
  return { verb: 'unknown', result: 'refused', reply: { view: 'refusal', reason } };
}

function isButton(action: BlockAction['actions'][number]): action is BlockButtonAction['actions'][number] {
  return action.type === 'button';
}

function channelOf(metadata: string, otherwise: string): string {
  try {
    const data: unknown = JSON.parse(metadata);
    if (
      typeof data === 'object' &&
      data !== null &&
      'channelId' in data &&
      typeof data.channelId === 'string'
    ) {
      return data.channelId;
    }
  } catch {
    // A form of another version: its answer goes to the person directly.
  }
  return otherwise;
}
