import type { BegunDeletion } from '../../../src/core/catalogue/proof.ts';
import { imageName, TAG } from '../../../src/core/catalogue/tags.ts';
import type { ImageFacts } from '../../../src/core/model/image.ts';
import type { Target } from '../../../src/core/model/target.ts';
import type { Ec2 } from '../../../src/core/ports/ec2.ts';
import { ProblemError } from '../../../src/core/problems/problem.ts';
import { newBackupView } from '../../../src/runs/backup-stages.ts';
import { retainAfter } from '../../../src/workflows/backup/retention.ts';
import { createBackupRun } from '../../../src/workflows/backup/run.ts';
import { target } from '../../target.ts';
import { atOnce, input, lock, machine, NOW, RUN, scene, scriptedEc2 } from '../fakes.ts';

const DAY = 24 * 3_600_000;
const PROD = target('prod', { keep: { last: 2 } });

/** Complete backups by hand, the run's own first, then one a day before the other. */
function images(count: number): ImageFacts[] {
  return Array.from({ length: count }, (_, i) => {
    const runId = i === 0 ? RUN : `bk-2026${String(1000 - i)}-0314-x4qz`;
    return {
      imageId: `ami-${i}`,
      name: imageName('prod', runId),
      state: 'available',
      sourceInstanceId: 'i-1',
      tags: {
        [TAG.run]: runId,
        [TAG.target]: 'prod',
        [TAG.mode]: 'live',
        [TAG.outcome]: 'complete',
        [TAG.createdAt]: new Date(NOW - i * DAY).toISOString(),
        [TAG.sourceInstance]: 'i-1',
      },
      mappings: [{ device: '/dev/sda1', snapshotId: `snap-${i}` }],
    };
  });
}

async function retained(
  answers: Partial<Ec2>,
  {
    targets = [PROD],
    count = 4,
    begun,
  }: { targets?: readonly Target[]; count?: number; begun?: BegunDeletion } = {},
) {
  const deregistered: string[] = [];
  const here = await scene(
    scriptedEc2({
      findInstances: async () => [machine],
      taggedImages: async () => images(count),
      taggedSnapshots: async () => [],
      instancesFrom: async () => new Map(),
      tag: async () => undefined,
      deregister: async (imageId) => {
        deregistered.push(imageId);
        return [{ snapshotId: imageId.replace('ami', 'snap'), result: 'success' }];
      },
      ...answers,
    }),
  );
  if (begun !== undefined) await here.store.deletions.insert(begun.imageId, begun, true);
  const { target: name, region, mode, requester, requestedAt } = input;
  const run = newBackupView(
    { runId: RUN, target: name, region, mode, requester, requestedAt },
    { retention: true },
  );
  const message = { id: `run/${RUN}`, channel: 'C1', broadcast: false, final: false };
  await here.store.messages.put({ ...message, view: { kind: 'run', run } }, NOW);
  const context = { ...here.context, targets };
  await retainAfter(createBackupRun(context, atOnce, input));
  return {
    ...here,
    deregistered,
    trouble: () => {
      const view = here.store.sent.get(`run/${RUN}/retention-trouble`)?.view;
      return view?.kind === 'note' ? view.text : undefined;
    },
    stage: () => here.view().stages.find((stage) => stage.key === 'retention'),
    note: () => {
      const view = here.store.sent.get(`run/${RUN}/retention`)?.view;
      return view?.kind === 'note' ? view.text : undefined;
    },
    pruned: () => here.store.rows.filter((row) => row.verb === 'prune'),
  };
}

test('what no rule keeps goes, and the thread says which and why', async () => {
  const here = await retained({});
  expect(here.deregistered).toEqual(['ami-2', 'ami-3']);
  expect(here.trouble()).toBeUndefined();
  expect(here.stage()).toMatchObject({ state: 'done', detail: 'kept 2, deleted 2' });
  expect(here.note()).toBe(
    'Retention kept 2 backups.\n' +
      'deleted bk-2026998-0314-x4qz: no rule keeps it; what stays is the last 2\n' +
      'deleted bk-2026997-0314-x4qz: no rule keeps it; what stays is the last 2',
  );
  // First what is to go, for a process that dies on the way; then what went.
  expect(here.pruned()).toMatchObject([
    { detail: { planned: [{ imageId: 'ami-2', reason: expect.any(String) }, { imageId: 'ami-3' }] } },
    {
      kind: 'stage',
      target: 'prod',
      runId: RUN,
      detail: { deleted: [{ imageId: 'ami-2' }, { imageId: 'ami-3' }] },
    },
  ]);
});

test('snapshots that an earlier run left are told, those that went and those that stay', async () => {
  const left = (snapshotId: string, more = {}) => ({
    snapshotId,
    runId: 'bk-20261001-0314-gone',
    target: 'prod',
    volumeBytes: 1,
    ...more,
  });
  const here = await retained(
    {
      taggedSnapshots: async () => [
        left('snap-a', { deleting: true }),
        left('snap-b', { deleting: true }),
        // As tools that copy tags make them.
        left('snap-c', { deleting: true }),
      ],
      deleteSnapshot: async (snapshotId) => ({
        snapshotId,
        result: snapshotId === 'snap-a' ? 'success' : 'client-error',
      }),
    },
    {
      count: 2,
      begun: {
        imageId: 'ami-gone',
        backupId: 'bk-20261001-0314-gone',
        target: 'prod',
        region: 'eu-west-1',
        snapshotIds: ['snap-a', 'snap-b'],
      },
    },
  );
  expect(here.stage()?.detail).toBe(
    'kept 2, deleted 0, deleted 1 snapshot of an earlier run, 2 orphaned snapshots',
  );
  expect(here.note()).toBe(
    'Retention kept 2 backups.\n' +
      'deleted snapshot snap-a: an earlier run had deleted its image, and was broken off\n' +
      'orphaned snapshot snap-b of bk-20261001-0314-gone: its image is gone (it was to be deleted: EC2 says client-error)\n' +
      'snapshot snap-c carries the tags of bk-20261001-0314-gone, and is left alone: nothing but its tags says that it was part of a backup of mine',
  );
});

test('where nothing goes the thread is silent, and the audit is not', async () => {
  const here = await retained({}, { count: 2 });
  expect(here.stage()).toMatchObject({ state: 'done', detail: 'kept 2, deleted 0' });
  expect(here.note()).toBeUndefined();
  expect(here.pruned()).toHaveLength(1);
});

test.each<[string, readonly Target[]]>([
  ['no policy', [target('prod')]],
  ['a schedule without a policy', [target('prod', { schedules: [] })]],
  ['no such target any more', [target('lab', { keep: { last: 1 } })]],
  ['no targets', []],
])('with %s EC2 is not even asked', async (_what, targets) => {
  const unasked = async () => {
    throw new Error('asked');
  };
  const here = await retained({ taggedImages: unasked, taggedSnapshots: unasked }, { targets });
  expect(here.trouble()).toBeUndefined();
  expect(here.stage()?.state).toBe('pending');
  expect(here.pruned()).toEqual([]);
});

test('what cannot be planned is a warning, and deletes nothing', async () => {
  const here = await retained({
    taggedImages: async () => {
      throw new ProblemError({ code: 'permissions-missing', actions: ['ec2:DescribeImages'] });
    },
  });
  expect(here.trouble()).toMatch(
    /^retention could not run after this backup, and deletes nothing for now\. .*ec2:DescribeImages/,
  );
  expect(here.deregistered).toEqual([]);
  expect(here.stage()?.state).toBe('failed');
  expect(here.note()).toBeUndefined();
});

test('one image that EC2 does not let go is a warning; the others go', async () => {
  const here = await retained({
    deregister: async (imageId) => {
      if (imageId !== 'ami-2') return [{ snapshotId: 'snap-3', result: 'skipped' }];
      throw new ProblemError({ code: 'permissions-missing', actions: ['ec2:DeregisterImage'] });
    },
    deleteSnapshot: async (snapshotId) => ({ snapshotId, result: 'skipped' }),
  });
  expect(here.trouble()).toMatch(
    /^retention is not done\. It could not delete bk-2026998-0314-x4qz \(ami-2\)\. .*ec2:DeregisterImage/,
  );
  expect(here.trouble()).toContain('after the next complete one it tries again');
  expect(here.stage()).toMatchObject({ detail: 'kept 2, deleted 1, 1 not done' });
  expect(here.note()).toContain(
    'deleted bk-2026997-0314-x4qz: no rule keeps it; what stays is the last 2 (snap-3 stays: EC2 says skipped)',
  );
});

test.each<[string, ProblemError]>([
  [
    'fails',
    new ProblemError({
      code: 'ec2-unavailable',
      action: 'DisableImage',
      awsCode: 'InternalError',
      sinceMs: 600_000,
    }),
  ],
  ['is refused', new ProblemError({ code: 'permissions-missing', actions: ['ec2:DisableImage'] })],
])('a disable that %s is named, and keeps no time at which it was', async (_how, refused) => {
  const marks = new Map<string, string>();
  const here = await retained(
    {
      taggedImages: async () =>
        images(3).map((image) => ({
          ...image,
          tags: { ...image.tags, ...(marks.has(image.imageId) ? { [TAG.disabledAt]: 'then' } : {}) },
        })),
      tag: async ([id = ''], tags) => {
        if (tags[TAG.disabledAt] !== undefined) marks.set(id, tags[TAG.disabledAt] ?? '');
      },
      untag: async ([id = ''], keys) => {
        if (keys.includes(TAG.disabledAt)) marks.delete(id);
      },
      setDisabled: async () => {
        throw refused;
      },
    },
    { targets: [{ ...PROD, deleteGraceMs: 3_600_000 }], count: 3 },
  );
  expect(here.trouble()).toContain('It could not disable bk-2026998-0314-x4qz (ami-2).');
  expect(marks.size).toBe(0);
  expect(here.deregistered).toEqual([]);
});

test('a backup that another run makes just now is left alone', async () => {
  const made = images(4).map((image) =>
    image.imageId === 'ami-3'
      ? { ...image, state: 'pending', tags: { ...image.tags, [TAG.outcome]: '' } }
      : image,
  );
  const here = await retained({ taggedImages: async () => made });
  expect(here.deregistered).toEqual(['ami-2']);
  // The run's own lock does not make its own backup one that goes on.
  expect(here.store.locked.get('prod')).toEqual(lock);
  expect(here.pruned()[1]?.detail.kept).toMatchObject([{ backupId: RUN }, {}]);
});

test('a long list is cut, with its rest counted', async () => {
  const here = await retained({}, { count: 30 });
  expect(here.deregistered).toHaveLength(28);
  expect(here.note()?.split('\n')).toHaveLength(1 + 15 + 1);
  expect(here.note()).toMatch(/\nand 13 more, see the bot’s audit$/);
});

test('a run that says nothing when it succeeds has no thread for it', async () => {
  const here = await scene();
  await here.store.messages.setState(`run/${RUN}`, 'withheld');
  const context = {
    ...here.context,
    targets: [PROD],
    ec2: () =>
      scriptedEc2({
        findInstances: async () => [machine],
        taggedImages: async () => images(3),
        taggedSnapshots: async () => [],
        instancesFrom: async () => new Map(),
        tag: async () => undefined,
        deregister: async () => [{ snapshotId: 'snap-2', result: 'success' }],
      }),
  };
  await retainAfter(createBackupRun(context, atOnce, input));
  expect([...here.store.sent.keys()]).toEqual([`run/${RUN}`]);
  expect(here.store.rows.map((row) => row.verb)).toContain('prune');
});
