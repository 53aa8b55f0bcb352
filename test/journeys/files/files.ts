import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { putFile } from '../../../sandbox/machine/disk/disk.ts';
import type { Machine } from '../../../sandbox/machine/machine.ts';
import type { WorldOptions } from '../../../sandbox/world.ts';
import { tempFolder } from '../../store/temp-folder.ts';
import { BEGIN, type Journey, startJourney } from '../journey.ts';
import { skipClock } from '../skip-clock.ts';

export const OBJECTS = '/data/circle/objects';
export const PASSWORD = 'correct-horse-battery-staple';

export interface FilesJourney extends Journey {
  services(): Machine;
  /** `complete`, … of the nth image. */
  outcome(n?: number): string | undefined;
  filesTag(n?: number): string | undefined;
  /** The time goes on by so many days at once. */
  skipDays(days: number): void;
}

/** A journey with objects on the machine's disk, and a repository for them. */
export async function filesJourney(options: WorldOptions = {}): Promise<FilesJourney> {
  const { folder, remove } = tempFolder();
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, `${PASSWORD}\n`);
  const clock = skipClock(300, BEGIN);
  const journey = await startJourney({
    clock,
    ...options,
    env: {
      FILES_PATHS: OBJECTS,
      RESTIC_REPOSITORY: 's3:https://s3.example.com/acme-circleci-files',
      RESTIC_PASSWORD_FILE: passwordFile,
      ...options.env,
    },
  });
  const services = () => {
    const [machine] = [...journey.machines.running.values()];
    if (machine === undefined) throw new Error('no machine runs');
    return machine;
  };
  for (const [name, text] of [
    ['a b', 'one'],
    ["it's", 'two'],
    ['deep/er', 'three'],
  ])
    putFile(services().disk, `${OBJECTS}/${name}`, text ?? '');
  const tags = (n: number) => [...journey.ec2.images.values()][n - 1]?.tags;
  return {
    ...journey,
    async close() {
      await journey.close();
      remove();
    },
    services,
    outcome: (n = 1) => tags(n)?.['circleci-backup:outcome'],
    skipDays: (days) => clock.skipTo(clock.now() + days * 24 * 3_600_000),
    filesTag: (n = 1) => tags(n)?.['circleci-backup:files'],
  };
}
