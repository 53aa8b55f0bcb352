import type { MachineFaults } from '../../src/sandbox/machine/faults.ts';
import { type RestoreJourney, restoreJourney } from './restore.ts';

const HOUR_MS = 3_600_000;

let journey: RestoreJourney;
afterEach(() => journey.close());

/** A restore on a new machine that has this fault; it stops with a question, and nothing of the old one has changed. */
async function stopped(fault: (faults: MachineFaults) => void, waits?: string | RegExp): Promise<void> {
  journey = await restoreJourney();
  const before = journey.oldAsItIs();
  journey.haveBackup();
  journey.machines.nextFaults = fault;
  await journey.begin();
  if (waits !== undefined) {
    await journey.says(waits);
    journey.skip(HOUR_MS);
  }
  await journey.says('waits for a decision');
  expect(journey.oldAsItIs()).toEqual(before);
}

/** Everything that the restore made is gone. */
async function aborted(name: string): Promise<void> {
  const before = journey.oldAsItIs();
  await journey.answer(journey.ben, 'Abort');
  await journey.restored();
  expect(journey.launched()).toEqual([]);
  const volumes = [...journey.ec2.volumes.values()];
  expect(volumes.filter(({ tags }) => tags['circleci-backup:run']?.startsWith('rs-'))).toEqual([]);
  expect(journey.oldAsItIs()).toEqual(before);
  journey.expectStory(name);
}

/** What is wrong with the machine, and what the restore says while it waits in vain. */
const FAULTS: [name: string, fault: (faults: MachineFaults) => void, waits?: string | RegExp][] = [
  ['ssh-refused', (faults) => Object.assign(faults, { ssh: 'no-key' })],
  ['ssh-wrong-key', (faults) => Object.assign(faults, { ssh: 'wrong-key' })],
  ['ssh-silent', (faults) => Object.assign(faults, { ssh: 'silent' }), 'no answer yet'],
  ['console-missing', (faults) => Object.assign(faults, { console: 'no-keys' }), 'waiting for the host keys'],
  ['sudo-password', (faults) => Object.assign(faults, { sudo: 'password' })],
  ['sudo-absent', (faults) => Object.assign(faults, { sudo: 'absent' })],
  ['replicatedctl-absent', (faults) => Object.assign(faults, { replicatedctl: 'absent' })],
  [
    'replicatedctl-garbage',
    (faults) => Object.assign(faults, { replicatedctl: 'garbage' }),
    'stop the application',
  ],
  [
    'app-never-stops',
    (faults) => Object.assign(faults, { appStop: 'never' }),
    /: stop the application[\s\S]*stopping \(on/,
  ],
  [
    'app-never-starts',
    (faults) => Object.assign(faults, { appStart: 'never' }),
    /: start the application[\s\S]*starting \(on/,
  ],
  ['service-broken', (faults) => void faults.brokenServices.add('replicated-operator')],
  ['file-unreadable', (faults) => void faults.unreadable.add('/etc/default/replicated-operator')],
  ['web-down', (faults) => Object.assign(faults, { web: 'down' }), 'does not answer yet'],
];

describe('a restore on a new machine stops at what fails, and an abort removes what it made', () => {
  test.each(FAULTS.map(([name, fault, waits]) => ({ name, fault, waits })))(
    '$name',
    async ({ name, fault, waits }) => {
      await stopped(fault, waits);
      await aborted(`restore-stops-${name}`);
    },
  );
});
