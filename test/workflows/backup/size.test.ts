import { judge } from '../../../src/core/backup/verdict.ts';
import type { CatalogueEntry } from '../../../src/core/catalogue/entry.ts';
import type { Size } from '../../../src/core/model/backup.ts';
import { ProblemError } from '../../../src/core/problems/problem.ts';
import { measureAdded } from '../../../src/workflows/backup/size.ts';
import { entry } from '../../commands/fakes.ts';
import { input, machine, NOW, RUN, scriptedEc2, statusOf } from '../fakes.ts';

const options = { signal: new AbortController().signal, patienceMs: 1000 };
const verdict = judge(machine.volumes, statusOf('available', {}, {}));
const HOUR = 3_600_000;

function earlier(backupId: string, hoursAgo: number, more: Partial<CatalogueEntry> = {}): CatalogueEntry {
  return entry(backupId, {
    createdAt: NOW - hoursAgo * HOUR,
    sourceInstanceId: 'i-1',
    snapshots: { 'vol-1': `snap-1-${backupId}`, 'vol-2': `snap-2-${backupId}` },
    ...more,
  });
}

/** What EC2 was asked to compare, and what came of it. */
async function measured(
  catalogue: CatalogueEntry[],
  answer: (snapshotId: string) => Size = () => ({ known: true, bytes: 10 }),
) {
  const asked: [string, string | undefined][] = [];
  const ec2 = scriptedEc2({
    catalogue: async () => catalogue,
    async addedBytes(snapshotId, previous) {
      asked.push([snapshotId, previous]);
      return answer(snapshotId);
    },
  });
  return { size: await measureAdded(ec2, input, machine, verdict, options), asked };
}

test.each<[string, CatalogueEntry[], (string | undefined)[]]>([
  ['nothing, when it is the first', [], [undefined, undefined]],
  ['the newest complete backup', [earlier('old', 9), earlier('new', 2)], ['snap-1-new', 'snap-2-new']],
  [
    'not a partial one',
    [earlier('good', 9), earlier('part', 2, { outcome: 'partial' })],
    ['snap-1-good', 'snap-2-good'],
  ],
  [
    'not one whose image is gone',
    [earlier('good', 9), earlier('gone', 2, { imageState: 'deregistered' })],
    ['snap-1-good', 'snap-2-good'],
  ],
  ['not another machine’s', [earlier('other', 2, { sourceInstanceId: 'i-9' })], [undefined, undefined]],
  ['not another target’s', [earlier('other', 2, { target: 'lab' })], [undefined, undefined]],
  ['not itself', [earlier(RUN, 2)], [undefined, undefined]],
  ['not a later one', [earlier('later', -1)], [undefined, undefined]],
  [
    'for each volume the newest that has it',
    [earlier('both', 9), earlier('one', 2, { snapshots: { 'vol-1': 'snap-1-one' } })],
    ['snap-1-one', 'snap-2-both'],
  ],
])('compares with %s', async (_what, catalogue, previous) => {
  const { size, asked } = await measured(catalogue);
  expect(asked).toEqual([
    ['snap-1', previous[0]],
    ['snap-2', previous[1]],
  ]);
  expect(size).toEqual({ known: true, bytes: 20 });
});

test('one volume that cannot be measured leaves the sum unknown, with its reason', async () => {
  const unknown = { known: false, reason: 'EBS did not answer' } as const;
  expect((await measured([], (id) => (id === 'snap-2' ? unknown : { known: true, bytes: 1 }))).size).toEqual(
    unknown,
  );
});

test('a volume without a snapshot adds nothing', async () => {
  const partial = judge(machine.volumes, statusOf('available', {}));
  const ec2 = scriptedEc2({ catalogue: async () => [], addedBytes: async () => ({ known: true, bytes: 7 }) });
  expect(await measureAdded(ec2, input, machine, partial, options)).toEqual({ known: true, bytes: 7 });
});

test('a refusal makes the size unknown, never the backup worse; a stop is no refusal', async () => {
  const refuse = async () =>
    Promise.reject(new ProblemError({ code: 'permissions-missing', actions: ['ebs:ListChangedBlocks'] }));
  const ec2 = scriptedEc2({ catalogue: refuse });
  expect(await measureAdded(ec2, input, machine, verdict, options)).toEqual({
    known: false,
    reason: 'The bot’s AWS identity lacks ebs:ListChangedBlocks.',
  });
  const stopped = { ...options, signal: AbortSignal.abort(new Error('stopping')) };
  await expect(measureAdded(ec2, input, machine, verdict, stopped)).rejects.toThrow('stopping');
});
