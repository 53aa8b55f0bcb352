import type { Trouble } from '../../../src/core/ports/ec2-call.ts';
import { updateRun } from '../../../src/runs/run-message.ts';
import { watchSnapshots } from '../../../src/workflows/backup/watch.ts';
import { StoppingError } from '../../../src/workflows/run/interruptions.ts';
import { input, RUN, scene, scriptedEc2, scriptedWatch, statusOf } from '../fakes.ts';

const MIN = 60_000;
const pending = (progress: number) => ({ state: 'pending', progress });

/** The stage of a run that waits for its snapshots. */
async function watching() {
  const script = scriptedWatch();
  const ec2 = scriptedEc2({ watch: script.watch });
  const here = await scene(ec2);
  const result = watchSnapshots({ context: here.context, input }, ec2, 'ami-1', {
    show: (change) => updateRun(here.context, RUN, change),
  });
  // It is awaited later: until then its rejection is not unhandled.
  result.catch(() => undefined);
  await script.say();
  return { ...here, ...script, result };
}

const credentials: Trouble = {
  kind: 'credentials',
  action: 'DescribeImages',
  awsCode: 'ExpiredToken',
  sinceMs: 20_000,
};

test('shows the percent, and ends when image and snapshots have', async () => {
  const { say, view, result } = await watching();
  await say({ status: statusOf('pending', pending(10), pending(30)) });
  expect(view()).toMatchObject({ percent: 20 });
  await say({ status: statusOf('available', {}, pending(90)) });
  expect(view()).toMatchObject({ percent: 95 });
  const done = statusOf('available', {}, {});
  await say({ status: done });
  expect(await result).toEqual({
    ok: true,
    value: done,
    detail: '2 of 2 snapshots completed, image available',
  });
});

test('another image under the name of one that is gone is not taken for it', async () => {
  const { say, clock, result } = await watching();
  const other = statusOf('available', {}, {});
  await say({ status: { ...other, image: { ...other.image, imageId: 'ami-2' } } });
  await clock.advance(11 * MIN);
  await say({ status: { ...other, image: { ...other.image, imageId: 'ami-2' } } });
  expect(await result).toMatchObject({ ok: false, problem: { code: 'image-vanished', imageId: 'ami-1' } });
});

test('ends at once when the image failed', async () => {
  const { say, result } = await watching();
  const failed = statusOf('failed', pending(10), {});
  await say({ status: failed });
  expect(await result).toEqual({
    ok: true,
    value: failed,
    detail: '1 of 2 snapshots completed, image failed',
  });
});

test('a state that is new waits on, and is said', async () => {
  const { say, view, result, canceling } = await watching();
  await say({ status: statusOf('hibernating', { state: 'recovering', progress: 50 }) });
  expect(view().hint).toContain('image ami-1 is “hibernating” and snapshot snap-1 is “recovering”');
  await say({ status: statusOf('pending', pending(60)) });
  expect(view()).not.toHaveProperty('hint');
  canceling.abort();
  await result;
});

describe('the deadline', () => {
  test('ends the wait, counted from the request', async () => {
    const { say, clock, result } = await watching();
    await say({ status: statusOf('pending', pending(10)) });
    await clock.advance(input.deadlineMs - 1);
    await say({ status: statusOf('pending', pending(20)) });
    await clock.advance(1);
    expect(await result).toEqual({
      ok: false,
      problem: { code: 'deadline', afterMs: input.deadlineMs, imageId: 'ami-1' },
    });
  });

  test('does not come after the end', async () => {
    const { say, clock, result } = await watching();
    await say({ status: statusOf('available', {}) });
    await clock.advance(2 * input.deadlineMs);
    expect(await result).toMatchObject({ ok: true });
  });
});

describe('an image that EC2 does not show', () => {
  test('is looked for ten minutes, then it is gone', async () => {
    const { say, view, clock, result } = await watching();
    await say({ status: undefined });
    expect(view().hint).toBe('EC2 does not show image ami-1 yet; still looking.');
    await clock.advance(10 * MIN - 1);
    await say({ status: undefined });
    await clock.advance(1);
    await say({ status: undefined });
    expect(await result).toEqual({
      ok: false,
      problem: { code: 'image-vanished', imageId: 'ami-1', afterMs: 10 * MIN },
    });
  });

  test('and is seen again starts anew', async () => {
    const { say, view, clock, result, canceling } = await watching();
    await say({ status: undefined });
    await clock.advance(9 * MIN);
    await say({ status: statusOf('pending', pending(1)) });
    expect(view()).not.toHaveProperty('hint');
    await clock.advance(9 * MIN);
    await say({ status: undefined });
    canceling.abort();
    expect(await result).toMatchObject({ problem: { code: 'canceled' } });
  });
});

describe('trouble', () => {
  test('that is young is not said; that lasts is, and goes when it heals', async () => {
    const { say, view, result, canceling } = await watching();
    const trouble: Trouble = {
      kind: 'throttled',
      action: 'DescribeImages',
      awsCode: 'RequestLimitExceeded',
      sinceMs: 0,
    };
    await say({ trouble });
    expect(view()).not.toHaveProperty('hint');
    await say({ trouble: { ...trouble, sinceMs: 30_000 } });
    expect(view().hint).toBe(
      'EC2 has throttled DescribeImages for 30 s (RequestLimitExceeded); still trying.',
    );
    await say({ status: statusOf('pending', pending(1)) });
    expect(view()).not.toHaveProperty('hint');
    canceling.abort();
    await result;
  });

  test('of any kind but credentials is waited out', async () => {
    const { say, clock, result } = await watching();
    for (const kind of ['throttled', 'unavailable', 'refused'] as const) {
      await say({ trouble: { ...credentials, kind } });
      await clock.advance(19 * MIN);
      await say({ trouble: { ...credentials, kind } });
    }
    await say({ status: statusOf('available', {}) });
    expect(await result).toMatchObject({ ok: true });
  });

  test('with credentials is waited for an hour, for they can be renewed', async () => {
    const script = scriptedWatch();
    const ec2 = scriptedEc2({ watch: script.watch });
    const here = await scene(ec2);
    const patient = { ...input, deadlineMs: 24 * 60 * MIN };
    const result = watchSnapshots({ context: here.context, input: patient }, ec2, 'ami-1', {
      show: (change) => updateRun(here.context, RUN, change),
    });
    await script.say({ trouble: credentials });
    expect(here.view().hint).toContain('Please renew them.');
    await here.clock.advance(59 * MIN);
    await script.say({ trouble: credentials });
    // They work again for a moment: the hour begins anew.
    await script.say({ status: statusOf('pending', pending(50)) }, { trouble: credentials });
    await here.clock.advance(59 * MIN);
    await script.say({ trouble: credentials });
    await here.clock.advance(MIN);
    await script.say({ trouble: credentials });
    expect(await result).toEqual({
      ok: false,
      problem: { code: 'credentials', awsCode: 'ExpiredToken', sinceMs: 60 * MIN, imageId: 'ami-1' },
    });
  });
});

describe('an end from outside', () => {
  test('a cancel says what stays in EC2, and who asked for it', async () => {
    const { say, store, canceling, result } = await watching();
    await say({ status: statusOf('pending', pending(10), pending(10)) });
    await store.locks.requestCancel(RUN, { userId: 'UBEN', teamId: 'T1' }, 1);
    canceling.abort();
    expect(await result).toEqual({
      ok: false,
      problem: {
        code: 'canceled',
        by: 'UBEN',
        imageId: 'ami-1',
        region: 'eu-west-1',
        snapshotIds: ['snap-1', 'snap-2'],
      },
    });
  });

  test('a stop is no result: the next process goes on', async () => {
    const { stopping, result } = await watching();
    stopping.abort(new StoppingError());
    await expect(result).rejects.toThrow(StoppingError);
  });
});
