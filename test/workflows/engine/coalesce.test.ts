import { coalesce } from '../../../src/workflows/engine/coalesce.ts';

test('calls while the work goes on are one more, also where it rejects', async () => {
  const ends: ((error?: Error) => void)[] = [];
  const call = coalesce(
    () =>
      new Promise<void>((resolve, reject) => void ends.push((error) => (error ? reject(error) : resolve()))),
  );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  for (let i = 0; i < 3; i += 1) call();
  expect(ends).toHaveLength(1);
  ends[0]?.(new Error('the database is locked'));
  await turn();
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await turn();
  expect(ends).toHaveLength(2);
  call();
  expect(ends).toHaveLength(3);
});
