import { type BackupRecord, byRecord } from '../../../src/core/catalogue/backup-record.ts';
import { type CatalogueEntry, isComplete } from '../../../src/core/catalogue/entry.ts';
import { judged, unprovenInWords } from '../../../src/core/catalogue/proof.ts';
import { backup } from '../retention/entries.ts';

const OF_A = backup('2026-10-01T03:00:00Z', {
  imageId: 'ami-a',
  sourceInstanceId: 'i-a',
  schedule: 'nightly',
  outcome: 'complete',
});
const RECORD: BackupRecord = {
  backupId: OF_A.backupId,
  imageId: 'ami-a',
  target: 'prod',
  region: 'eu-west-1',
};
const MADE: BackupRecord = { ...RECORD, isMade: true, schedule: 'nightly', outcome: 'complete' };

/** An entry whose tags say this; undefined takes one off. */
function said(change: { [K in keyof CatalogueEntry]?: CatalogueEntry[K] | undefined }): CatalogueEntry {
  return Object.fromEntries(
    Object.entries({ ...OF_A, ...change }).filter(([, value]) => value !== undefined),
  ) as unknown as CatalogueEntry;
}

test('what says the same is as it was', () => {
  expect(byRecord(OF_A, MADE)).toEqual(OF_A);
  expect(byRecord(OF_A, undefined)).toBe(OF_A);
});

test.each<[string, CatalogueEntry, BackupRecord, Partial<CatalogueEntry>, string[]]>([
  [
    'a good one whose outcome was taken off',
    said({ outcome: undefined }),
    MADE,
    { outcome: 'complete' },
    ['its tags say nothing of how it ended'],
  ],
  [
    'a good one that is said to have failed',
    said({ outcome: 'failed', isCanceled: true }),
    MADE,
    { outcome: 'complete' },
    ['its tags say failed'],
  ],
  [
    'a bad one that is said to be good',
    OF_A,
    { ...MADE, outcome: 'partial' },
    { outcome: 'partial' },
    ['its tags say complete'],
  ],
  [
    'a schedule that was changed',
    said({ schedule: 'hourly' }),
    MADE,
    { schedule: 'nightly' },
    ['its tags say it is of hourly'],
  ],
  [
    'a schedule that was taken off',
    said({ schedule: undefined }),
    MADE,
    { schedule: 'nightly' },
    ['its tags say it is of no schedule'],
  ],
  [
    'a hold that was taken off',
    OF_A,
    { ...RECORD, heldBy: 'UANA the upgrade' },
    { held: true, heldBy: 'UANA the upgrade' },
    ['its tags say nothing of its hold'],
  ],
])('%s', (_what, entry, record, expected, words) => {
  const known = byRecord(entry, record);
  expect(known).toMatchObject({ ...expected, retagged: words });
  expect(known).not.toHaveProperty('isDisputed');
  expect(known).not.toHaveProperty('isCanceled');
  // A database that was lost says nothing: then the tags are all there is.
  expect(byRecord(entry, undefined)).toBe(entry);
});

test('a hold alone says nothing of what else the tags say', () => {
  const known = byRecord(said({ outcome: 'failed', isCanceled: true, schedule: 'x' }), {
    ...RECORD,
    heldBy: 'UANA',
  });
  expect(known).toMatchObject({ outcome: 'failed', isCanceled: true, schedule: 'x', held: true });
});

test('a hold by a tag alone counts: it only keeps', () => {
  expect(byRecord(said({ held: true, heldBy: 'by hand' }), MADE)).toMatchObject({
    held: true,
    heldBy: 'by hand',
  });
});

test('a run that has not come to its end has no outcome, whatever the tags say, and nothing deletes it', () => {
  const { outcome: _none, ...begun } = MADE;
  const known = byRecord(OF_A, begun);
  expect(known).toMatchObject({ isDisputed: true, retagged: ['its tags say complete'] });
  expect(known).not.toHaveProperty('outcome');
  expect(byRecord(said({ outcome: undefined }), begun)).not.toHaveProperty('isDisputed');
});

test('one whose identity was taken off its tags counts by the record, is told, and is not deleted', () => {
  const stripped = said({ doubts: [{ code: 'tags-removed', tags: ['circleci-backup:run'] }] });
  const own = { ids: new Set(['i-a']), inherited: new Set<string>() };
  const [known] = judged([stripped], 'prod', own, [MADE]);
  expect(known).toMatchObject({
    doubts: [],
    isDisputed: true,
    retagged: ['its tag circleci-backup:run was removed'],
  });
  expect(known === undefined ? undefined : isComplete(known)).toBe(true);
  expect(unprovenInWords('prod', [known ?? OF_A], own)).toEqual([
    `The tags of 1 backup of prod (${OF_A.backupId}) are not as I wrote them: my own record counts, and the list says what differs.`,
  ]);
  // Without the database it is shown with its doubt, and does not count.
  const [unknown] = judged([stripped], 'prod', own);
  expect(unknown?.doubts).toEqual(stripped.doubts);
  expect(unprovenInWords('prod', [unknown ?? OF_A], own)).toEqual([
    `1 image with the name of a backup of prod (${OF_A.backupId}) has lost tags of mine: not counted, left alone.`,
  ]);
});

test('the record makes nothing ours that EC2 says is of another machine, another tool or for everybody', () => {
  const own = { ids: new Set(['i-b']), inherited: new Set<string>() };
  const [foreign] = judged([OF_A], 'prod', own, [MADE]);
  expect(foreign?.doubts).toMatchObject([{ code: 'other-machine' }]);
  const shared = byRecord(
    said({ doubts: [{ code: 'public' }, { code: 'other-tool', tag: 'aws:dlm:x' }] }),
    MADE,
  );
  expect(shared.doubts).toHaveLength(2);
});
