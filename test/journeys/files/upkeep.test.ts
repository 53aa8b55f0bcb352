import { type FilesJourney, filesJourney } from './files.ts';

let journey: FilesJourney;
afterEach(() => journey.close());

const blocks = () => JSON.stringify(journey.runMessages().at(-1)?.blocks);
const UPKEEP = { FILES_PRUNE_EVERY: '2d', FILES_CHECK_WITHIN: '4d' };

async function backup(): Promise<void> {
  const runs = journey.runMessages().length;
  await journey.say(journey.ana, 'now');
  await journey.ended(runs + 1);
}

describe('the upkeep of a repository', () => {
  it('follows complete backups: all of it is read again part by part, and it is pruned when that is due', async () => {
    journey = await filesJourney({ env: UPKEEP });
    await backup();
    expect(blocks()).toContain('nothing is due');
    journey.skipDays(1);
    await backup();
    expect(blocks()).toContain('part 1 of 4 read again without an error');
    expect(blocks()).not.toContain('pruned');
    journey.skipDays(3);
    await backup();
    expect(blocks()).toContain(
      'pruned, part 2 of 4 read again without an error, part 3 of 4 read again without an error and part 4 of 4',
    );
  });

  it('calls everybody where the repository is damaged', async () => {
    journey = await filesJourney({ env: UPKEEP });
    await backup();
    journey.skipDays(1);
    journey.machines.repositories.fault = 'damaged';
    await backup();
    const notes = journey.slack.messages(journey.channel.id).filter(({ threadTs }) => threadTs !== undefined);
    const alarm = notes.find(({ text }) => text.includes('is DAMAGED: its check found 1 error.'));
    expect(alarm?.text).toContain('Look into restic’s manual');
    expect(blocks()).toContain('Look after the repository of files');
  });

  it('gives way to a backup', async () => {
    journey = await filesJourney({ env: UPKEEP, machines: { timing: { restic: 15 * 60_000 } } });
    await backup();
    journey.skipDays(3);
    await journey.say(journey.ana, 'now');
    await journey.until('it prunes', () =>
      [...journey.machines.repositories.all.values()].some(({ locks }) =>
        locks.some(({ exclusive }) => exclusive),
      ),
    );
    await backup();
    const said = journey.runMessages().map((one) => JSON.stringify(one.blocks));
    expect(said[1]).toContain('gave way to a backup');
    expect([journey.outcome(2), journey.outcome(3)]).toEqual(['complete', 'complete']);
  });
});
