import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { putFile, removePath, textAt } from '../../../sandbox/machine/disk/disk.ts';
import { type RestoreJourney, restoreJourney } from '../restore/restore.ts';

const NFS = '/mnt/objects';
const FILES = { 'a b': 'one', "it's": 'two', 'deep/er': 'three' };

let journey: RestoreJourney;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'circleci-backup-'));
  writeFileSync(join(folder, 'password'), 'correct-horse-battery-staple\n');
  journey = await restoreJourney({
    env: {
      FILES_PATHS: NFS,
      RESTIC_REPOSITORY: '/backup/files',
      RESTIC_PASSWORD_FILE: join(folder, 'password'),
    },
    machines: {
      timing: { boot: 20_000, replicated: 5_000, appStart: 30_000, appStop: 20_000, noAnswer: 10_000 },
      install: { nfs: { source: 'fs-0123.efs.example.com:/', target: NFS, files: FILES } },
    },
  });
});
afterEach(async () => {
  await journey.close();
  rmSync(folder, { recursive: true });
});

const disk = () => {
  const [machine] = [...journey.machines.running.values()];
  if (machine === undefined) throw new Error('no machine runs');
  return machine.disk;
};
const present = () => Object.keys(FILES).map((name) => textAt(disk(), `${NFS}/${name}`));

describe('a restore of a backup with files on a share', () => {
  it('brings back what was lost there, before CircleCI starts', async () => {
    await journey.backUp();
    removePath(disk(), `${NFS}/deep`);
    putFile(disk(), `${NFS}/it's`, 'TWO');
    putFile(disk(), `${NFS}/new`, 'later');
    await journey.begin({ options: ['nomad', 'cut-over'] });
    await journey.restored();
    expect(present()).toEqual(['one', 'two', 'three']);
    expect(textAt(disk(), `${NFS}/new`)).toBe('later');
    const stages = JSON.stringify(journey.restore().blocks);
    expect(stages.indexOf('Compare what is mounted')).toBeLessThan(stages.indexOf('Bring the files back'));
    expect(stages.indexOf('Bring the files back')).toBeLessThan(stages.indexOf('Start the application'));
    expect(stages).toContain('read again after they were written');
    await journey.expectStory('files/restore');
  });

  it('asks where the snapshot is gone, and goes on without it', async () => {
    await journey.backUp();
    for (const one of journey.machines.repositories.all.values()) one.snapshots = [];
    await journey.begin({ options: ['nomad', 'cut-over'] });
    await journey.says('is not in the repository /backup/files');
    await journey.answer(journey.ben, 'Leave this step out');
    await journey.says('waits for a decision');
    expect(JSON.stringify(journey.restore().blocks)).toContain('The files beside the image stay as they are');
  });

  it('tries again with restic that was damaged, and is whole then', async () => {
    await journey.backUp();
    removePath(disk(), `${NFS}/deep`);
    journey.machines.repositories.fault = 'damaged';
    await journey.begin({ options: ['nomad', 'cut-over'] });
    await journey.says('“Bring the files back” did not succeed');
    delete journey.machines.repositories.fault;
    await journey.answer(journey.ben, 'Try again');
    await journey.restored();
    expect(present()).toEqual(['one', 'two', 'three']);
  });
});
