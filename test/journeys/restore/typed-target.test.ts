import type { Member, OpenView, StoredMessage } from '../../../sandbox/slack/model.ts';
import { renderView } from '../../../sandbox/slack/render/render-view.ts';
import {
  APPROVE_FORM,
  APPROVE_TYPED,
  DENY_FORM,
  DENY_REASON,
} from '../../../src/slack/approval/vote-forms.ts';
import { APPROVE, DENY } from '../approval/approval.ts';
import { hasButtons } from '../slack/slack.ts';
import { hasStages, type RestoreJourney, restoreJourney } from './restore.ts';

const WAY_BACK = 'circleci-backup:way-back';

let journey: RestoreJourney;
afterEach(() => journey.close());

async function typedJourney(): Promise<RestoreJourney> {
  const begun = await restoreJourney({ env: { RESTORE_TYPE_TARGET: 'yes' } });
  begun.haveBackup();
  return begun;
}

/** Ana asks for a restore; gives the request. */
async function asked(way?: 'in-place'): Promise<StoredMessage> {
  await journey.openForm(journey.ana);
  await journey.send(journey.ana, way === undefined ? {} : { way });
  return openRequest();
}

const messages = () => journey.slack.messages(journey.channel.id);

/** The request that stands in the channel and waits for a vote. */
async function openRequest(): Promise<StoredMessage> {
  const open = () => messages().find(({ blocks }) => JSON.stringify(blocks).includes(`"${APPROVE}"`));
  await journey.until('a request stands in the channel', () => open() !== undefined);
  const found = open();
  if (found === undefined) throw new Error('the request was closed');
  return found;
}

/** Whether it can still be voted on. */
function isOpen({ ts }: StoredMessage): boolean {
  const now = messages().find((message) => message.ts === ts);
  return now !== undefined && hasButtons(now);
}

/** Ben presses a button of the request, and a form opens. */
async function pressed(message: StoredMessage, actionId: string, form: string): Promise<OpenView> {
  const { slack, ben } = journey;
  const open = () => slack.views(ben.id).find(({ view }) => view.callback_id === form);
  await slack.act(ben.id, { message }, actionId);
  await journey.until('the form is open', () => open() !== undefined);
  const view = open();
  if (view === undefined) throw new Error('the form was closed');
  return view;
}

/** Sends the form with this text; gives what whoever sent it was told. */
async function sent(person: Member, view: OpenView, field: string, value: string): Promise<string> {
  const before = journey.slack.ephemerals(person.id).length;
  await journey.slack.submit(person.id, view, { [field]: { [field]: { type: 'plain_text_input', value } } });
  await journey.until('the form was answered', () => journey.slack.ephemerals(person.id).length > before);
  const last = journey.slack.ephemerals(person.id).at(-1);
  return `${last?.text}\n${JSON.stringify(last?.blocks)}`;
}

async function typed(message: StoredMessage, name: string): Promise<string> {
  return sent(journey.ben, await pressed(message, APPROVE, APPROVE_FORM), APPROVE_TYPED, name);
}

/** The nth restore has its own message. */
function begun(n: number): Promise<void> {
  return journey.until(`restore number ${n} begins`, () => messages().filter(hasStages).length >= n);
}

const calls = () =>
  ['RunInstances', 'CreateReplaceRootVolumeTask'].map((action) => journey.ec2.count(action));

describe('a restore whose target’s name has to be typed', () => {
  it('begins with the right name, and with nothing else', async () => {
    journey = await typedJourney();
    const message = await asked();
    expect(JSON.stringify(message.blocks)).toContain('Whoever approves types');
    const form = await pressed(message, APPROVE, APPROVE_FORM);
    expect(renderView(form, journey.slack.workspace).split('\n')).toEqual([
      '╭ Approve the request',
      expect.stringMatching(/^│ Restore prod from bk-\S+ on a new machine that takes over$/),
      '│ Type prod to approve it: [ ]',
      '╰ [ Close ] [ Approve ]',
    ]);
    for (const wrong of ['stage', 'PROD']) {
      expect(await typed(message, wrong)).toContain('What you typed is not');
      expect(isOpen(message)).toBe(true);
      expect(calls()).toEqual([0, 0]);
    }
    expect(await typed(message, ' prod ')).toContain('You have approved');
    await begun(1);
    await journey.says('waits for a decision');
    expect(calls()).toEqual([1, 0]);
    await journey.until('the request is closed', () => !isOpen(message));
    await journey.expectTranscript('restore/typed-target', answersToBen);
  });

  it('is denied without typing it', async () => {
    journey = await typedJourney();
    const message = await asked();
    const form = await pressed(message, DENY, DENY_FORM);
    expect(await sent(journey.ben, form, DENY_REASON, 'not on a Friday')).toContain('You have denied');
    await journey.until('the request is closed', () => !isOpen(message));
    expect(calls()).toEqual([0, 0]);
    await journey.expectTranscript('restore/typed-target-denied', answersToBen);
  });

  it('asks for it once more before the way back', async () => {
    journey = await typedJourney();
    await typed(await asked('in-place'), 'prod');
    await begun(1);
    await journey.restored();
    const list = journey.list();
    if (list === undefined) throw new Error('there is no list');
    await journey.slack.act(journey.ana.id, { message: list }, WAY_BACK);
    const back = await openRequest();
    expect(await typed(back, 'stage')).toContain('What you typed is not');
    expect(isOpen(back)).toBe(true);
    expect(calls()).toEqual([0, 1]);
    expect(await typed(back, 'prod')).toContain('You have approved');
    await begun(2);
    await journey.restored();
    expect(calls()).toEqual([0, 2]);
    await journey.expectTranscript('restore/typed-target-way-back', answersToBen);
  });
});

/** What Ben was told: the rest is in the transcripts of approvals and restores. */
function answersToBen(transcript: string): string {
  return transcript.slice(transcript.indexOf('Only Ben Okoro saw'));
}
