import type { StoredMessage } from '../../../sandbox/slack/model.ts';
import { directTo } from '../slack/slack.ts';
import { type RestoreJourney, restoreJourney } from './restore.ts';

const DAY_MS = 24 * 3_600_000;
const TICK = 'circleci-backup:tick';

let journey: RestoreJourney;
afterEach(() => journey.close());

/** The buttons of a list, by the item they tick. */
function ticks(message: StoredMessage | undefined): { blockId: string; item: string }[] {
  return (message?.blocks ?? []).flatMap((block) => {
    const accessory = 'accessory' in block ? block.accessory : undefined;
    if (accessory === undefined || !('action_id' in accessory) || accessory.action_id !== TICK) return [];
    const value = 'value' in accessory ? String(accessory.value) : '';
    return [{ blockId: block.block_id ?? '', item: value.split(' ')[1] ?? '' }];
  });
}

describe('what only people can do', () => {
  it('is ticked one by one with who and when, reminded of after a day, and finished when all is ticked', async () => {
    journey = await restoreJourney();
    const { slack, channel, ana, ben, cleo } = journey;
    journey.haveBackup();
    await journey.begin({ way: 'in-place' });
    await journey.restored();
    const ts = journey.list()?.ts;
    const list = () => slack.messages(channel.id).find((message) => message.ts === ts);
    const tick = async (person: typeof ana, message = list()) => {
      const [next] = ticks(message);
      if (message === undefined || next === undefined) throw new Error('there is nothing to tick');
      await slack.act(person.id, { message }, TICK, { blockId: next.blockId });
      return next.item;
    };
    const answered = async (person: typeof ana, click: () => Promise<unknown>) => {
      const before = slack.ephemerals(person.id).length;
      await click();
      await journey.until('the tick was answered', () => slack.ephemerals(person.id).length > before);
    };

    await answered(cleo, async () => expect(await tick(cleo)).toBe('settings'));
    expect(ticks(list()).map(({ item }) => item)).toEqual(['settings', 'oauth', 'build']);
    await tick(ana);
    await journey.until('the first is ticked', () => ticks(list()).length === 2);
    // Ben’s Slack still shows the button that Ana has pressed.
    const stale = { ...list(), blocks: list()?.blocks ?? [] } as StoredMessage;
    // Slack does not take the edit at once, so that Ben is told; Ana’s ticks are answered by the list itself.
    slack.faults.push({ method: 'chat.update', kind: 'http', status: 503 });
    await answered(ben, () => tick(ben));
    await journey.until('the second is ticked', () => ticks(list()).length === 1);
    await answered(ana, () => tick(ana, stale));

    journey.skip(DAY_MS);
    const reminders = () => slack.messages(channel.id).filter(({ text }) => text.includes('is not finished'));
    await journey.until('Ana is reminded', () => reminders().length === 1);
    await tick(ana);
    await journey.until('all is ticked', () => list()?.text.includes('checklist complete') === true);
    journey.skip(30 * DAY_MS);
    await journey.say(ana, 'history');
    expect(reminders()).toHaveLength(1);
    await journey.expectTranscript('restore/list', (transcript) =>
      transcript.slice(transcript.lastIndexOf('CircleCI Backup', transcript.indexOf('checklist complete'))),
    );
  });

  it('comes directly where the channel does not take it, and follows there; a tick on either is one of both', async () => {
    const inside: string[] = [];
    journey = await restoreJourney({
      gateways: {
        // It was a member while the restore ran, and is none at its end.
        observe({ step, phase }) {
          if (step === 'verify' && phase === 'done') inside.push(...journey.channel.members.splice(0));
        },
      },
    });
    const { slack, channel, ana } = journey;
    journey.haveBackup();
    await journey.begin({ way: 'in-place' });
    const direct = () => directTo(journey, ana).find((message) => ticks(message).length > 0);
    await journey.until('Ana has the list', () => direct() !== undefined);
    const message = direct();
    const [first] = ticks(message);
    if (message === undefined || first === undefined) throw new Error('there is nothing to tick');
    await slack.act(ana.id, { message }, TICK, { blockId: first.blockId });
    await journey.until('the tick was answered', () =>
      slack.ephemerals(ana.id).some(({ text }) => text.includes('is ticked')),
    );
    channel.members.push(...inside);
    await journey.until('the list follows', () => ticks(journey.list()).length === 2);
    expect(ticks(journey.list()).map(({ item }) => item)).not.toContain(first.item);
    expect(slack.calls.filter(({ result }) => result === 'message_not_found')).toEqual([]);
  });
});
