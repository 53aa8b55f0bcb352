import { type RestoreOutcome, restoreEnd } from '../../../src/core/restore/end.ts';
import { restoreStages } from '../../../src/core/restore/stages.ts';
import { orderOf } from './orders.ts';

const order = orderOf();
const stages = restoreStages(order);
const all = stages.map(({ key }) => key);

function endOf(outcome: Partial<RestoreOutcome> & Pick<RestoreOutcome, 'kind'>) {
  return restoreEnd(
    order,
    { done: ['approval', 'check'], left: [], originals: [], cutOver: 'not begun', ...outcome },
    stages,
  );
}

const problem = { code: 'quota', action: 'RunInstances', awsCode: 'VcpuLimitExceeded' } as const;

it.each([
  [
    'is carried out',
    { kind: 'restored', cutOver: 'done', done: all, instanceId: 'i-new' },
    'done',
    /^prod runs on i-new, restored from bk-/,
  ],
  [
    'stays beside the old machine',
    { kind: 'not cut over', instanceId: 'i-new' },
    'partly',
    /is ready \(i-new\), but prod was not moved/,
  ],
  [
    'is aborted as people want',
    { kind: 'aborted', removed: true },
    'canceled',
    /^The restore of prod was aborted$/,
  ],
  [
    'is aborted after a failure',
    { kind: 'aborted', problem, removed: true },
    'failed',
    /FAILED and was aborted$/,
  ],
  ['does not begin', { kind: 'refused', problem }, 'failed', /did not begin$/],
  ['is taken back', { kind: 'canceled' }, 'canceled', /was canceled before anything was done$/],
] as const)('a restore that %s is called that, and nothing better', (_what, outcome, called, headline) => {
  const end = endOf(outcome);
  expect([end.outcome, headline.test(end.headline)]).toEqual([called, true]);
  expect(end.warnings).toEqual([]);
});

it('is no success where a step was left out', () => {
  const end = endOf({
    kind: 'restored',
    cutOver: 'done',
    done: all.filter((key) => key !== 'verify'),
    left: ['verify'],
  });
  expect(end.outcome).toBe('partly');
  expect(end.warnings).toEqual([expect.stringMatching(/^Left out: “Verify the machine”\. ./)]);
});

it('says where to look for what was not seen to be gone, and does not claim that it is there', () => {
  const end = endOf({ kind: 'aborted', removed: false });
  expect(end.outcome).toBe('failed');
  expect(end.warnings).toEqual([
    `What this run launched was not seen to be gone: look in EC2 for the tag circleci-backup:run with ${order.runId}. What is ` +
      'there costs money until somebody removes it.',
  ]);
  expect(end.lines.join()).not.toContain('is removed');
});

it('calls for help where a cut-over is neither done nor undone', () => {
  const end = endOf({ kind: 'aborted', cutOver: 'begun' });
  expect(end.outcome).toBe('failed');
  expect(end.warnings).toEqual([expect.stringContaining('neither done nor undone. Look at both machines')]);
  expect(end.facts).toContainEqual(['Old machine', 'i-old, look at it in EC2']);
});
