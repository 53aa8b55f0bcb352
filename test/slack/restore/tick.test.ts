import { checklistMessageId } from '../../../src/runs/checklist-message.ts';
import { tickAction, untickAction } from '../../../src/slack/restore/checklist-action.ts';
import { ANA, scene } from '../../commands/fakes.ts';
import { list } from '../../core/restore/checklists.ts';
import { target } from '../../target.ts';

const PROD = target('prod');
const PLACE = { channel: PROD.channel, ts: '1.0001' };

/** A list of one open item, and a click on its button, of which Slack shows the edit at `place`. */
async function clicked(place: typeof PLACE | undefined, action = tickAction) {
  const here = scene([PROD]);
  await here.store.checklists.insert(list.runId, list, true);
  const asked: string[] = [];
  const handling = {
    commands: here.deps,
    modals: { open: async () => undefined, update: async () => true },
    async shownAt(id: string) {
      asked.push(id);
      return place;
    },
  };
  const value = `${list.runId} ${list.items[0]?.key}`;
  const { channel, ts: messageTs } = PLACE;
  const click = { person: ANA, actionId: '', value, trigger: 't', channel, messageTs };
  return { handled: await action.handle(click, handling), asked };
}

test('a tick that the clicked list shows needs no other answer', async () => {
  const { handled, asked } = await clicked(PLACE);
  expect(handled).toMatchObject({ result: 'ok', reply: { view: 'ticked' }, isShown: true });
  expect(asked).toEqual([checklistMessageId(list.runId)]);
});

test.each([
  ['is not edited in time', undefined],
  ['is another message than the one that is edited', { ...PLACE, ts: '2.0002' }],
  ['stands elsewhere, as in a direct message', { ...PLACE, channel: 'D1' }],
])('a tick is answered where the list %s', async (_why, place) => {
  const { handled } = await clicked(place);
  expect(handled).toMatchObject({ result: 'ok', reply: { view: 'ticked' }, isShown: false });
});

test('a click that changes nothing is answered at once', async () => {
  const { handled, asked } = await clicked(PLACE, untickAction);
  expect(handled).toMatchObject({
    reply: { view: 'refusal', reason: expect.stringContaining('open already') },
  });
  expect(asked).toEqual([]);
});
