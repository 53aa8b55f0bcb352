import { createNudges } from '../../../src/workflows/engine/wake-ups.ts';

const never = new AbortController().signal;

test('a nudge wakes all who wait for that run, and nobody else', async () => {
  const nudges = createNudges();
  const woken: string[] = [];
  const waits = ['rs-1', 'rs-1', 'rs-2'].map((run, i) =>
    nudges.next(run, never).then(() => woken.push(`${run} ${i}`)),
  );
  nudges.nudge('rs-1');
  await Promise.all(waits.slice(0, 2));
  expect(woken).toEqual(['rs-1 0', 'rs-1 1']);
  nudges.nudge('rs-2');
  await Promise.all(waits);
  expect(woken).toEqual(['rs-1 0', 'rs-1 1', 'rs-2 2']);
});

test('a nudge that nobody waits for is nothing to the next one who does', async () => {
  const nudges = createNudges();
  nudges.nudge('rs-1');
  let woken = false;
  const wait = nudges.next('rs-1', never).then(() => {
    woken = true;
  });
  await Promise.resolve();
  expect(woken).toBe(false);
  nudges.nudge('rs-1');
  await wait;
});

test('whoever is to stop waits no longer', async () => {
  const nudges = createNudges();
  const stop = new AbortController();
  const wait = nudges.next('rs-1', stop.signal);
  stop.abort();
  await wait;
  await nudges.next('rs-1', AbortSignal.abort());
});
