import { type CatalogueEntry, isComplete } from '../../../src/core/catalogue/entry.ts';
import {
  type BegunDeletion,
  isLaunchOf,
  judged,
  type KnownMachine,
  launchDoubt,
  madeFor,
  orphanDoubt,
  ownMachines,
  unprovenInWords,
  volumeDoubt,
} from '../../../src/core/catalogue/proof.ts';
import type { InstanceFacts } from '../../../src/core/model/instance.ts';
import type { InstanceSelector } from '../../../src/core/model/target.ts';
import { backup } from '../retention/entries.ts';

const BY_TAG: InstanceSelector = { by: 'tag', key: 'Name', value: 'circleci' };
const RESTORE = 'rs-20261123-0314-x4qz';

function machine(instanceId: string, more: Partial<InstanceFacts> = {}): InstanceFacts {
  return { instanceId, state: 'running', type: 'm5.large', securityGroupIds: [], volumes: [], ...more };
}

const known = (instanceId: string, target = 'prod', selector = 'tag Name=circleci'): KnownMachine => ({
  instanceId,
  target,
  region: 'eu-west-1',
  selector,
});

/** An account as EC2 shows it; `tagged` are the machines that the selector's tag is on. */
interface Account {
  machines: InstanceFacts[];
  tagged: string[];
  entries?: CatalogueEntry[];
  known?: KnownMachine[];
  instance?: InstanceSelector;
}

async function own({ machines, tagged, entries = [], known: learned = [], instance = BY_TAG }: Account) {
  const found = await ownMachines({ name: 'prod', instance }, entries, learned, async (selector) =>
    machines.filter(({ instanceId }) =>
      selector.by === 'id' ? instanceId === selector.id : tagged.includes(instanceId),
    ),
  );
  return {
    own: [...found.ids].sort(),
    inherited: [...found.inherited].sort(),
    stranger: found.stranger?.instanceId,
    found,
  };
}

const nobody = { inherited: [], stranger: undefined };
const OF_A = backup('2026-10-01T03:00:00Z', { imageId: 'ami-a', sourceInstanceId: 'i-a' });
const OF_B = backup('2026-10-08T03:00:00Z', { imageId: 'ami-b', sourceInstanceId: 'i-b' });

describe('the machines of a target', () => {
  test.each<[string, Account, object]>([
    [
      'a new database believes the tag',
      { machines: [machine('i-a')], tagged: ['i-a'] },
      { own: ['i-a'], ...nobody },
    ],
    [
      'a setting by id is believed, whether EC2 shows it or not',
      { machines: [], tagged: [], instance: { by: 'id', id: 'i-a' } },
      { own: ['i-a'], ...nobody },
    ],
    [
      'a known machine stays one when it is gone, and so does the tag',
      { machines: [], tagged: [], known: [known('i-a')] },
      { own: ['i-a'], ...nobody },
    ],
    [
      'a machine that ended is shown by EC2 for a while',
      { machines: [machine('i-a', { state: 'terminated' })], tagged: ['i-a'], entries: [OF_A] },
      { own: ['i-a'], ...nobody },
    ],
    [
      'a tag on another one that ended says nothing',
      { machines: [machine('i-z', { state: 'terminated' })], tagged: ['i-z'], known: [known('i-a')] },
      { own: ['i-a'], ...nobody },
    ],
    [
      'machine and database gone: nobody knows',
      { machines: [], tagged: [], entries: [OF_A] },
      { own: [], ...nobody },
    ],
    [
      'a tag that moved leads to a stranger',
      { machines: [machine('i-a'), machine('i-payroll')], tagged: ['i-payroll'], known: [known('i-a')] },
      { own: ['i-a'], inherited: [], stranger: 'i-payroll' },
    ],
    [
      'also while the own machine is stopped and has it too',
      {
        machines: [machine('i-a', { state: 'stopped' }), machine('i-payroll')],
        tagged: ['i-a', 'i-payroll'],
        known: [known('i-a')],
      },
      { own: ['i-a'], inherited: [], stranger: 'i-payroll' },
    ],
    [
      'a tag that two running machines have says nothing',
      {
        machines: [machine('i-a'), machine('i-payroll')],
        tagged: ['i-a', 'i-payroll'],
        known: [known('i-a')],
      },
      { own: ['i-a'], ...nobody },
    ],
    [
      'nor does it to a new database',
      { machines: [machine('i-a'), machine('i-payroll')], tagged: ['i-a', 'i-payroll'] },
      { own: [], ...nobody },
    ],
    [
      'a tag cannot make another target’s machine its own',
      { machines: [machine('i-lab')], tagged: ['i-lab'], known: [known('i-lab', 'lab', 'tag Name=lab')] },
      { own: [], inherited: [], stranger: 'i-lab' },
    ],
    [
      'another setting is the administrator’s word',
      {
        machines: [machine('i-a'), machine('i-b')],
        tagged: ['i-b'],
        known: [known('i-a', 'prod', 'tag Name=old')],
      },
      { own: ['i-a', 'i-b'], ...nobody },
    ],
    [
      'a machine that was launched by hand from a backup of the known one, which is stopped',
      {
        machines: [machine('i-a', { state: 'stopped' }), machine('i-b', { imageId: 'ami-a' })],
        tagged: ['i-b'],
        entries: [OF_A],
        known: [known('i-a')],
      },
      { own: ['i-a', 'i-b'], ...nobody },
    ],
    [
      'not while the known one runs: that would be a copy of it',
      {
        machines: [machine('i-a'), machine('i-b', { imageId: 'ami-a' })],
        tagged: ['i-b'],
        entries: [OF_A],
        known: [known('i-a')],
      },
      { own: ['i-a'], inherited: [], stranger: 'i-b' },
    ],
    [
      'nor from an image that is not proven',
      {
        machines: [machine('i-b', { imageId: 'ami-a' })],
        tagged: ['i-b'],
        entries: [{ ...OF_A, doubts: [{ code: 'public' }] }],
        known: [known('i-a')],
      },
      { own: ['i-a'], inherited: [], stranger: 'i-b' },
    ],
    [
      'restored twice, both replaced machines stopped, the database lost',
      {
        machines: [
          machine('i-a', { state: 'stopped' }),
          machine('i-b', { state: 'stopped', imageId: 'ami-a', clientToken: `${RESTORE}-2` }),
          machine('i-c', { imageId: 'ami-b', clientToken: RESTORE }),
        ],
        tagged: ['i-c'],
        entries: [OF_A, OF_B],
      },
      { own: ['i-c'], inherited: ['i-a', 'i-b'], stranger: undefined },
    ],
    [
      'restored twice, the machine in between terminated long ago: the chain ends there',
      {
        machines: [machine('i-c', { imageId: 'ami-b', clientToken: RESTORE })],
        tagged: ['i-c'],
        entries: [OF_A, OF_B],
      },
      { own: ['i-c'], inherited: ['i-b'], stranger: undefined },
    ],
    [
      'a copy of somebody’s running machine inherits nothing',
      {
        machines: [machine('i-a'), machine('i-c', { imageId: 'ami-a', clientToken: RESTORE })],
        tagged: ['i-c'],
        entries: [OF_A],
      },
      { own: ['i-c'], ...nobody },
    ],
    [
      'nor does one that was launched by hand',
      {
        machines: [machine('i-c', { imageId: 'ami-a', clientToken: 'terraform-1' })],
        tagged: ['i-c'],
        entries: [OF_A],
      },
      { own: ['i-c'], ...nobody },
    ],
  ])('%s', async (_what, account, expected) => {
    const { found: _found, ...seen } = await own(account);
    expect(seen).toEqual(expected);
  });
});

describe('the backups of a target', () => {
  test('two installations with one name: the other’s are not counted, and it is said', async () => {
    const others = [1, 2, 3, 4].map((day) =>
      backup(`2026-11-0${day}T03:00:00Z`, { sourceInstanceId: 'i-other' }),
    );
    const { found } = await own({ machines: [machine('i-a')], tagged: ['i-a'] });
    const entries = judged([OF_A, ...others], 'prod', found);
    expect(entries.filter(isComplete).map(({ imageId }) => imageId)).toEqual(['ami-a']);
    expect(unprovenInWords('prod', entries, found)).toEqual([
      '4 backups of another machine (i-other) carry the name of prod: not counted, left alone.',
    ]);
  });

  test('what the database knows to be partial is not complete by a tag', () => {
    const bad = {
      backupId: 'bk',
      imageId: 'ami-a',
      target: 'prod',
      region: 'eu-west-1',
      outcome: 'partial',
    } as const;
    const entries = judged([OF_A, OF_B], 'prod', { ids: new Set(['i-a', 'i-b']), inherited: new Set() }, [
      bad,
    ]);
    expect(entries.map(isComplete)).toEqual([false, true]);
  });

  test('a copy of an image, and a tag that leads elsewhere, are said too', async () => {
    const { found } = await own({
      machines: [machine('i-a'), machine('i-payroll', { name: 'payroll-db' })],
      tagged: ['i-payroll'],
      known: [known('i-a')],
    });
    const { sourceInstanceId: _none, ...rest } = OF_B;
    const copy: CatalogueEntry = { ...rest, doubts: [{ code: 'source-unknown', claimed: 'i-a' }] };
    expect(unprovenInWords('prod', judged([OF_A, copy], 'prod', found), found)).toEqual([
      '1 image without proof carries the name of prod: not counted, left alone.',
      'The tag of prod leads to i-payroll (payroll-db), which is neither i-a nor restored from its backups: left alone.',
    ]);
  });
});

test.each([
  [RESTORE, true],
  [`${RESTORE}-1`, true],
  [`${RESTORE}-12`, true],
  [`${RESTORE}-1x`, false],
  [`${RESTORE}x`, false],
  [`x${RESTORE}`, false],
  ['', false],
  [undefined, false],
])('launched for the run: %s is %s', (clientToken, expected) => {
  expect(isLaunchOf(RESTORE, clientToken)).toBe(expected);
});

test.each<[string, Partial<InstanceFacts>, string | undefined]>([
  ['what the run launched', { clientToken: RESTORE, imageId: 'ami-a' }, undefined],
  [
    'a production machine with the run’s tag',
    {},
    `it carries the tag of ${RESTORE}, but EC2 launched it for something else`,
  ],
  [
    'a machine of another image',
    { clientToken: RESTORE, imageId: 'ami-z' },
    'EC2 launched it from ami-z, not from ami-a',
  ],
  [
    'the machine that a target uses',
    { clientToken: RESTORE, imageId: 'ami-a', instanceId: 'i-used' },
    'it is used',
  ],
])('%s is terminated or left alone', (_what, more, expected) => {
  const neverThese = new Map([['i-used', 'it is used']]);
  expect(launchDoubt(machine('i-1', more), { runId: RESTORE, imageId: 'ami-a', neverThese })).toBe(expected);
});

const AT = Date.UTC(2026, 10, 23, 3, 14);
const UNPROVEN = 'nothing but its tag says that the run made it';

test.each<[string, Partial<Parameters<typeof volumeDoubt>[0]>, string | undefined]>([
  [
    'of a machine that was there when it was written down',
    { volumeId: 'vol-noted', createdAt: 0 },
    undefined,
  ],
  ['made at the launch, of the image', {}, undefined],
  ['of the image, made days later', { createdAt: AT + 86_400_000 }, UNPROVEN],
  ['made at the launch, of something else', { snapshotId: 'snap-z' }, UNPROVEN],
  ['of production', { createdAt: 0, snapshotId: 'snap-z' }, UNPROVEN],
  ['attached to what the run launched', { instanceId: 'i-1', createdAt: AT + 86_400_000 }, undefined],
  [
    'somebody’s, attached to what the run launched',
    { instanceId: 'i-1', createdAt: 0, snapshotId: 'snap-z' },
    UNPROVEN,
  ],
  [
    'attached elsewhere, even where it was written down',
    { volumeId: 'vol-noted', instanceId: 'i-prod' },
    `it is attached to i-prod, which ${RESTORE} did not launch`,
  ],
])('a volume with the run’s tag: %s', (_what, more, expected) => {
  const volume = { volumeId: 'vol-1', state: 'available', zone: 'eu-west-1a', bytes: 1, tags: {} };
  const proof = {
    runId: RESTORE,
    recorded: new Set(['vol-noted']),
    launches: [{ instanceId: 'i-1', launchedAt: AT }],
    snapshotIds: new Set(['snap-a']),
  };
  expect(volumeDoubt({ ...volume, snapshotId: 'snap-a', createdAt: AT + 2_000, ...more }, proof)).toBe(
    expected,
  );
});

test.each([
  ['Created by CreateImage(i-0abc) for ami-0def', { instanceId: 'i-0abc', imageId: 'ami-0def' }],
  ['Created by CreateImage(i-0abc) for ami-0def from vol-012', { instanceId: 'i-0abc', imageId: 'ami-0def' }],
  ['Copied for DestinationAmi ami-1 from SourceAmi ami-2 for SourceSnapshot snap-3.', undefined],
  ['see: Created by CreateImage(i-0abc) for ami-0def', undefined],
  ['Created by CreateImage(i-0abc) for ami-0def and more', undefined],
  ['', undefined],
])('EC2’s description “%s”', (text, expected) => {
  expect(madeFor(text)).toEqual(expected);
});

const BEGUN: BegunDeletion = {
  imageId: 'ami-1',
  backupId: 'bk-1',
  target: 'prod',
  region: 'eu-west-1',
  snapshotIds: ['snap-1'],
};
const MINE = { instanceId: 'i-a', imageId: 'ami-1' };

test.each<[string, Parameters<typeof orphanDoubt>[0], BegunDeletion[], string | undefined]>([
  ['of a deletion that was begun', { snapshotId: 'snap-1', madeFor: MINE }, [BEGUN], undefined],
  ['an old one, without EC2’s words', { snapshotId: 'snap-1' }, [BEGUN], undefined],
  [
    'of another image, though it was written down',
    { snapshotId: 'snap-1', madeFor: { ...MINE, imageId: 'ami-2' } },
    [BEGUN],
    'EC2 made it for ami-2, not for ami-1',
  ],
  [
    'of a backup of the machine, the database lost',
    { snapshotId: 'snap-1', madeFor: MINE },
    [],
    'EC2 made it of i-a for ami-1, and I know of no backup of mine with that image',
  ],
  [
    'a copy with all tags',
    { snapshotId: 'snap-2' },
    [BEGUN],
    'nothing but its tags says that it was part of a backup of mine',
  ],
  [
    'one that AWS Backup has taken over',
    { snapshotId: 'snap-1', madeFor: MINE, otherTool: 'aws:backup:source-resource' },
    [BEGUN],
    'it carries another tool’s tag aws:backup:source-resource',
  ],
])('a snapshot without an image: %s', (_what, snapshot, deletions, expected) => {
  expect(orphanDoubt(snapshot, deletions)).toBe(expected);
});
