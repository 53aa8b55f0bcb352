import { type RestoreJourney, restoreJourney } from './restore.ts';

let journey: RestoreJourney;
afterEach(() => journey.close());

const told = (here: RestoreJourney) => {
  const last = here.slack.ephemerals(here.ana.id).at(-1);
  return last === undefined ? '' : last.text + JSON.stringify(last.blocks);
};

/** Asks for a restore of this backup and gives what Ana is told. */
async function refused(backup: string): Promise<string> {
  await journey.openForm(journey.ana);
  await journey.send(journey.ana, { backup });
  return told(journey);
}

describe('the form of a restore', () => {
  it('opens at once, is filled with the newest complete backup, and finds others by what is typed', async () => {
    journey = await restoreJourney();
    const { slack, ana } = journey;
    const first = journey.haveBackup();
    const partial = journey.haveBackup({ 'circleci-backup:outcome': 'partial' });
    const noted = journey.haveBackup({ 'circleci-backup:note': 'before the upgrade' });
    const view = await journey.openForm(ana);
    expect(JSON.stringify(view.view.blocks)).toContain(noted);
    const values = async (text: string) =>
      (await slack.suggest(ana.id, view, 'circleci-backup:restore-backup', text)).map(({ value }) => value);
    expect((await values('')).sort()).toEqual([first, partial, noted].sort());
    expect(await values('partial')).toEqual([partial]);
    expect(await values('before upgrade')).toEqual([noted]);
    expect(await values('nothing like it')).toEqual([]);
    const subnets = await slack.suggest(ana.id, view, 'circleci-backup:restore-subnet', 'west-1b');
    expect(subnets.map(({ text }) => text)).toEqual([expect.stringContaining('eu-west-1b')]);
  });

  it('keeps what cannot be right, and says why', async () => {
    journey = await restoreJourney();
    journey.haveBackup();
    const { slack, ana } = journey;
    const view = await journey.openForm(ana);
    const typed = (id: string, value: string) => ({ [id]: { [id]: { type: 'plain_text_input', value } } });
    await slack.submit(ana.id, view, { ...typed('host', 'https://ci2/'), ...typed('type', 'big one') });
    expect(slack.views(ana.id).at(-1)?.errors).toEqual({
      host: 'A bare host name, for example ci2.example.com',
      type: 'An instance type, for example m5.2xlarge',
    });
  });

  it('says that a named backup is not there, before anything is chosen', async () => {
    journey = await restoreJourney();
    journey.haveBackup();
    const view = await journey.openForm(journey.ana, 'bk-20260101-0300-zzzz');
    expect(JSON.stringify(view.view.blocks)).toContain(
      'There is no backup bk-20260101-0300-zzzz of this target.',
    );
  });

  it('refuses what cannot be restored: partial, pending, gone, of another region or another target', async () => {
    journey = await restoreJourney();
    journey.haveBackup();
    const partial = journey.haveBackup({ 'circleci-backup:outcome': 'partial' });
    expect(await refused(partial)).toContain(
      'is partial: something of the machine is not in it. Nothing was done.',
    );
    const pending = journey.haveBackup({ 'circleci-backup:outcome': undefined });
    for (const image of journey.ec2.images.values()) {
      if (image.tags['circleci-backup:run'] !== pending) continue;
      const snapshot = journey.ec2.snapshots.get(image.mappings[0]?.snapshotId ?? '');
      if (snapshot !== undefined) Object.assign(snapshot, { state: 'pending', durationMs: 1e12 });
      image.state = 'pending';
    }
    expect(await refused(pending)).toContain(
      'is not finished: EC2 still works on its image. Nothing was done.',
    );
    expect(await refused('bk-20260101-0300-zzzz')).toContain(
      'There is no backup bk-20260101-0300-zzzz in eu-west-1 (any more). Nothing was done.',
    );
    const others = journey.haveBackup({ 'circleci-backup:target': 'stage' });
    expect(await refused(others)).toContain('is a backup of stage, not of prod. Nothing was done.');
    expect(journey.ec2.count('RunInstances')).toBe(0);
    expect(journey.slack.messages(journey.channel.id)).toEqual([]);
    await journey.expectTranscript('restore/form-refused');
  });

  it('refuses an address that the old machine still has, and a test that would not be isolated', async () => {
    journey = await restoreJourney();
    journey.haveBackup();
    const own = journey.old.securityGroups[0]?.groupId ?? '';
    await journey.openForm(journey.ana);
    await journey.send(journey.ana, { options: ['keep-ip'] });
    expect(told(journey)).toContain('The private address 10.20.1.12 is in use by i-0c94f2a8000000001.');
    await journey.openForm(journey.ana);
    await journey.send(journey.ana, { way: 'test', groups: own });
    expect(told(journey)).toContain('belongs to the real machine: a test in it would not be isolated.');
    await journey.expectTranscript('restore/form-impossible');
  });

  it('is for operators', async () => {
    journey = await restoreJourney();
    const { slack, cleo } = journey;
    await journey.say(cleo, 'restore');
    expect(slack.ephemerals(cleo.id).at(-1)?.text).toContain('is for operators');
    expect(slack.views(cleo.id)).toEqual([]);
  });

  it('says what EC2 would refuse before anybody approves it', async () => {
    journey = await restoreJourney();
    journey.haveBackup();
    journey.ec2.denied.add('ec2:RunInstances');
    await journey.openForm(journey.ana);
    await journey.send(journey.ana);
    expect(told(journey)).toContain('lacks ec2:RunInstances');
  });
});
