import { blockHistory } from '../../../../sandbox/ec2/wire/blocks.ts';

test('a history tells any two epochs apart', () => {
  const blocks = blockHistory(1000, 400, 7);
  expect(blocks.marked()).toBe(false);
  const first = blocks.mark();
  blocks.change(50, 10);
  const second = blocks.mark();
  const third = blocks.mark();
  expect(blocks.at(first)).toHaveLength(400);
  expect(blocks.at(second)).toHaveLength(410);
  expect(blocks.between(first, second)).toHaveLength(50);
  expect(blocks.between(second, first)).toEqual(blocks.between(first, third));
  expect(blocks.between(second, third)).toHaveLength(0);
});

test.each([0, 1, 999, 1000])('%d of 1000 blocks in use', (used) => {
  const blocks = blockHistory(1000, used, 3);
  expect(blocks.at(blocks.mark())).toHaveLength(used);
});

test('a full volume is rewritten, but does not grow', () => {
  const blocks = blockHistory(100, 100, 1);
  blocks.mark();
  blocks.change(500, 500);
  const second = blocks.mark();
  expect(blocks.used()).toBe(100);
  expect(blocks.between(0, second)).toHaveLength(100);
});
