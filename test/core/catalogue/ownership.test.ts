import { imageTags } from '../../../src/core/catalogue/backup-tags.ts';
import { type Doubt, doubtInWords, isOnlyUnproven } from '../../../src/core/catalogue/ownership.ts';
import { parseEntry } from '../../../src/core/catalogue/parse-entry.ts';
import { imageName, TAG } from '../../../src/core/catalogue/tags.ts';
import type { ImageFacts } from '../../../src/core/model/image.ts';
import { imageFacts } from '../../../src/gateways/ec2/facts.ts';

const RUN = 'bk-20261001-0315-x4qz';
const MACHINE = 'i-0123456789abcdef0';

function image(change: Partial<ImageFacts> = {}, tags: Record<string, string | undefined> = {}): ImageFacts {
  const written: Record<string, string | undefined> = {
    ...imageTags({
      runId: RUN,
      target: 'prod',
      mode: 'live',
      createdAt: Date.parse('2026-10-01T03:15:00Z'),
      requester: { schedule: 'nightly', slot: Date.parse('2026-10-01T03:15:00Z') },
      instance: {
        instanceId: MACHINE,
        state: 'running',
        type: 'm5.large',
        securityGroupIds: [],
        volumes: [{ volumeId: 'vol-1', device: '/dev/sda1' }],
      },
    }),
    ...tags,
  };
  return {
    imageId: 'ami-1',
    name: imageName('prod', RUN),
    state: 'available',
    sourceInstanceId: MACHINE,
    tags: Object.fromEntries(
      Object.entries(written).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
    mappings: [],
    ...change,
  };
}

function doubts(facts: ImageFacts): string[] {
  return parseEntry(facts)?.doubts.map(doubtInWords) ?? ['no backup at all'];
}

test('an image as the bot makes it is ours, and its schedule is known', () => {
  expect(doubts(image())).toEqual([]);
  expect(parseEntry(image())?.schedule).toBe('nightly');
  expect(parseEntry(image({}, { [TAG.schedule]: undefined }))).not.toHaveProperty('schedule');
});

test('tags that the bot adds later take nothing away', () => {
  const later = {
    [TAG.outcome]: 'complete',
    [TAG.held]: 'U1: before the upgrade',
    [TAG.disabledAt]: '2026-10-08T03:15:00.000Z',
    Department: 'somebody else may tag too',
  };
  const entry = parseEntry(image({ isProtected: true }, later));
  expect(entry).toMatchObject({
    doubts: [],
    held: true,
    heldBy: 'U1: before the upgrade',
    disabledAt: Date.parse('2026-10-08T03:15:00Z'),
    isProtected: true,
  });
});

test.each([TAG.run, TAG.target, TAG.sourceInstance])(
  'without %s it is found by its name, and said; under another name it is no backup at all',
  (tag) => {
    const facts = image({}, { [tag]: undefined });
    expect(doubts(facts)).toEqual([`its tag ${tag} was removed`]);
    expect(parseEntry(facts)).toMatchObject({ backupId: RUN, target: 'prod', sourceInstanceId: MACHINE });
    expect(isOnlyUnproven(parseEntry(facts)?.doubts ?? [])).toBe(true);
    expect(doubts({ ...facts, name: 'golden-image' })).toEqual(['no backup at all']);
  },
);

test('without any tag it is what its name says, as far as EC2 agrees', () => {
  const bare = { ...image({ createdAt: '2026-10-01T03:15:00Z' }), tags: {} };
  expect(parseEntry(bare)).toMatchObject({ backupId: RUN, target: 'prod', sourceInstanceId: MACHINE });
  expect(doubts(bare)).toEqual([
    `its tags ${TAG.run}, ${TAG.target} and ${TAG.sourceInstance} were removed`,
    `${TAG.mode} and ${TAG.createdAt} are missing or unreadable`,
  ]);
  expect(isOnlyUnproven(parseEntry(bare)?.doubts ?? [])).toBe(true);
  const { sourceInstanceId: _none, ...copy } = bare;
  expect(doubts(copy)).toContain('neither its tags nor EC2 say which machine it was made from');
});

test.each([
  'circleci-backup/prod',
  'circleci-backup/prod/bk-1/2',
  'my/circleci-backup/prod/bk-1',
  'circleci-backup//bk-1',
])('a name like “%s” is none of ours', (name) => {
  expect(doubts({ ...image({ createdAt: '2026-10-01T03:15:00Z', name }), tags: {} })).toEqual([
    'no backup at all',
  ]);
});

test.each<[string, ImageFacts, string]>([
  ['a missing mode', image({}, { [TAG.mode]: undefined }), 'circleci-backup:mode is missing or unreadable'],
  ['an unknown mode', image({}, { [TAG.mode]: 'fast' }), 'circleci-backup:mode is missing or unreadable'],
  [
    'a missing time',
    image({ createdAt: '2026-10-01T03:15:00Z' }, { [TAG.createdAt]: undefined }),
    'circleci-backup:created-at is missing or unreadable',
  ],
  [
    'tags copied to an image of another name',
    image({ name: 'golden-image' }),
    `its name is “golden-image”, mine would be “circleci-backup/prod/${RUN}”`,
  ],
  [
    'a target edited by hand',
    image({}, { [TAG.target]: 'staging' }),
    `its name is “circleci-backup/prod/${RUN}”, mine would be “circleci-backup/staging/${RUN}”`,
  ],
  [
    'tags copied to an image of another machine',
    image({ sourceInstanceId: 'i-9' }),
    `its tags say it was made from ${MACHINE}, EC2 says from i-9`,
  ],
  [
    'a source machine edited by hand',
    image({}, { [TAG.sourceInstance]: 'i-9' }),
    `its tags say it was made from i-9, EC2 says from ${MACHINE}`,
  ],
  ['an image of AWS Backup', image({ ownerAlias: 'aws-backup-vault' }), 'it belongs to aws-backup-vault'],
  [
    'an image that AWS Backup made and tagged',
    image({}, { 'aws:backup:source-resource': 'arn:aws:ec2:…' }),
    'it carries another tool’s tag aws:backup:source-resource',
  ],
  [
    'an image of the Data Lifecycle Manager',
    image({}, { 'aws:dlm:lifecycle-policy-id': 'policy-1' }),
    'it carries another tool’s tag aws:dlm:lifecycle-policy-id',
  ],
  ['a public image', image({ isPublic: true }), 'it is public'],
])('%s is not ours', (_name, facts, words) => {
  expect(doubts(facts)).toEqual([words]);
});

test('a copy of an image, which has no source machine, is not ours', () => {
  const copy = image();
  delete copy.sourceInstanceId;
  expect(doubts(copy)).toEqual([`its tags say it was made from ${MACHINE}, EC2 does not`]);
});

test('EC2’s answer carries what ownership is judged by', () => {
  expect(
    imageFacts({
      ImageId: 'ami-1',
      ImageOwnerAlias: 'aws-backup-vault',
      Public: true,
      DeregistrationProtection: 'enabled-with-cooldown',
    }),
  ).toMatchObject({ ownerAlias: 'aws-backup-vault', isPublic: true, isProtected: true });
  const plain = imageFacts({ ImageId: 'ami-1', Public: false, DeregistrationProtection: 'disabled' });
  expect(Object.keys(plain)).not.toEqual(expect.arrayContaining(['ownerAlias']));
  expect(plain.isPublic ?? plain.isProtected).toBeUndefined();
});

test.each<[string, string | undefined, string | undefined, string]>([
  [
    'asked for a little before the image',
    '2026-10-01T03:15:00Z',
    '2026-10-01T03:15:20Z',
    '2026-10-01T03:15:00Z',
  ],
  [
    'a tag that makes an old backup young',
    '2026-11-23T03:15:00Z',
    '2026-10-01T03:15:20Z',
    '2026-10-01T03:15:20Z',
  ],
  [
    'a bot whose clock was a day behind',
    '2026-09-30T03:15:00Z',
    '2026-10-01T03:15:20Z',
    '2026-10-01T03:15:20Z',
  ],
  [
    'a bot whose clock was a day ahead',
    '2026-10-02T03:15:00Z',
    '2026-10-01T03:15:20Z',
    '2026-10-01T03:15:20Z',
  ],
  ['a damaged tag', 'yesterday', '2026-10-01T03:15:20Z', '2026-10-01T03:15:20Z'],
  ['nothing of EC2', '2026-10-01T03:15:00Z', undefined, '2026-10-01T03:15:00Z'],
])('the time of a backup: %s', (_what, tag, createdAt, expected) => {
  const facts = image(createdAt === undefined ? {} : { createdAt }, { [TAG.createdAt]: tag });
  expect(parseEntry(facts)?.createdAt).toBe(Date.parse(expected));
});

test('a backup of a machine that is not known, and a copy of an image, may be restored with the reason; nothing else may', () => {
  const source = { code: 'other-machine', source: 'i-9', target: 'prod' } as const;
  const copy = { code: 'source-unknown', claimed: MACHINE } as const;
  const name = { code: 'name-differs', name: 'copy', expected: 'x' } as const;
  const stripped: Doubt = { code: 'tags-removed', tags: ['x'] };
  const missing: Doubt = { code: 'tags-missing', tags: ['y'] };
  expect([[source], [copy], [copy, name], [stripped, missing]].map(isOnlyUnproven)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(
    [
      [],
      [name],
      [missing],
      [source, name],
      [copy, { code: 'public' } as const],
      [{ code: 'other-tool', tag: 'aws:backup:x' } as const],
    ].map(isOnlyUnproven),
  ).toEqual([false, false, false, false, false, false]);
});
