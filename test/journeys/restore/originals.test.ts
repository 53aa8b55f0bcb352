import { type RestoreJourney, restoreJourney } from './restore.ts';

const REMOVE = 'circleci-backup:remove-originals';

let journey: RestoreJourney;
afterEach(() => journey.close());

const disk = () => journey.machines.of(journey.launched()[0]?.instanceId ?? '').disk;
const kept = () => [...disk().files.keys()].filter((path) => path.includes('.circleci-backup-'));
const answers = () => journey.slack.ephemerals(journey.ben.id);

async function restored(): Promise<void> {
  journey = await restoreJourney();
  journey.haveBackup();
  await journey.begin({ options: ['nomad', 'cut-over'] });
  await journey.restored();
  expect(kept()).toHaveLength(2);
  expect(JSON.stringify(journey.restore().blocks)).toContain('They hold Replicated’s token');
}

async function press(): Promise<string> {
  const before = answers().length;
  const message = journey.list();
  if (message === undefined) throw new Error('no list');
  await journey.slack.act(journey.ben.id, { message }, REMOVE);
  await journey.until('Ben is answered', () =>
    answers().some(({ blocks }, n) => n >= before && !JSON.stringify(blocks).includes('moment')),
  );
  return JSON.stringify(answers().at(-1)?.blocks);
}

describe('the originals that a restore has kept', () => {
  it('are removed by a button of its list, each by its name, and the list says no more of them', async () => {
    await restored();
    const names = kept();
    const answer = await press();
    for (const name of names) expect(answer).toContain(name);
    expect(kept()).toEqual([]);
    await journey.until('the button is gone', () => !JSON.stringify(journey.list()?.blocks).includes(REMOVE));
    await journey.expectStory('restore/originals');
  });

  it.each(['before', 'after'] as const)(
    'may be asked for again where the connection breaks off %s the work',
    async (when) => {
      await restored();
      const faults = journey.machines.faultsOf(journey.launched()[0]?.instanceId ?? '');
      faults.drops.push({ command: /echo "removed/, when });
      expect(await press()).toContain('Which of the originals are removed is not known.');
      expect(kept()).toHaveLength(when === 'before' ? 2 : 0);
      expect(await press()).toContain(
        when === 'before' ? 'Removed from' : 'There was nothing left to remove',
      );
      expect(kept()).toEqual([]);
    },
  );

  it('stay where the machine cannot be reached, and that is said', async () => {
    await restored();
    Object.assign(journey.machines.faultsOf(journey.launched()[0]?.instanceId ?? ''), { ssh: 'no-key' });
    expect(await press()).toContain('Nothing was removed.');
    expect(kept()).toHaveLength(2);
  });
});
