import { setTimeout as sleep } from 'node:timers/promises';
import type { ViewOutput } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { SlackServer } from '../../../sandbox/slack/model.ts';
import {
  ana,
  backups,
  closeAll,
  first,
  last,
  plain,
  refusal,
  startBot,
  startSlack,
  until,
  webClient,
} from './harness.ts';

afterEach(closeAll);

const modal = (title = 'Restore', more: Partial<ModalView> = {}): ModalView => ({
  type: 'modal',
  callback_id: 'restore',
  title: plain(title),
  submit: plain('Plan'),
  blocks: [
    {
      type: 'input',
      block_id: 'reason',
      label: plain('Reason'),
      element: { type: 'plain_text_input', action_id: 'text' },
    },
    {
      type: 'input',
      block_id: 'backup',
      optional: true,
      label: plain('Backup'),
      element: { type: 'external_select', action_id: 'which', placeholder: plain('Backup') },
    },
  ],
  ...more,
});

/** Opens the form by a command; returns the trigger for more. */
async function openForm(slack: SlackServer, view = modal(), onSubmit: unknown = undefined) {
  const caught: { trigger: string; submitted: ViewOutput[]; chosen: unknown[] } = {
    trigger: '',
    submitted: [],
    chosen: [],
  };
  await startBot(slack, (app) => {
    app.command('/circleci-backup', async ({ ack, client, command }) => {
      caught.trigger = command.trigger_id;
      await client.views.open({ trigger_id: command.trigger_id, view });
      await ack();
    });
    app.view('restore', async ({ ack, view: submitted }) => {
      caught.submitted.push(submitted);
      if (onSubmit === undefined) await ack();
      else await ack(onSubmit as { response_action: 'clear' });
    });
    app.action('which', async ({ ack, body }) => {
      if ('view' in body) caught.chosen.push(body.view?.state.values);
      await ack();
    });
    const monday = { text: plain('Monday'), description: plain('live, complete'), value: 'b-1' };
    app.options('which', ({ ack }) => ack({ options: [monday] }));
  });
  await slack.command(ana, backups, 'restore');
  return caught;
}

const values = { reason: { text: { value: 'lost' } } };

test('a form is opened, filled in and closed', async () => {
  const slack = await startSlack();
  const caught = await openForm(slack);
  expect(slack.views(ana)).toMatchObject([{ view: { title: { text: 'Restore' } }, user: ana }]);
  await slack.submit(ana, first(slack.views(ana)), values);
  expect(caught.submitted[0]?.state.values).toEqual({
    reason: { text: { type: 'plain_text_input', value: 'lost' } },
    backup: { which: { type: 'external_select', selected_option: null } },
  });
  expect(slack.views(ana)).toEqual([]);
});

test('a trigger serves once', async () => {
  const slack = await startSlack();
  const { views } = webClient(slack);
  const { trigger } = await openForm(slack);
  expect((await refusal(views.open({ trigger_id: trigger, view: modal() }))).error).toBe(
    'exchanged_trigger_id',
  );
  expect((await refusal(views.open({ trigger_id: 'x', view: modal() }))).error).toBe('invalid_trigger_id');
});

test('a trigger serves for a short time of the wall', async () => {
  const slack = await startSlack({ answerLimitMs: 50 });
  let trigger = '';
  await startBot(slack, (app) => {
    app.command('/circleci-backup', async ({ ack, command }) => {
      trigger = command.trigger_id;
      await ack();
    });
  });
  await slack.command(ana, backups, 'restore');
  await sleep(60);
  const late = webClient(slack).views.open({ trigger_id: trigger, view: modal() });
  expect((await refusal(late)).error).toBe('expired_trigger_id');
});

test('an update by id and hash; an old hash is a conflict', async () => {
  const slack = await startSlack();
  await openForm(slack);
  const { id, hash } = first(slack.views(ana));
  const { views } = webClient(slack);
  const updated = await views.update({ view_id: id, hash, view: modal('Plan') });
  expect(updated.view?.id).toBe(id);
  expect(updated.view?.hash).not.toBe(hash);
  expect((await refusal(views.update({ view_id: id, hash, view: modal('Late') }))).error).toBe(
    'hash_conflict',
  );
  expect((await refusal(views.update({ view_id: 'V0NONE', view: modal() }))).error).toBe('not_found');
  expect(first(slack.views(ana)).view.title?.text).toBe('Plan');
});

test('at most three forms on top of each other', async () => {
  const slack = await startSlack();
  const answers: unknown[] = [];
  await startBot(slack, (app) => {
    app.command('/circleci-backup', async ({ ack, client, command }) => {
      const trigger_id = command.trigger_id;
      if (command.text === 'first') await client.views.open({ trigger_id, view: modal('1') });
      else
        answers.push(
          await client.views.push({ trigger_id, view: modal('n') }).catch((error: unknown) => error),
        );
      await ack();
    });
  });
  for (const text of ['first', 'more', 'more', 'more']) await slack.command(ana, backups, text);
  expect(slack.views(ana)).toHaveLength(3);
  expect(last(answers)).toMatchObject({ data: { error: 'push_limit_reached' } });
});

test.each([
  [{ response_action: 'errors', errors: { reason: 'Too short' } }, ['Restore'], { reason: 'Too short' }],
  [{ response_action: 'update', view: modal('Plan') }, ['Plan'], undefined],
  [{ response_action: 'push', view: modal('Sure?') }, ['Restore', 'Sure?'], undefined],
  [{ response_action: 'clear' }, [], undefined],
])('a submission answered with %j', async (answer, titles, errors) => {
  const slack = await startSlack();
  await openForm(slack, modal(), answer);
  const receipt = await slack.submit(ana, first(slack.views(ana)), values);
  expect(receipt.body).toMatchObject({ response_action: answer.response_action });
  expect(slack.views(ana).map((open) => open.view.title?.text)).toEqual(titles);
  expect(slack.views(ana)[0]?.errors).toEqual(errors);
});

test('Slack itself keeps a form back whose required input is empty', async () => {
  const slack = await startSlack();
  const caught = await openForm(slack);
  await slack.submit(ana, first(slack.views(ana)), {});
  expect(first(slack.views(ana)).errors).toEqual({ reason: 'Please complete this required field.' });
  expect(caught.submitted).toEqual([]);
});

test('options of an external select come from the bot', async () => {
  const slack = await startSlack();
  await openForm(slack);
  const options = await slack.suggest(ana, first(slack.views(ana)), 'which', 'mon');
  expect(options).toEqual([{ text: 'Monday', description: 'live, complete', value: 'b-1' }]);
});

test('a choice in a form comes with what the other fields hold', async () => {
  const slack = await startSlack();
  const caught = await openForm(slack);
  const view = first(slack.views(ana));
  await slack.act(ana, { view }, 'which', { value: 'b-1', values });
  expect(caught.chosen).toMatchObject([
    {
      reason: { text: { type: 'plain_text_input', value: 'lost' } },
      backup: { which: { selected_option: { value: 'b-1' } } },
    },
  ]);
});

test('the bot hears of a closed form where it asked to', async () => {
  const slack = await startSlack();
  const closed: string[] = [];
  await startBot(slack, (app) => {
    app.command('/circleci-backup', async ({ ack, client, command }) => {
      const view = modal('x', { notify_on_close: true });
      await client.views.open({ trigger_id: command.trigger_id, view });
      await ack();
    });
    app.view({ callback_id: 'restore', type: 'view_closed' }, async ({ ack, view }) => {
      closed.push(view.id);
      await ack();
    });
  });
  await slack.command(ana, backups, 'restore');
  const open = first(slack.views(ana));
  await slack.closeView(ana, open);
  expect([closed, slack.views(ana)]).toEqual([[open.id], []]);
  await expect(slack.closeView(ana, open)).rejects.toThrow('not open any more');
});

test('the home is published when it is opened', async () => {
  const slack = await startSlack();
  await startBot(slack, (app) => {
    app.event('app_home_opened', async ({ client, event }) => {
      await client.views.publish({
        user_id: event.user,
        view: { type: 'home', blocks: [{ type: 'divider' }] },
      });
    });
  });
  await slack.openHome(ana);
  await until(() => slack.homes(ana) !== undefined);
  expect(slack.homes(ana)).toMatchObject({
    user: ana,
    view: { type: 'home', blocks: [{ type: 'divider' }] },
  });
});

test('a view Slack would not take says where', async () => {
  const slack = await startSlack();
  const { trigger } = await openForm(slack);
  const { submit: _none, ...unsubmittable } = modal();
  const refused = await refusal(webClient(slack).views.open({ trigger_id: trigger, view: unsubmittable }));
  expect(refused).toEqual({
    error: 'invalid_arguments',
    messages: ['[ERROR] missing required field: submit [json-pointer:/view]'],
  });
  const long = modal('A title that is much too long', { private_metadata: 'x'.repeat(3001) });
  expect((await refusal(webClient(slack).views.open({ trigger_id: trigger, view: long }))).messages).toEqual([
    '[ERROR] must be less than 3001 characters [json-pointer:/view/private_metadata]',
    '[ERROR] must be less than 25 characters [json-pointer:/view/title/text]',
  ]);
});
