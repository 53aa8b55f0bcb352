import { createFairLock } from '../../../src/store/sqlite/mutex.ts';

test('who asks first holds it first, and nobody with another', async () => {
  const lock = createFairLock();
  const order: number[] = [];
  let holders = 0;
  const use = async (n: number) => {
    await lock.obtain();
    holders += 1;
    expect(holders).toBe(1);
    order.push(n);
    await new Promise((resolve) => setImmediate(resolve));
    holders -= 1;
    lock.release();
  };
  await Promise.all([1, 2, 3, 4].map(use));
  await use(5);
  expect(order).toEqual([1, 2, 3, 4, 5]);
});
