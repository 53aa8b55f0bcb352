import { judgeDatastores } from '../../../src/core/backup/verdict.ts';
import type { PartResult, StoreResult } from '../../../src/core/model/datastore.ts';
import { datastoreLines, datastoresInWords, missingOf } from '../../../src/core/model/datastore.ts';

const AT = Date.UTC(2026, 10, 23, 3, 14);
const MINUTE = 60_000;
const GIB = 1024 ** 3;

function part(what: string, more: Partial<PartResult> = {}): PartResult {
  return { what, from: AT, to: AT + MINUTE, bytes: GIB, snapshotId: 'a', ...more };
}

function store(name: string, ...parts: PartResult[]): StoreResult {
  return { name, kind: 'postgres', parts, warnings: [] };
}

const LACKS = { why: 'The server does not answer.', next: 'See that it runs, then type the command again.' };
const GOOD = [store('pg', part('database circle'), part('the globals', { from: AT + 4 * MINUTE }))];
const COMPLETE = { outcome: 'complete', volumes: [], totalBytes: 1, checked: ['image'] } as const;
const verdict = { ...COMPLETE, volumes: [], checked: [...COMPLETE.checked] };

describe('the verdict on image and datastores', () => {
  test('is that on the image where there are none', () => {
    expect(judgeDatastores(verdict, [])).toEqual(verdict);
  });

  test('is complete where every part is there, and says what was checked', () => {
    expect(judgeDatastores(verdict, GOOD)).toEqual({
      ...verdict,
      checked: ['image', '2 of 2 parts of 1 datastore, 2 GiB in the backup, each of them read to its end'],
    });
  });

  test('is partial where one part is missing, and says which', () => {
    const stores = [store('pg', part('database circle', { lacks: LACKS }), part('the globals'))];
    expect(judgeDatastores(verdict, stores)).toMatchObject({
      outcome: 'partial',
      problem: {
        code: 'datastores-missing',
        missing: [{ what: 'database circle of pg (PostgreSQL)', why: LACKS.why }],
        count: 1,
        of: 2,
        next: 'See that it runs',
      },
    });
  });

  test('tells of the image first, and makes nothing of a failed one', () => {
    const stores = [store('pg', part('database circle', { lacks: LACKS }))];
    const problem = { code: 'volumes-missing', imageId: 'ami-1', volumes: [] } as const;
    expect(
      judgeDatastores({ ...verdict, outcome: 'partial', problem: { ...problem, volumes: [] } }, stores),
    ).toMatchObject({
      outcome: 'partial',
      problem: { code: 'volumes-missing' },
    });
    expect(judgeDatastores({ ...verdict, outcome: 'failed' }, stores).outcome).toBe('failed');
  });
});

test('a store of which all is missing for one reason is one line', () => {
  const stores = [
    store('pg', part('database circle', { lacks: LACKS }), part('the globals', { lacks: LACKS })),
    store('other', part('database x'), part('database y', { lacks: { why: 'Gone.', next: 'Look' } })),
  ];
  expect(missingOf(stores)).toMatchObject({
    count: 3,
    of: 4,
    missing: [
      { what: 'all of pg (PostgreSQL)', why: LACKS.why },
      { what: 'database y of other (PostgreSQL)', why: 'Gone.' },
    ],
  });
  expect(datastoresInWords(stores)).toBe('1 of 4 parts of 2 datastores, 1 GiB');
});

describe('how far apart the instants are', () => {
  test('is said in minutes', () => {
    expect(datastoreLines({ stores: GOOD, imageAt: AT + 5 * MINUTE })).toEqual([
      'Instants: databases as of 2026-11-23 03:14 UTC, dumped over 4 min; the image is 5 min later than the first of them',
    ]);
    expect(datastoreLines({ stores: [store('pg', part('a'))], imageAt: AT + 30_000 })).toEqual([
      'Instants: databases as of 2026-11-23 03:14 UTC; the image is 30 s later than the first of them',
    ]);
  });

  test('is not said where there is no dump or no image; what is missing is', () => {
    expect(datastoreLines({ stores: GOOD })).toEqual([]);
    const stores = [store('pg', part('database circle', { lacks: LACKS }))];
    expect(datastoreLines({ stores, imageAt: AT })).toEqual(['missing: database circle of pg (PostgreSQL)']);
  });
});
