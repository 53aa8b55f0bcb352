import { plannedMachine } from '../../../src/core/approval/planned-machine.ts';
import { removalChanges, whySecondPerson } from '../../../src/core/restore/removal.ts';
import { old } from './orders.ts';

const machine = { ...old, instanceId: 'i-test', name: 'circleci_services (restore rs-1)' };
const planned = { ofRun: 'rs-1', machines: [plannedMachine(machine)] };
const now = { machines: [machine], used: [old] };

describe('between the click and the removal', () => {
  test.each([
    ['nothing changed', now, []],
    ['it is gone already', { ...now, machines: [] }, []],
    ['it was stopped', { ...now, machines: [{ ...machine, state: 'stopped' }] }, []],
    [
      'another machine carries the tag',
      { ...now, machines: [machine, { ...old, instanceId: 'i-pay' }] },
      ['i-pay is there as well, and was not in the plan'],
    ],
    [
      'it has another name, for somebody has put it to use',
      { ...now, machines: [{ ...machine, name: 'circleci_services' }] },
      ['the name of i-test is circleci_services now, and was circleci_services (restore rs-1) in the plan'],
    ],
    ['it is the target’s machine', { ...now, used: [machine] }, ['i-test is the machine of the target now']],
    [
      'a volume was attached to it',
      {
        ...now,
        machines: [{ ...machine, volumes: [...machine.volumes, { volumeId: 'vol-9', device: '/dev/sdz' }] }],
      },
      [
        'what is attached to i-test is vol-1 (/dev/sda1) and vol-9 (/dev/sdz) now, and was vol-1 (/dev/sda1) in the plan',
      ],
    ],
  ])('%s', (_what, found, changes) => {
    expect(removalChanges(planned, found)).toEqual(changes);
  });
});

test.each([
  ['a test’s own machine', {}, 0],
  ['one that was to take over', { way: 'replace' as const }, 1],
  ['one of which the database knows nothing', { way: undefined }, 1],
  ['one of which there are backups', { sources: new Set(['i-test']) }, 1],
  ['one with an Elastic IP', { held: new Map([['i-test', '198.51.100.7']]) }, 1],
  [
    'somebody else’s backups and addresses',
    { sources: new Set(['i-old']), held: new Map([['i-old', '1.2.3.4']]) },
    0,
  ],
])('%s wants a second person: %#', (_what, more, reasons) => {
  const { way, ...facts } = {
    way: 'test' as 'test' | 'replace' | undefined,
    sources: new Set<string>(),
    held: new Map<string, string>(),
    ...more,
  };
  expect(whySecondPerson(planned, { ...(way === undefined ? {} : { way }), ...facts })).toHaveLength(reasons);
});
