import { removePath } from '../../../sandbox/machine/disk/disk.ts';
import { type FilesJourney, filesJourney, OBJECTS, PASSWORD } from './files.ts';

let journey: FilesJourney;
afterEach(() => journey.close());

const snapshots = () => [...journey.machines.repositories.all.values()].flatMap((one) => one.snapshots);
const shown = () => JSON.stringify(journey.runMessages().map(({ text, blocks }) => [text, blocks]));
/** What the channel shows, without what only Ana saw. How far restic was when it ended is chance. */
const channel = (transcript: string) =>
  transcript.slice(0, transcript.indexOf('\nOnly Ana')).replace(/N %, \d+ B of/g, 'N %, SOME of');

async function backup(): Promise<void> {
  const runs = journey.runMessages().length;
  await journey.say(journey.ana, 'now');
  await journey.ended(runs + 1);
}

/** Begins one that takes its time, and comes back when restic is at work on the machine. */
async function begin(): Promise<void> {
  journey = await filesJourney({ machines: { timing: { restic: 15 * 60_000 } } });
  await journey.say(journey.ana, 'now');
  await journey.until('restic is at work', () => /"details".{0,200}?\d+ %, /.test(shown()));
}

describe('a backup with files', () => {
  it('is one backup: the image and restic’s snapshot, found again by its tag', async () => {
    journey = await filesJourney();
    await backup();
    const [snapshot, ...more] = snapshots();
    expect(more).toEqual([]);
    expect(snapshot).toMatchObject({ host: 'prod', tags: [`run=${journey.runId()}`], count: 3, bytes: 11 });
    expect(journey.outcome()).toBe('complete');
    expect(journey.filesTag()).toMatch(new RegExp(`^${snapshot?.id} [0-9a-f]{10} 3 11$`));
    expect(journey.log.join() + journey.transcript()).not.toContain(PASSWORD);
    journey.expectTranscript('files/complete');
  });

  it.each<[name: string, outcome: string, fault: () => void]>([
    ['restic-missing', 'partial', () => Object.assign(journey.services().faults, { restic: 'missing' })],
    ['restic-old', 'partial', () => Object.assign(journey.services().faults, { restic: 'old' })],
    ['unreachable', 'partial', () => Object.assign(journey.machines.repositories, { fault: 'unreachable' })],
    ['full', 'partial', () => Object.assign(journey.machines.repositories, { fault: 'full' })],
    ['unreadable', 'partial', () => void journey.services().faults.unreadable.add(`${OBJECTS}/it's`)],
    ['path-missing', 'partial', () => removePath(journey.services().disk, OBJECTS)],
    ['ssh-refused', 'partial', () => Object.assign(journey.services().faults, { ssh: 'refused' })],
  ])('says it where it cannot be whole: %s', async (name, outcome, fault) => {
    journey = await filesJourney();
    fault();
    await backup();
    expect(journey.outcome()).toBe(outcome);
    journey.expectTranscript(`files/${name}`, channel);
  });

  it('is partial where the repository has another password', async () => {
    journey = await filesJourney();
    await backup();
    for (const one of journey.machines.repositories.all.values()) one.password = 'another one';
    await backup();
    expect([journey.outcome(1), journey.outcome(2)]).toEqual(['complete', 'partial']);
    expect(shown()).toContain('did not take the password');
  });

  it('is partial where the folder is empty that had files', async () => {
    journey = await filesJourney();
    await backup();
    for (const name of ['a b', "it's", 'deep']) removePath(journey.services().disk, `${OBJECTS}/${name}`);
    await backup();
    expect(journey.outcome(2)).toBe('partial');
    journey.expectTranscript('files/gone', channel);
  });

  it('tells of a loss, and goes on', async () => {
    journey = await filesJourney();
    await backup();
    removePath(journey.services().disk, `${OBJECTS}/deep`);
    removePath(journey.services().disk, `${OBJECTS}/a b`);
    await backup();
    expect(journey.outcome(2)).toBe('complete');
    expect(shown()).toContain('The files have become far fewer: 1 file of 3 B');
  });

  it('waits for the living and says who it is; it never takes their lock away', async () => {
    journey = await filesJourney();
    await backup();
    const [repository] = journey.machines.repositories.all.values();
    const lock = { id: 'a'.repeat(64), hostname: 'ci-other', pid: 7, exclusive: true };
    repository?.locks.push({
      ...lock,
      // Renewed for as long as it lives.
      get at() {
        return journey.clock.now();
      },
    });
    await backup();
    expect(repository?.locks).toHaveLength(1);
    expect(journey.outcome(2)).toBe('partial');
    journey.expectTranscript('files/locked', channel);
  });

  it('takes away a lock of the dead once it is 30 minutes old', async () => {
    journey = await filesJourney();
    await backup();
    const [repository] = journey.machines.repositories.all.values();
    const at = journey.clock.now() - 31 * 60_000;
    repository?.locks.push({ id: 'a'.repeat(64), hostname: 'ci-old', pid: 7, exclusive: true, at });
    await backup();
    expect(repository?.locks).toEqual([]);
    expect(journey.outcome(2)).toBe('complete');
  });

  it.each([
    ['killed by the kernel', () => journey.services().killBackground('KILL')],
    ['gone with whoever waited for it', () => journey.services().killBackground('vanish')],
    [
      'on a machine that was restarted',
      () => {
        const { instanceId } = journey.services();
        journey.ec2.stopInstance(instanceId);
        journey.ec2.startInstance(instanceId);
      },
    ],
    [
      'behind a connection that is cut',
      () => void journey.services().faults.drops.push({ command: /alive/, when: 'after' }),
    ],
  ])('goes on with restic %s', async (_what, fault) => {
    await begin();
    fault();
    await journey.ended();
    expect(journey.outcome()).toBe('complete');
    expect(snapshots()).toHaveLength(1);
  });

  it('stops restic itself where somebody cancels', async () => {
    await begin();
    await journey.say(journey.ana, `cancel ${journey.runId()}`);
    await journey.ended();
    expect(journey.outcome()).toBe('failed');
    expect(snapshots()).toEqual([]);
    const [repository] = journey.machines.repositories.all.values();
    expect(repository?.locks).toEqual([]);
    journey.expectTranscript('files/canceled', channel);
  });

  it('goes on in the next process, and starts nothing twice', async () => {
    await begin();
    await journey.stopBot();
    await journey.startBot();
    await journey.ended();
    expect(journey.outcome()).toBe('complete');
    expect(snapshots()).toHaveLength(1);
  });
});
