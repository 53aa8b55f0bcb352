import { judge } from '../../../src/core/backup/verdict.ts';
import { backupInput } from '../../../src/runs/backup.ts';
import { imageRequest } from '../../../src/workflows/backup/request.ts';
import { resultOf } from '../../../src/workflows/backup/result.ts';
import { input, machine, RUN, statusOf } from '../fakes.ts';

const about = {
  runId: RUN,
  target: 'prod',
  region: 'eu-west-1',
  mode: 'live',
  startedAt: input.requestedAt,
  warnings: [],
};
const unmeasured = { known: false, reason: 'it was not measured' };
const good = statusOf('available', {}, {});

test('a verdict of complete is a complete backup', () => {
  const verdict = judge(machine.volumes, good);
  const end = { machine, imageId: 'ami-1', status: good, verdict };
  const result = resultOf(input, end);
  expect(result).toMatchObject({
    ...about,
    outcome: 'complete',
    imageId: 'ami-1',
    totalBytes: 2 * 1024 ** 3,
    added: { known: false },
  });
  expect(result).not.toHaveProperty('problem');
  expect(result.checked).toHaveLength(3);
});

test('a verdict of partial keeps its problem', () => {
  const status = statusOf('available', {});
  const verdict = judge(machine.volumes, status);
  expect(resultOf(input, { machine, imageId: 'ami-1', status, verdict })).toMatchObject({
    outcome: 'partial',
    problem: { code: 'volumes-missing' },
    volumes: [{ state: 'in the backup' }, { state: 'missing' }],
    added: unmeasured,
  });
});

test('whatever stopped a run, it failed, though its verdict was complete', () => {
  const problem = { code: 'deadline', afterMs: 1, imageId: 'ami-1' } as const;
  const verdict = judge(machine.volumes, good);
  expect(resultOf(input, { machine, imageId: 'ami-1', problem, verdict })).toMatchObject({
    outcome: 'failed',
    problem,
  });
});

test.each([
  ['before the machine was found', {}, []],
  ['before the image', { machine }, []],
  [
    'after the image',
    { machine, imageId: 'ami-1' },
    [
      { volumeId: 'vol-1', device: '/dev/sda1', state: 'missing' },
      { volumeId: 'vol-2', device: '/dev/sdb', state: 'missing' },
    ],
  ],
])('a run that stopped %s says no more than it knows', (_what, end, volumes) => {
  const problem = { code: 'credentials', awsCode: 'ExpiredToken', sinceMs: 1 } as const;
  const { imageId, ...result } = resultOf(input, { ...end, problem });
  expect(result).toEqual({ ...about, outcome: 'failed', volumes, added: unmeasured, checked: [], problem });
  expect(imageId).toBe('imageId' in end ? end.imageId : undefined);
});

test('without a verdict nothing is complete, even without a problem', () => {
  expect(resultOf(input, { machine, imageId: 'ami-1', status: good }).outcome).toBe('failed');
});

describe('the request for an image', () => {
  test('is the same however often it is built, also from what the engine stored', () => {
    const stored = backupInput.parse(JSON.parse(JSON.stringify({ ...input, note: 'before the upgrade' })));
    const again = imageRequest(stored, JSON.parse(JSON.stringify(machine)));
    expect(again).toEqual(imageRequest({ ...input, note: 'before the upgrade' }, machine));
    expect(again).toMatchObject({
      runId: RUN,
      name: `circleci-backup/prod/${RUN}`,
      instanceId: 'i-1',
      reboot: false,
    });
  });

  test.each([
    ['live', false],
    ['quiesced', false],
    ['reboot', true],
  ] as const)('reboots the machine for mode %s: %s', (mode, reboot) => {
    expect(imageRequest({ ...input, mode }, machine)).toMatchObject({
      reboot,
      description: `circleci-backup of prod (i-1), ${mode}`,
    });
  });
});
