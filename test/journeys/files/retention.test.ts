import { type FilesJourney, filesJourney } from './files.ts';

let journey: FilesJourney;
afterEach(() => journey.close());

const repository = () => {
  const [one] = journey.machines.repositories.all.values();
  if (one === undefined) throw new Error('there is no repository');
  return one;
};
const tags = () => repository().snapshots.map((one) => one.tags[0]);

async function backup(): Promise<void> {
  const runs = journey.runMessages().length;
  await journey.say(journey.ana, 'now');
  await journey.ended(runs + 1);
}

describe('the files of a backup that retention deletes', () => {
  it('are forgotten once their image is gone', async () => {
    journey = await filesJourney({ env: { KEEP_LAST: '1' } });
    await backup();
    const first = journey.runId(1);
    await backup();
    expect(tags()).toEqual([`run=${journey.runId(2)}`]);
    expect([...journey.ec2.images.values()]).toHaveLength(1);
    expect(JSON.stringify(journey.runMessages().at(-1)?.blocks)).toContain(`1 snapshot forgotten: ${first}`);
  });

  it('stay, and are told, where they are not what the backup made; the next one tries again', async () => {
    journey = await filesJourney({ env: { KEEP_LAST: '1' } });
    await backup();
    const [made] = repository().snapshots;
    if (made === undefined) throw new Error('nothing was backed up');
    made.tags = ['somebody-else'];
    await backup();
    expect(tags()).toEqual(['somebody-else', `run=${journey.runId(2)}`]);
    const notes = journey.slack.messages(journey.channel.id).map(({ text }) => text);
    expect(notes.join('\n')).toContain(
      `${journey.runId(1)}: the snapshot is tagged otherwise than this backup’s. After the next`,
    );
    made.tags = [`run=${journey.runId(1)}`];
    await backup();
    expect(tags()).toEqual([`run=${journey.runId(3)}`]);
  });
});
