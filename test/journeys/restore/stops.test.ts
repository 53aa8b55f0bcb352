import type { MachineFaults } from '../../../sandbox/machine/faults.ts';
import { type RestoreJourney, restoreJourney } from './restore.ts';

const HOUR_MS = 3_600_000;

let journey: RestoreJourney;
afterEach(() => journey.close());

interface Fault {
  name: string;
  fault(faults: MachineFaults): void;
  /** What the restore says while it waits in vain. */
  waits?: string | RegExp;
  /** How long an answer of the machine may take; less than usual where one never comes. */
  answerMs?: number;
}

/** A restore on a new machine that has this fault; it stops with a question, and nothing of the old one has changed. */
async function stopped({ fault, waits, answerMs }: Fault): Promise<void> {
  journey = await restoreJourney(answerMs === undefined ? {} : { gateways: { machineAnswerMs: answerMs } });
  const before = journey.oldAsItIs();
  journey.haveBackup();
  journey.machines.nextFaults = fault;
  await journey.begin();
  if (waits !== undefined) {
    await journey.says(waits);
    journey.skip(HOUR_MS);
  }
  await journey.says('waits for a decision');
  expect(JSON.stringify(journey.restore().blocks)).toContain('Try again');
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
  await journey.expectStory(name);
}

const FAULTS: Fault[] = [
  { name: 'ssh-refused', fault: (faults) => Object.assign(faults, { ssh: 'no-key' }) },
  { name: 'ssh-wrong-key', fault: (faults) => Object.assign(faults, { ssh: 'wrong-key' }) },
  {
    name: 'ssh-silent',
    fault: (faults) => Object.assign(faults, { ssh: 'silent' }),
    waits: 'no answer yet',
  },
  {
    name: 'console-missing',
    fault: (faults) => Object.assign(faults, { console: 'no-keys' }),
    waits: 'waiting for the host keys',
  },
  { name: 'console-two-keys', fault: (faults) => Object.assign(faults, { console: 'two-keys' }) },
  { name: 'sudo-password', fault: (faults) => Object.assign(faults, { sudo: 'password' }) },
  { name: 'sudo-absent', fault: (faults) => Object.assign(faults, { sudo: 'absent' }) },
  { name: 'replicatedctl-absent', fault: (faults) => Object.assign(faults, { replicatedctl: 'absent' }) },
  {
    name: 'replicatedctl-garbage',
    fault: (faults) => Object.assign(faults, { replicatedctl: 'garbage' }),
    waits: 'The command “replicatedctl app status” did not answer in a form',
  },
  {
    name: 'replicatedctl-hanging',
    fault: (faults) => Object.assign(faults, { replicatedctl: 'hanging' }),
    waits: 'The command “replicatedctl app status” has not answered',
    answerMs: 5_000,
  },
  {
    name: 'app-never-stops',
    fault: (faults) => Object.assign(faults, { appStop: 'never' }),
    waits: /: stop the application[\s\S]*stopping \(on/,
  },
  {
    name: 'app-never-starts',
    fault: (faults) => Object.assign(faults, { appStart: 'never' }),
    waits: /: start the application[\s\S]*starting \(on/,
  },
  { name: 'service-broken', fault: (faults) => void faults.brokenServices.add('replicated-operator') },
  {
    name: 'file-unreadable',
    fault: (faults) => void faults.unreadable.add('/etc/default/replicated-operator'),
  },
  { name: 'disk-full', fault: (faults) => Object.assign(faults, { diskFull: true }) },
  {
    name: 'web-down',
    fault: (faults) => Object.assign(faults, { web: 'down' }),
    waits: 'does not answer yet',
  },
];

describe('a restore on a new machine stops at what fails, and an abort removes what it made', () => {
  test.each(FAULTS)('$name', async (fault) => {
    await stopped(fault);
    await aborted(`restore/stops-${fault.name}`);
  });
});
