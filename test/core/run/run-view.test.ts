import { currentStage, type RunView, skipPending, withStage } from '../../../src/core/run/run-view.ts';
import { BACKUP_STAGES, newBackupView } from '../../../src/runs/backup-stages.ts';

const asked = {
  runId: 'bk-20261123-0314-x4qz',
  target: 'prod',
  region: 'eu-west-1',
  mode: 'live',
  requester: { userId: 'U1', teamId: 'T1' },
  requestedAt: 0,
} as const;

const fresh = newBackupView(asked, { retention: true });

const states = (view: RunView) => view.stages.map((stage) => stage.state);

test('begins with nothing done, and keys that are told apart', () => {
  expect(new Set(states(fresh))).toEqual(new Set(['pending']));
  expect(new Set(fresh.stages.map((stage) => stage.key)).size).toBe(BACKUP_STAGES.length);
  expect(currentStage(fresh)).toBeUndefined();
});

test('retention is shown only where there is a policy', () => {
  const without = newBackupView(asked, { retention: false });
  expect(without.stages).toEqual(fresh.stages.filter((stage) => stage.key !== 'retention'));
  expect(without.stages).toHaveLength(BACKUP_STAGES.length - 1);
});

test('a stage is changed, and neither the others nor the view before', () => {
  const running = withStage(fresh, 'image', { state: 'running', startedAt: 5 });
  expect(running.stages.filter((stage) => stage.state !== 'pending')).toEqual([
    { key: 'image', title: 'Create the image', state: 'running', startedAt: 5 },
  ]);
  expect(new Set(states(fresh))).toEqual(new Set(['pending']));
  expect(withStage(fresh, 'no-such-stage', { state: 'done' })).toEqual(fresh);
});

test('the current stage runs now, or is the last that ran', () => {
  const found = withStage(fresh, 'find', { state: 'done' });
  expect(currentStage(found)?.key).toBe('find');
  expect(currentStage(withStage(found, 'permissions', { state: 'running' }))?.key).toBe('permissions');
});

test('at the end nothing looks as if it were still to come', () => {
  const failed = withStage(withStage(fresh, 'find', { state: 'done' }), 'permissions', { state: 'failed' });
  expect(states(skipPending(failed))).toEqual([
    'done',
    'failed',
    'skipped',
    'skipped',
    'skipped',
    'skipped',
    'skipped',
    'skipped',
  ]);
});
